package store

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"zhunru/screening"
)

// A Key is the small number a listing is kept under. Keys grow with the order of
// first saving, so reading by key is stable while listings are added.
type Key int64

// A ListingState is where a listing stands. The empty value is invalid.
type ListingState string

// The states of a listing.
const (
	ListingActive    ListingState = "active"
	ListingSuspended ListingState = "suspended"
)

// A Row is a listing as it is kept, with the stamp of its current record.
type Row struct {
	Key      Key
	Version  int64 // grows with every edit
	Listing  screening.Listing
	Content  Hash
	State    ListingState
	Deleted  bool
	EditedAt time.Time
	Stamp    Stamp
}

// A Stamp is what is needed of a record to see whether another verdict differs.
// The zero value means that there is no record.
type Stamp struct {
	Outcome screening.Outcome
	Version int64 // of the listing that was judged
	Input   Hash
	Verdict Hash
}

// Screened reports whether there is a record.
func (s *Stamp) Screened() bool { return s.Outcome != "" }

// Stands reports whether a verdict on this version of the listing, with these
// hashes, leaves the record as it is: nothing is to be written.
func (s *Stamp) Stands(version int64, input, verdict Hash) bool {
	return s.Outcome != "" && s.Version == version && s.Input == input && s.Verdict == verdict
}

// listingRow names every column of listings. Hot paths read and write it by
// hand, in listing_save.go and listing_read.go.
type listingRow struct {
	Key         int64 `gorm:"primaryKey"`
	ID          string
	MerchantKey *int64
	Title       string
	Description string
	Category    string
	Brand       string
	Attributes  *string
	ContentHash []byte
	State       string
	Deleted     bool
	Version     int64
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	EditedAt    int64
}

func (listingRow) TableName() string { return "listings" }

// encodeAttributes keeps no attributes as NULL; names are sorted.
func encodeAttributes(m map[string]string) any {
	if len(m) == 0 {
		return nil
	}
	var names [16]string
	var buf [512]byte
	b := append(buf[:0], '{')
	for i, name := range sortedNames(names[:0], m) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, name), ':')
		b = appendQuoted(b, m[name])
	}
	return string(append(b, '}'))
}

func decodeAttributes(s *string) (map[string]string, error) {
	if s == nil {
		return nil, nil
	}
	var m map[string]string
	return m, json.Unmarshal([]byte(*s), &m)
}

// checkListing refuses what one of the engines cannot keep.
func checkListing(l *screening.Listing) error {
	if l.ID == "" {
		return &screening.InvalidError{Field: "id", Reason: "商品编号不能为空，请填写"}
	}
	for _, f := range [...]struct{ name, value string }{
		{"id", l.ID}, {"merchant_id", l.MerchantID}, {"title", l.Title}, {"description", l.Description},
		{"category", l.Category}, {"brand", l.Brand},
	} {
		if err := checkText(f.name, f.value); err != nil {
			return err
		}
	}
	for name, v := range l.Attributes {
		if checkText("", name) != nil || checkText("", v) != nil {
			return checkText("attributes", "\x00")
		}
	}
	return nil
}

func checkText(field, s string) error {
	if utf8.ValidString(s) {
		if strings.IndexByte(s, 0) < 0 {
			return nil
		}
		return &screening.InvalidError{Field: field, Reason: "含有空字符（U+0000），数据库无法保存，请删除该字符"}
	}
	return &screening.InvalidError{Field: field, Reason: "不是有效的 UTF-8 文本，请转换编码后再提交"}
}
