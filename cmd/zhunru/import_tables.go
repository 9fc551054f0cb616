package main

import (
	"slices"
	"strings"
	"time"

	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// The codes of rows of merchants and documents that cannot be kept.
const (
	codeBadDate         = "DATE_INVALID"
	codeBadValue        = "VALUE_UNKNOWN"
	codeUnknownType     = "TYPE_UNKNOWN"
	codeUnknownMerchant = "MERCHANT_UNKNOWN"
)

// merchantTable says what a file of merchants may hold.
func merchantTable() *intake.Table {
	return &intake.Table{
		Columns: []intake.Column{
			{Field: "id", Names: []string{"商家编号", "商家id", "商家", "编号", "merchant_id", "店铺编号"}, Kind: intake.ColumnID, Required: true},
			{Field: "name", Names: []string{"名称", "商家名称", "企业名称", "主体名称", "店铺名称"}, Required: true},
			{Field: "uscc", Names: []string{"统一社会信用代码", "信用代码", "社会信用代码"}, Kind: intake.ColumnID},
			{Field: "registered_place", Names: []string{"注册地", "注册地址", "住所"}},
			{Field: "joined_on", Names: []string{"入驻时间", "入驻日期", "joined_at"}, Kind: intake.ColumnDay},
			{Field: "verified_on", Names: []string{"核验日期", "核验时间", "最近核验"}, Kind: intake.ColumnDay},
			{Field: "kind", Names: []string{"主体类型", "类型"}},
			{Field: "categories_held", Names: []string{"已有类目", "已取得类目", "类目"}},
			{Field: "other_platforms", Names: []string{"其他平台"}},
			{Field: "exempt", Names: []string{"免登记", "豁免登记", "免于登记"}},
			{Field: "state", Names: []string{"状态", "商家状态"}},
		},
		Key: func(f map[string]string) string { return f["id"] },
	}
}

// documentTable says what a file of documents may hold. No two rows may be the
// same document of a merchant.
func documentTable(r *qualification.Registry) *intake.Table {
	return &intake.Table{
		Columns: []intake.Column{
			{Field: "merchant_id", Names: []string{"商家编号", "商家id", "商家", "店铺编号"}, Kind: intake.ColumnID, Required: true},
			{Field: "type", Names: []string{"证照类型", "证照名称", "证照", "材料类型"}, Required: true},
			{Field: "number", Names: []string{"证号", "证照编号", "证照号码", "编号", "许可证编号"}, Kind: intake.ColumnID},
			{Field: "holder", Names: []string{"持有人", "持证人", "主体名称", "企业名称"}},
			{Field: "uscc", Names: []string{"统一社会信用代码", "信用代码"}, Kind: intake.ColumnID},
			{Field: "scope", Names: []string{"范围", "经营范围", "许可范围", "许可项目"}},
			{Field: "issuer", Names: []string{"发证机关", "发证部门", "登记机关"}},
			{Field: "issued_on", Names: []string{"发证日期", "签发日期", "成立日期"}, Kind: intake.ColumnDay},
			{Field: "valid_until", Names: []string{"有效期至", "有效期", "到期日", "到期日期"}, Kind: intake.ColumnDay},
			{Field: "status", Names: []string{"状态", "证照状态"}},
			{Field: "text", Names: []string{"正文", "全文"}},
			{Field: "file", Names: []string{"文件", "扫描件"}},
			{Field: "decision", Names: []string{"审核状态", "审核结果"}},
		},
		Key: func(f map[string]string) string {
			d := qualification.Document{
				Type: f["type"], Number: strings.TrimSpace(f["number"]), Holder: f["holder"], IssuedOn: f["issued_on"], File: f["file"], Text: f["text"],
			}
			return f["merchant_id"] + "\x1f" + identity(r, &d)
		},
	}
}

// identity is what a renewed or corrected document has in common with the one
// before: its type and number, or, where it has no number, who holds it since
// when.
func identity(r *qualification.Registry, d *qualification.Document) string {
	name := d.Type
	if t, ok := r.Type(name); ok {
		name = t.Name
	}
	if d.Number != "" {
		return name + "\x1f" + d.Number
	}
	return strings.Join([]string{name, "", d.Holder, d.IssuedOn, d.File, d.Text}, "\x1f")
}

// A fieldSetter takes fields of a record over and keeps the first problem.
type fieldSetter struct {
	record  *intake.Record
	problem *intake.RowError
}

func (s *fieldSetter) refuse(field, code, reason string) {
	if s.problem == nil {
		s.problem = &intake.RowError{Line: s.record.Line, Field: field, Code: code, Reason: reason, Excerpt: shorten(s.record.Fields[field]), Refused: true}
	}
}

// shorten keeps the beginning of a field for people to find it again.
func shorten(s string) string {
	if r := []rune(s[:min(len(s), 400)]); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// text sets a field if the file has a column for it.
func (s *fieldSetter) text(field string, to *string) {
	if v, has := s.record.Fields[field]; has {
		*to = strings.TrimSpace(v)
	}
}

func (s *fieldSetter) list(field string, to *[]string) {
	v, has := s.record.Fields[field]
	if !has {
		return
	}
	*to = nil
	for part := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ';' || r == '；' || r == '|' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			*to = append(*to, part)
		}
	}
}

