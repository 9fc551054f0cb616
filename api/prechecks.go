package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A PrecheckRequest asks whether a listing may be sold.
type PrecheckRequest struct {
	Listing SubmittedListing `json:"listing"`
}

// A Precheck says whether a listing may be sold, and what to change if not.
type Precheck struct {
	MaySell  bool              `json:"may_sell"`
	Verdict  Verdict           `json:"verdict"`
	Words    []WordToChange    `json:"words_to_change" nullable:"false" doc:"改掉或删去这些词；实际出售这类商品的，改词也不能销售"`
	Licences []LicenceToAdd    `json:"licences_to_add" nullable:"false" doc:"取得这些类目或证照即可"`
	Receipt  *PrecheckReceipt  `json:"receipt,omitempty" doc:"通过时才有"`
	Outcome  screening.Outcome `json:"outcome" enum:"prohibited,needs_category,review,pass"`
}

// A WordToChange is a place in the listing that keeps it from being sold.
type WordToChange struct {
	Field string         `json:"field"`
	Quote string         `json:"quote"`
	Span  screening.Span `json:"span"`
	Class string         `json:"class"`
	Name  string         `json:"name"`
	Do    string         `json:"do" doc:"商家怎么办"`
}

// A LicenceToAdd is a category that the listing needs, and what leads to it.
type LicenceToAdd struct {
	Category string               `json:"category"`
	AnyOf    [][]string           `json:"any_of,omitempty" doc:"任一组证照，组内须齐全"`
	Lacks    []qualification.Lack `json:"lacks,omitempty" doc:"已有材料还差什么"`
}

// A PrecheckReceipt proves a pass until it expires. It holds for the very
// listing, merchant included, and for one revision of the dictionary.
type PrecheckReceipt struct {
	Token       string    `json:"token"`
	ContentHash string    `json:"content_hash" doc:"SHA-256，十六进制"`
	Revision    string    `json:"revision"`
	ExpiresAt   time.Time `json:"expires_at" doc:"资质按日判断：到北京时间当天结束为止"`
}

// A ReceiptRequest asks whether a receipt holds for a listing.
type ReceiptRequest struct {
	Token   string           `json:"token" minLength:"1" maxLength:"1000"`
	Listing SubmittedListing `json:"listing"`
}

// A ReceiptAnswer says whether a receipt holds.
type ReceiptAnswer struct {
	Valid bool   `json:"valid"`
	Code  string `json:"code" enum:"VALID,FORGED,EDITED,EXPIRED,OTHER_REVISION"`
	Why   string `json:"why"`
}

// sealed is what a receipt's token holds.
type sealed struct {
	Content  string `json:"c"`
	Revision string `json:"r"`
	Expires  int64  `json:"e"`
}

func (s *Server) routePrechecks() {
	register(s, huma.Operation{
		OperationID: "create-precheck", Method: http.MethodPost, Path: "/v1/prechecks", Tags: []string{"prechecks"},
		Summary:     "这件商品能卖吗 / may I sell this",
		Description: "按今天的资质和当前词典判断，什么也不保存；通过时给出回执，改动任何一处即作废。",
	}, s.createPrecheck)
	register(s, huma.Operation{
		OperationID: "check-receipt", Method: http.MethodPost, Path: "/v1/prechecks/check", Tags: []string{"prechecks"},
		Summary: "核对回执 / check a receipt", Description: "核对回执是否由本服务签发、未过期、词典未变，且商品一字未改。",
	}, s.checkReceipt)
}

