package store

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhunru/screening/qualification"
	"zhunru/screening/report"
)

// A merchantPage is some merchants with their documents and qualifications, by
// key.
type merchantPage struct {
	list           []merchantRow
	documents      map[int64][]documentRow
	qualifications map[int64][]qualificationRow
}

// eachMerchants calls f for all merchants, a page at a time, by key.
func (r *reporting) eachMerchants(f func(*merchantPage) error) error {
	const size = 500
	for last := int64(0); ; {
		p := merchantPage{documents: map[int64][]documentRow{}, qualifications: map[int64][]qualificationRow{}}
		g := r.s.read.WithContext(r.ctx)
		if err := g.Where("key > ?", last).Order("key").Limit(size).Find(&p.list).Error; err != nil || len(p.list) == 0 {
			return err
		}
		first, end := p.list[0].Key, p.list[len(p.list)-1].Key
		var documents []documentRow
		if err := g.Omit("text").Where("merchant_key BETWEEN ? AND ?", first, end).Order("merchant_key, key").Find(&documents).Error; err != nil {
			return err
		}
		var held []qualificationRow
		if err := g.Where("merchant_key BETWEEN ? AND ?", first, end).Find(&held).Error; err != nil {
			return err
		}
		for i := range p.list {
			if err := r.s.unseal(&p.list[i]); err != nil {
				return err
			}
		}
		for i := range documents {
			if err := r.s.unseal(&documents[i]); err != nil {
				return err
			}
			p.documents[documents[i].MerchantKey] = append(p.documents[documents[i].MerchantKey], documents[i])
		}
		slices.SortFunc(held, func(a, b qualificationRow) int {
			return cmp.Or(cmp.Compare(a.MerchantKey, b.MerchantKey), strings.Compare(a.Category, b.Category))
		})
		for i := range held {
			p.qualifications[held[i].MerchantKey] = append(p.qualifications[held[i].MerchantKey], held[i])
		}
		if err := f(&p); err != nil {
			return err
		}
		if err := r.page(); err != nil {
			return err
		}
		last = end
	}
}

// Days of re-verification: 网络交易监督管理办法 art. 24 asks for it every six months.
const (
	verifyMonths = 6
	verifyNotice = 150 // days after which it is due
	expiringDays = 30
)

// A dossierState is what merchants are told of their documents, counted.
type dossierState struct {
	documents, pending, expired, expiring, maySell, incomplete int64
	next                                                       string // expiry
	missing                                                    []string
}

func (r *reporting) dossier(p *merchantPage, key int64) (dossierState, error) {
	var d dossierState
	today, soon := dayOf(r.now()), dayOf(r.now().AddDate(0, 0, expiringDays))
	for i := range p.documents[key] {
		x := &p.documents[key][i]
		if x.Decision != string(Pending) && x.Decision != string(Accepted) {
			continue
		}
		d.documents++
		if x.Decision == string(Pending) {
			d.pending++
		}
		on := value(x.ExpiresOn)
		switch {
		case on == "":
			continue
		case on < today:
			d.expired++
			continue
		case on <= soon:
			d.expiring++
		}
		if d.next == "" || on < d.next {
			d.next = on
		}
	}
	for i := range p.qualifications[key] {
		q := &p.qualifications[key][i]
		switch qualification.Outcome(q.State) {
		case qualification.MayApply:
			if (q.UntilOn == nil || *q.UntilOn >= today) && (q.SinceOn == nil || *q.SinceOn <= today) {
				d.maySell++
			}
		case qualification.Incomplete:
			d.incomplete++
		}
		lacks, err := lacking(q)
		if err != nil {
			return d, err
		}
		for _, l := range lacks {
			if !slices.Contains(d.missing, l) {
				d.missing = append(d.missing, l)
			}
		}
	}
	return d, nil
}

