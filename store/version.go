package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// A ListingVersion is a listing as it was judged before an edit, or as it is.
type ListingVersion struct {
	Version    int64
	Listing    screening.Listing
	Content    Hash
	ReplacedAt time.Time // zero: it is the current one
}

type listingVersionRow struct {
	ListingKey  int64 `gorm:"primaryKey;autoIncrement:false"`
	Version     int64 `gorm:"primaryKey;autoIncrement:false"`
	MerchantKey *int64
	Title       string
	Description string
	Category    string
	Brand       string
	Attributes  *string
	ContentHash []byte
	ReplacedAt  int64
}

func (listingVersionRow) TableName() string { return "listing_versions" }

type judgedInputRow struct {
	Hash    []byte `gorm:"primaryKey"`
	Answers string
}

func (judgedInputRow) TableName() string { return "judged_inputs" }

// keepVersions keeps the text of listings that are about to be edited, where a
// verdict stands on it. Listings that nobody judged leave nothing behind.
func (tx *Tx) keepVersions(drafts []*draft) error {
	ids := make([]string, len(drafts))
	for i, d := range drafts {
		ids[i] = d.listing.ID
	}
	return tx.keepVersionsOf(ids)
}

// keepVersionsOf does so for listings by id, in order. On PostgreSQL their rows
// are locked first, by a statement of its own, so that what another transaction
// wrote meanwhile is seen.
func (tx *Tx) keepVersionsOf(ids []string) error {
	return blocks(ids, func(block []string) error {
		if tx.s.engine == Postgres {
			if _, err := tx.exec("SELECT key FROM listings WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE", block); err != nil {
				return err
			}
		}
		_, err := tx.exec(`INSERT INTO listing_versions (listing_key, version, merchant_key, title, description, category, brand, attributes, content_hash, replaced_at)
 SELECT l.key, l.version, l.merchant_key, l.title, l.description, l.category, l.brand, l.attributes, l.content_hash, ?
 FROM listings l JOIN records r ON r.listing_key = l.key AND r.listing_version = l.version WHERE l.id IN `+marks(len(block))+` ON CONFLICT DO NOTHING`,
			append([]any{tx.s.stamp()}, anys(block)...)...)
		return err
	})
}

// saveInputs keeps the answers that verdicts follow from.
func (tx *Tx) saveInputs(write []*judged) error {
	var rows []judgedInputRow
	for _, v := range write {
		if len(v.Answers) == 0 {
			continue
		}
		b, err := json.Marshal(v.Answers)
		if err != nil {
			return wrapKey("save input of", v.Verdict.ID, err)
		}
		rows = append(rows, judgedInputRow{v.Input[:], string(b)})
	}
	var args []any
	return blocks(rows, func(block []judgedInputRow) error {
		args = args[:0]
		for _, r := range block {
			args = append(args, r.Hash, r.Answers)
		}
		_, err := tx.exec("INSERT INTO judged_inputs (hash, answers) VALUES "+tuples(len(block), 2)+" ON CONFLICT DO NOTHING", args...)
		return err
	})
}

// Answers returns what qualifications answered for an input, in the order of the
// questions; nothing where nothing was asked, or it is not kept.
func (s *Store) Answers(ctx context.Context, input Hash) ([]string, error) {
	var kept string
	err := queryEach(ctx, s.reader(), s.engine, "SELECT answers FROM judged_inputs WHERE hash = ?", []any{input[:]}, func(r *sql.Rows) error {
		return r.Scan(&kept)
	})
	var out []string
	if err == nil && kept != "" {
		err = json.Unmarshal([]byte(kept), &out)
	}
	return out, wrap("answers", err)
}

// Versions returns the texts of a listing that a verdict stood on and that were
// edited since, the oldest first, and last the text as it is. An unknown
// listing is screening.ErrNotFound.
func (s *Store) Versions(ctx context.Context, id string) ([]ListingVersion, error) {
	row, err := s.Listing(ctx, id)
	if err != nil {
		return nil, err
	}
	out, err := readVersions(ctx, s.reader(), s.engine, row.Key, id)
	return append(out, ListingVersion{Version: row.Version, Listing: row.Listing, Content: row.Content}), wrapKey("versions of", id, err)
}

func readVersions(ctx context.Context, from queryer, e Engine, key Key, id string) ([]ListingVersion, error) {
	var out []ListingVersion
	err := queryEach(ctx, from, e, `SELECT v.version, m.id, v.title, v.description, v.category, v.brand, v.attributes, v.content_hash, v.replaced_at
 FROM listing_versions v LEFT JOIN merchants m ON m.key = v.merchant_key WHERE v.listing_key = ? ORDER BY v.version`, []any{int64(key)}, func(r *sql.Rows) error {
		v := ListingVersion{Listing: screening.Listing{ID: id}}
		l := &v.Listing
		var merchant, attributes *string
		var content sql.RawBytes
		var at int64
		err := r.Scan(&v.Version, &merchant, &l.Title, &l.Description, &l.Category, &l.Brand, &attributes, &content, &at)
		if err == nil {
			l.Attributes, err = decodeAttributes(attributes)
		}
		l.MerchantID, v.Content, v.ReplacedAt = value(merchant), hashOr(content, nil), fromMicros(at)
		out = append(out, v)
		return err
	})
	return out, err
}
