package catalogue

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

// An issuance writes the documents of one merchant.
type issuance struct {
	s         stream
	on        qualification.Date
	joined    qualification.Date
	firm      *firm
	stranger  string // another merchant's name
	documents []qualification.Document
}

const businessLicence = "营业执照"

// verified is the last verification of identity: due every half year, late for
// some, and never before the merchant joined.
func (w *issuance) verified() qualification.Date {
	return max(w.joined, w.on.AddDays(-w.s.below(215)))
}

// licence writes the business licence. A few merchants have handed in none.
func (w *issuance) licence(s *stream) {
	if s.chance(3) {
		return
	}
	w.documents = append(w.documents, qualification.Document{
		Type: businessLicence, Number: w.firm.uscc, Holder: w.firm.name, USCC: w.firm.uscc, Scope: []string{"日用百货销售", "互联网销售"},
		Issuer:   w.firm.town.city + "市场监督管理局",
		IssuedOn: w.joined.AddDays(-30 - s.below(3000)).String(), ValidUntil: "长期",
	})
}

// papers writes one of the document sets of a trade, and returns the worst
// standing among them.
func (w *issuance) papers(t *trade) standing {
	worst := inForce
	if len(t.sets) == 0 {
		return worst
	}
	for _, p := range pick(&w.s, t.sets) {
		st := drawStanding(&w.s)
		if p.kind.Name == businessLicence {
			st = w.extend(p)
		} else if k := slices.IndexFunc(w.documents, func(d qualification.Document) bool { return d.Type == p.kind.Name }); k >= 0 {
			st = absent // judged with the trade it was written for
		} else {
			st = possible(p.kind, st)
			w.write(&p, st)
		}
		worst = max(worst, st)
	}
	return worst
}

// extend adds what a trade demands to the scope of the business licence.
func (w *issuance) extend(p paper) standing {
	if len(w.documents) == 0 || w.documents[0].Type != businessLicence {
		return absent
	}
	if p.scope != "" {
		w.documents[0].Scope = append(w.documents[0].Scope, p.scope+"销售")
	}
	return inForce
}

// possible returns the standing, or another where a document of the kind
// cannot stand so: it belongs to a supplier, has no form of number, or no end.
func possible(kind *dictionary.Document, st standing) standing {
	switch {
	case st == otherNumber && len(kind.Formats) == 0, st == otherHolder && (kind.OtherHold || !slices.Contains(kind.Fields, "holder")):
		return absent
	case st == endingSoon && !slices.Contains(kind.Fields, "valid_until"):
		return inForce
	}
	return st
}

func (w *issuance) write(p *paper, st standing) {
	if st == absent {
		return
	}
	kind, s := p.kind, &w.s
	states := func(field string) bool { return slices.Contains(kind.Fields, field) }
	issued, until := w.term(kind, st)
	d := qualification.Document{Type: kind.Name, Holder: w.firm.name, IssuedOn: issued.String(), Text: p.text}
	if kind.OtherHold {
		d.Holder = "" // a supplier's
	}
	if st == otherHolder {
		d.Holder = w.stranger
	}
	if states("number") {
		year, _, _ := issued.Civil()
		d.Number = number(s, kind, year, w.firm.town.sign)
		if st == otherNumber {
			_, last := utf8.DecodeLastRuneInString(d.Number)
			d.Number = d.Number[:len(d.Number)-last] + "?"
		}
	}
	switch {
	case states("valid_until"):
		d.ValidUntil = until.String()
	case st == expired:
		d.Status = "注销"
	}
	if states("issuer") || s.chance(60) {
		d.Issuer = issuerOf(kind.Issuer, w.firm)
	}
	if p.scope != "" {
		d.Scope = []string{p.scope}
	}
	if states("text") && d.Text == "" {
		d.Text = "本店已按平台要求告知消费者有关事项，详见商品页面。"
	}
	w.documents = append(w.documents, d)
}

// term draws when a document was issued and when it ends: as long as its kind
// may be valid, five years where nothing is prescribed.
func (w *issuance) term(kind *dictionary.Document, st standing) (issued, until qualification.Date) {
	months := 12*kind.Years + kind.Months
	if months == 0 {
		months = 60
	}
	switch st {
	case endingSoon:
		until = w.on.AddDays(w.s.below(newMerchantDays + 1))
	case expired:
		until = w.on.AddDays(-1 - w.s.below(400))
	default:
		until = w.on.AddMonths(months).AddDays(-1 - w.s.below(max(1, months*30-newMerchantDays-30)))
	}
	return until.AddMonths(-months).AddDays(1), until
}

// issuerOf names the authority of the firm's place for a kind of authority:
// 省级药品监督管理部门 is 广东省药品监督管理局 in 深圳.
func issuerOf(kind string, f *firm) string {
	kind, _, _ = strings.Cut(kind, ",")
	if before, after, ok := strings.Cut(kind, "("); ok {
		_, after, _ = strings.Cut(after, ")")
		kind = before + after
	}
	if i := strings.Index(kind, "国家或"); i >= 0 {
		kind = kind[i+len("国家或"):]
	}
	for _, national := range [...]string{"国家", "中国", "工业和信息化部", "农业农村部"} {
		if strings.HasPrefix(kind, national) {
			return kind
		}
	}
	at := f.town.city
	for _, level := range [...]string{"省级及以上", "省级", "设区的市级或国家", "设区的市级", "县级以上", "县级"} {
		if rest, ok := strings.CutPrefix(kind, level); ok {
			if kind = rest; strings.HasPrefix(level, "省级") && f.town.province != "" {
				at = f.town.province
			}
			break
		}
	}
	for _, office := range [...]string{"行政部门", "主管部门", "部门"} {
		if body, ok := strings.CutSuffix(kind, office); ok {
			body, _, _ = strings.Cut(body, "或")
			body, _, _ = strings.Cut(body, "、")
			return at + body + "局"
		}
	}
	if kind == "公安机关" {
		return at + "公安局"
	}
	return kind
}

// number makes up a number of one of the kind's forms, or of a plain form
// where none is known.
func number(s *stream, kind *dictionary.Document, year int, sign string) string {
	if len(kind.Formats) == 0 {
		return sign + strconv.Itoa(year) + strconv.Itoa(100000+s.below(900000)) + "号"
	}
	n := numberer{s: s, year: strconv.Itoa(year), sign: sign, optional: s.chance(50)}
	n.fill(pick(s, kind.Formats))
	return n.b.String()
}
