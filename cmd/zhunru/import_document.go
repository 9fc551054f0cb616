package main

import (
	"slices"

	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// mergeDocument takes a record over into what is kept of a document. A new one
// is accepted: a person exported it. What a person decided on one that is kept
// stands unless the file says otherwise.
func mergeDocument(d store.Document, record *intake.Record, r *qualification.Registry) (store.Document, *intake.RowError) {
	s := &fieldSetter{record: record}
	d.MerchantID = record.Fields["merchant_id"]
	if d.Decision == "" {
		d.Decision = store.Accepted
	}
	s.text("type", &d.Type)
	if _, known := r.Type(d.Type); !known {
		s.refuse("type", codeUnknownType, "没有登记这种证照，请用登记的名称或别名；zhunru check --types 列出全部")
	}
	s.text("number", &d.Number)
	s.text("holder", &d.Holder)
	s.text("uscc", &d.USCC)
	s.list("scope", &d.Scope)
	s.text("issuer", &d.Issuer)
	s.text("issued_on", &d.IssuedOn)
	s.text("valid_until", &d.ValidUntil)
	s.text("status", &d.Status)
	s.text("text", &d.Text)
	s.text("file", &d.File)
	s.day("issued_on")
	if _, has := record.Fields["valid_until"]; has {
		end, perpetual, given := s.day("valid_until")
		d.ExpiresOn, d.Perpetual = "", perpetual
		if given {
			d.ExpiresOn = end.String()
		}
	}
	choose(s, "decision", &d.Decision, map[string]store.Decision{
		"accepted": store.Accepted, "通过": store.Accepted, "已通过": store.Accepted, "审核通过": store.Accepted,
		"pending": store.Pending, "待审": store.Pending, "待审核": store.Pending, "审核中": store.Pending,
		"rejected": store.Declined, "驳回": store.Declined, "已驳回": store.Declined, "拒绝": store.Declined, "不通过": store.Declined, "未通过": store.Declined,
		"superseded": store.Superseded, "已替换": store.Superseded, "作废": store.Superseded,
	})
	return d, s.problem
}

func sameDocument(a, b *store.Document) bool {
	return a.Type == b.Type && a.Number == b.Number && a.Holder == b.Holder && a.USCC == b.USCC && slices.Equal(a.Scope, b.Scope) &&
		a.Issuer == b.Issuer && a.IssuedOn == b.IssuedOn && a.ValidUntil == b.ValidUntil && a.Status == b.Status && a.Text == b.Text &&
		a.File == b.File && a.ExpiresOn == b.ExpiresOn && a.Perpetual == b.Perpetual && a.Decision == b.Decision
}

// findDocument returns the kept document that a record is about, or a new one.
func findDocument(kept []store.Document, record *intake.Record, r *qualification.Registry) store.Document {
	fresh, _ := mergeDocument(store.Document{}, record, r)
	id := identity(r, &fresh.Document)
	for i := range kept {
		if d := &kept[i]; d.Decision != store.Superseded && identity(r, &d.Document) == id {
			return *d
		}
	}
	return store.Document{}
}