// day reads a date as people write it; one that is empty or perpetual is zero.
func (s *fieldSetter) day(field string) (d qualification.Date, perpetual, given bool) {
	v := s.record.Fields[field]
	if v == "" {
		return 0, false, false
	}
	d, perpetual, flaw := qualification.ParseDate(v)
	if flaw != nil {
		s.refuse(field, codeBadDate, flaw.Why)
	}
	return d, perpetual, flaw == nil && !perpetual
}

// choose reads one of the words that stand for a value; an empty field leaves
// the value as it is.
func choose[T ~string](s *fieldSetter, field string, to *T, words map[string]T) {
	v := strings.ToLower(strings.TrimSpace(s.record.Fields[field]))
	if v == "" {
		return
	}
	known, ok := words[v]
	if !ok {
		names := make([]string, 0, len(words))
		for name := range words {
			names = append(names, name)
		}
		slices.Sort(names)
		s.refuse(field, codeBadValue, "不是可用的值，请改为 "+strings.Join(names, "、")+" 之一")
		return
	}
	*to = known
}

// merge takes a record over into what is kept of a merchant. Columns that the
// file does not have leave it as it is.
func mergeMerchant(m store.Merchant, record *intake.Record) (store.Merchant, *intake.RowError) {
	s := &fieldSetter{record: record}
	m.ID = record.Fields["id"]
	if m.Kind == "" {
		m.Kind = "merchant"
	}
	if m.State == "" || m.State == store.MerchantNamed {
		m.State = store.MerchantActive
	}
	s.text("name", &m.Name)
	s.text("uscc", &m.USCC)
	s.text("registered_place", &m.Place)
	s.list("categories_held", &m.CategoriesHeld)
	s.list("other_platforms", &m.OtherPlatforms)
	if _, has := record.Fields["joined_on"]; has {
		m.JoinedAt = time.Time{}
		if d, _, given := s.day("joined_on"); given {
			m.JoinedAt = time.Unix(int64(d)*24*60*60-8*60*60, 0).UTC() // midnight in China
		}
	}
	if _, has := record.Fields["verified_on"]; has {
		m.VerifiedOn = ""
		if d, _, given := s.day("verified_on"); given {
			m.VerifiedOn = d.String()
		}
	}
	choose(s, "kind", &m.Kind, map[string]string{"merchant": "merchant", "商家": "merchant", "platform": "platform", "平台": "platform", "平台方": "platform"})
	choose(s, "state", &m.State, map[string]store.MerchantState{
		"active": store.MerchantActive, "在营": store.MerchantActive, "正常": store.MerchantActive, "营业": store.MerchantActive,
		"suspended": store.MerchantSuspended, "暂停": store.MerchantSuspended, "停用": store.MerchantSuspended, "冻结": store.MerchantSuspended,
		"left": store.MerchantLeft, "退出": store.MerchantLeft, "清退": store.MerchantLeft, "关闭": store.MerchantLeft,
	})
	exempt := ""
	choose(s, "exempt", &exempt, map[string]string{"true": "y", "1": "y", "是": "y", "false": "n", "0": "n", "否": "n"})
	if exempt != "" {
		m.Exempt = exempt == "y"
	}
	return m, s.problem
}

func sameMerchant(a, b store.Merchant) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Name == b.Name && a.USCC == b.USCC && a.Place == b.Place && a.VerifiedOn == b.VerifiedOn &&
		slices.Equal(a.CategoriesHeld, b.CategoriesHeld) && slices.Equal(a.OtherPlatforms, b.OtherPlatforms) &&
		a.JoinedAt.Equal(b.JoinedAt) && a.Exempt == b.Exempt && a.State == b.State
}