func (s *Server) createPrecheck(ctx context.Context, in *struct{ Body PrecheckRequest }) (*struct{ Body Precheck }, error) {
	l := screening.Listing(in.Body.Listing)
	if fields := checkTexts("/listing/", &l); len(fields) > 0 {
		return nil, because(fields...)
	}
	verdicts, err := s.backend.Screen(ctx, requestOf(ctx).actor, []screening.Listing{l}, false)
	if err != nil {
		return nil, err
	}
	v := verdicts[0]
	out := Precheck{
		MaySell: v.Outcome == screening.OutcomePass, Outcome: v.Outcome, Verdict: Verdict{v}, Words: []WordToChange{}, Licences: []LicenceToAdd{},
	}
	asked := map[string]bool{}
	for i := range v.Findings {
		f := &v.Findings[i]
		if !f.Outcome.AtLeast(screening.OutcomeReview) {
			continue
		}
		out.Words = append(out.Words, WordToChange{f.Field, f.Quote, f.Span, f.Class, f.Name, f.Remedy.Merchant})
		if m := f.Missing; m != nil && !asked[f.Class] {
			asked[f.Class] = true
			out.Licences = append(out.Licences, LicenceToAdd{m.Category, m.AnyOf, m.Lacks})
		}
	}
	if out.MaySell {
		out.Receipt = s.receipt(&l, v.Revision)
	}
	return &struct{ Body Precheck }{out}, nil
}

// receipt seals a pass.
func (s *Server) receipt(l *screening.Listing, revision string) *PrecheckReceipt {
	tomorrow, err := time.ParseInLocation(time.DateOnly, qualification.DateOf(s.now()).AddDays(1).String(), time.FixedZone("Asia/Shanghai", 8*60*60))
	if err != nil {
		panic("api: the day after today: " + err.Error())
	}
	r := sealed{contentHash(l), revision, tomorrow.Unix()}
	b, err := json.Marshal(r)
	if err != nil {
		panic("api: encode a receipt: " + err.Error())
	}
	letters := base64.RawURLEncoding
	return &PrecheckReceipt{letters.EncodeToString(b) + "." + letters.EncodeToString(s.seal("receipt", string(b))), r.Content, r.Revision, tomorrow.UTC()}
}

// contentHash covers all of a listing, its merchant too.
func contentHash(l *screening.Listing) string {
	b, err := json.Marshal(l)
	if err != nil {
		panic("api: encode a listing: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (s *Server) checkReceipt(ctx context.Context, in *struct{ Body ReceiptRequest }) (*struct{ Body ReceiptAnswer }, error) {
	l := screening.Listing(in.Body.Listing)
	out := ReceiptAnswer{Code: s.receiptCode(in.Body.Token, &l)}
	out.Valid = out.Code == "VALID"
	out.Why = requestOf(ctx).lang.pick(receiptText(out.Code))
	return &struct{ Body ReceiptAnswer }{out}, nil
}

func (s *Server) receiptCode(token string, l *screening.Listing) string {
	body, mac, _ := strings.Cut(token, ".")
	letters := base64.RawURLEncoding.Strict()
	b, err := letters.DecodeString(body)
	given, err2 := letters.DecodeString(mac)
	var r sealed
	switch {
	case err != nil, err2 != nil, !hmac.Equal(given, s.seal("receipt", string(b))), json.Unmarshal(b, &r) != nil:
		return "FORGED"
	case s.now().Unix() >= r.Expires:
		return "EXPIRED"
	case r.Revision != s.dictionary.Revision:
		return "OTHER_REVISION"
	case r.Content != contentHash(l):
		return "EDITED"
	}
	return "VALID"
}

func receiptText(code string) text {
	switch code {
	case "VALID":
		return text{"回执有效", "The receipt holds"}
	case "EXPIRED":
		return text{"回执已过期，请重新预检", "The receipt has expired; check the listing again"}
	case "OTHER_REVISION":
		return text{"签发后词典已更新，请重新预检", "The dictionary changed since; check the listing again"}
	case "EDITED":
		return text{"商品在预检之后改过，请重新预检", "The listing was edited since; check it again"}
	}
	return text{"回执不是本服务签发的，或被改动过，请重新预检", "The receipt is not ours or was altered; check the listing again"}
}