// lacking names the documents that a category wants.
func lacking(q *qualificationRow) ([]string, error) {
	if q.Missing == nil {
		return nil, nil
	}
	var faults []qualification.Fault
	if err := json.Unmarshal([]byte(*q.Missing), &faults); err != nil {
		return nil, err
	}
	var out []string
	for i := range faults {
		if d := faults[i].Document; d != "" && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out, nil
}

func (r *reporting) merchants(p *merchantPage) error {
	today := dayOf(r.now())
	for i := range p.list {
		m := &p.list[i]
		d, err := r.dossier(p, m.Key)
		if err != nil {
			return err
		}
		verified, by, state := verifiedUntil(value(m.VerifiedOn), today)
		err = r.row([]report.Cell{
			report.Str(m.ID), report.Str(m.Name), report.Str(m.Uscc), report.Str(m.Kind), report.Str(m.State), report.Flag(m.Exempt), report.Str(dayOf(fromOptMicros(m.JoinedAt))),
			report.Num(d.documents), report.Num(d.pending), report.Num(d.expired), report.Num(d.expiring), report.Str(d.next), report.Num(d.maySell), report.Num(d.incomplete),
			report.Str(strings.Join(d.missing, "、")), report.Str(verified), report.Str(by), report.Str(state),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// verifiedUntil says until when an identity that was verified on a day counts.
func verifiedUntil(on, today string) (verified, by, state string) {
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return "", "", "never"
	}
	by = t.AddDate(0, verifyMonths, 0).Format(time.DateOnly)
	switch {
	case today > by:
		return on, by, "overdue"
	case today >= t.AddDate(0, 0, verifyNotice).Format(time.DateOnly):
		return on, by, "due"
	}
	return on, by, "ok"
}

// within reports whether a day lies in the report's period; no day lies in
// every one that has no bounds.
func (r *reporting) within(day string) bool {
	s := &r.q.Head.Spec
	if s.From == "" && s.To == "" {
		return true
	}
	return day != "" && (s.From == "" || day >= s.From) && (s.To == "" || day <= s.To)
}

func (r *reporting) documents(p *merchantPage) error {
	for i := range p.list {
		m := &p.list[i]
		for k := range p.documents[m.Key] {
			d := &p.documents[m.Key][k]
			if !r.within(value(d.ExpiresOn)) {
				continue
			}
			err := r.row([]report.Cell{
				report.Num(d.Key), report.Str(m.ID), report.Str(m.Name), report.Str(d.Type), report.Str(d.Number), report.Str(d.Holder), report.Str(d.Issuer),
				report.Str(d.IssuedOn), report.Str(d.ValidUntil), report.Str(value(d.ExpiresOn)), report.Flag(d.Perpetual), report.Str(d.Decision), report.Str(d.Status), cellAt(d.UpdatedAt),
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reporting) categories(p *merchantPage) error {
	for i := range p.list {
		m := &p.list[i]
		for k := range p.qualifications[m.Key] {
			q := &p.qualifications[m.Key][k]
			if !r.within(value(q.UntilOn)) {
				continue
			}
			lacks, err := lacking(q)
			if err == nil {
				err = r.row([]report.Cell{
					report.Str(m.ID), report.Str(m.Name), report.Str(q.Category), report.Str(q.State), report.Str(value(q.SinceOn)), report.Str(value(q.UntilOn)),
					report.Str(strings.Join(lacks, "、")), report.Str(q.EvaluatedOn), report.Str(q.Profile),
				})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// A wantedField is something the law wants to be reported.
type wantedField struct{ title, value string }

// identity lists the merchants that did not leave, with what the law wants of
// each and is not there.
func (r *reporting) identity(p *merchantPage) error {
	for i := range p.list {
		m := &p.list[i]
		if m.Kind != "merchant" || m.State == string(MerchantLeft) {
			continue
		}
		registration := "registered"
		wanted := []wantedField{
			{"名称", m.Name}, {"统一社会信用代码", m.Uscc}, {"实际经营地址", m.Address}, {"联系方式", m.Phone}, {"网店名称", m.ShopName}, {"网址链接", m.ShopURL},
		}
		if m.Exempt {
			registration = "exempt"
			wanted[0].title, wanted[1] = "姓名", wantedField{"身份证件号码", m.IDNumber}
			wanted = append(wanted, wantedField{"免登记类型", m.Exemption})
		}
		var lacks []string
		for _, w := range wanted {
			if w.value == "" {
				lacks = append(lacks, w.title)
			}
		}
		err := r.row([]report.Cell{
			report.Str(registration), report.Str(m.Name), report.Str(m.Uscc), report.Str(m.IDNumber), report.Str(m.Address), report.Str(m.Contact), report.Str(m.Phone),
			report.Str(m.ShopName), report.Str(m.ShopURL), report.Str(m.Exemption), report.Str(m.ID), report.Str(m.State), report.Str(strings.Join(lacks, "、")),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
