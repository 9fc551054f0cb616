package extract

import "slices"

// A label is a word of a form that says what stands beside or under it.
type label struct {
	text  string  // half width, without spaces
	field Field   // empty: of no use to us, but the value before it ends here
	sure  float64 // that the word means the field
}

// labels lists the words seen on Chinese licences, filings and notices. A
// 法定代表人 is a person and never the holder; the words without a field end
// the value before them.
//
// The certainties are ours, estimated and not measured.
func labels() []label {
	return slices.Concat(
		named(Number, 0.95, "许可证编号", "许可证号", "许可证证号", "经营许可证编号", "经营许可证号", "注册证编号", "注册证号",
			"登记证编号", "登记证号", "证书编号", "证书号", "备案编号", "备案号", "备案凭证编号", "批准文号", "许可编号"),
		named(Number, 0.8, "证号", "证件编号", "文号", "注册号", "通知书编号"),
		named(Number, 0.7, "编号", "No.", "NO.", "NO", "№"),
		named(Holder, 0.95, "公司名称", "企业名称", "单位名称", "持证单位", "持证单位名称", "持证人", "许可证持有人", "被许可人",
			"注册人名称", "备案人名称", "经营者名称", "申请单位", "申请单位名称", "申请人名称", "法人名称", "生产企业名称", "经营企业名称", "个体工商户名称"),
		named(Holder, 0.75, "名称", "申请人", "持有人", "经营者", "字号名称", "单位"),
		named(USCC, 0.98, "统一社会信用代码", "统一社会信用代码/注册号", "社会信用代码", "统一信用代码"),
		named(USCC, 0.6, "信用代码"),
		named(Scope, 0.95, "业务种类", "业务种类及覆盖范围", "业务种类及服务项目", "业务种类(服务项目)及覆盖范围", "业务种类和覆盖范围",
			"经营范围", "许可项目", "许可范围", "核准服务项目", "许可经营项目", "经营项目", "生产范围"),
		named(Scope, 0.8, "服务项目", "业务范围", "食品类别", "经营类别", "许可内容", "许可事项"),
		named(Issuer, 0.95, "发证机关", "发证部门", "发证单位", "登记机关", "颁发机关", "颁证机关", "批准机关", "审批机关", "审批部门",
			"签发机关", "许可机关", "备案部门", "备案机关", "批准部门", "注册机关"),
		named(IssuedOn, 0.95, "发证日期", "颁发日期", "颁证日期", "签发日期", "批准日期", "发证时间"),
		named(IssuedOn, 0.8, "核准日期", "备案日期", "登记日期", "许可日期", "审批日期", "决定日期"),
		named(ValidUntil, 0.95, "有效期至", "有效期限至", "有效日期至", "有效期截止", "有效截止日期", "有效期到"),
		named(ValidUntil, 0.85, "有效期限", "营业期限", "经营期限", "有效期", "有效日期", "许可期限", "截止日期"),
		named("", 0, "法定代表人", "法定代表人(负责人)", "负责人", "企业负责人", "质量负责人", "住所", "注册住所", "地址", "注册地址",
			"通信地址", "经营场所", "生产地址", "仓库地址", "库房地址", "营业场所", "注册资本", "成立日期", "注册日期", "类型", "企业类型", "主体类型",
			"主体业态", "组成形式", "经营方式", "联系人", "联系电话", "电话", "传真", "邮编", "邮政编码", "网址", "网站名称", "网站域名",
			"覆盖范围", "服务范围", "备注", "产品名称", "商品名称", "型号规格", "规格", "签发人", "日常监督管理机构", "日常监督管理人员", "投诉举报电话", "附件"),
	)
}

func named(field Field, sure float64, texts ...string) []label {
	out := make([]label, 0, len(texts))
	for _, t := range texts {
		out = append(out, label{text: t, field: field, sure: sure})
	}
	return out
}

// An index finds the labels that begin with a character, the longest first.
type index map[rune][]indexed

type indexed struct {
	label
	runes []rune
}

func newIndex(all []label) index {
	ix := index{}
	for _, l := range all {
		runes := []rune(l.text)
		ix[runes[0]] = append(ix[runes[0]], indexed{l, runes})
	}
	for _, list := range ix {
		slices.SortStableFunc(list, func(a, b indexed) int { return len(b.runes) - len(a.runes) })
	}
	return ix
}

// A hit is a label found in a line.
type hit struct {
	label
	from, value int  // glyphs: where the label begins, where its value may
	colon       bool // a colon stands between
	tight       bool // nothing stands between
	near        bool // one character of the label was read differently
}

// hits returns the labels of a line, from left to right. A label stands at the
// start of a cell, or behind a space or sign with a colon after it; 产品名称 is
// not 名称. In text from OCR a long label may have one wrong character (发证机天).
func (ix index) hits(gs []glyph, ocr bool) []hit {
	var out []hit
	for i := 0; i < len(gs); i++ {
		if gs[i].gap == gapNone && !separates(gs[i-1].fold) {
			continue
		}
		h, ok := ix.at(gs, i, 0)
		if !ok && ocr {
			h, ok = ix.at(gs, i, 1)
		}
		if ok {
			out = append(out, h)
			i = h.value - 1
		}
	}
	return out
}

// at returns the longest label at gs[i] with at most wrong characters that
// differ. One that differs needs a colon.
func (ix index) at(gs []glyph, i, wrong int) (hit, bool) {
	for _, l := range ix[gs[i].fold] {
		if len(l.runes) < 4*wrong || !begins(gs[i:], l.runes, wrong) {
			continue
		}
		h := hit{label: l.label, from: i, value: afterNote(gs, i+len(l.runes)), near: wrong > 0}
		if h.value < len(gs) && isColon(gs[h.value].fold) {
			h.value++
			h.colon = true
		}
		h.tight = !h.colon && h.value < len(gs) && gs[h.value].gap == gapNone
		if h.colon || wrong == 0 && gs[i].gap == gapWide && (!h.tight || shaped(h.field)) {
			return h, true
		}
	}
	return hit{}, false
}

// isColon takes a semicolon for what OCR made of a colon.
func isColon(r rune) bool { return r == ':' || r == ';' }

func begins(gs []glyph, runes []rune, wrong int) bool {
	if len(gs) < len(runes) {
		return false
	}
	for i, r := range runes {
		if gs[i].fold != r {
			if wrong--; wrong < 0 {
				return false
			}
		}
	}
	return true
}

// afterNote passes over a note in brackets between a label and its colon:
// 名称（公章）：
func afterNote(gs []glyph, i int) int {
	if i >= len(gs) || gs[i].fold != '(' {
		return i
	}
	for j := i + 1; j < min(len(gs)-1, i+14); j++ {
		if gs[j].fold == ')' {
			if isColon(gs[j+1].fold) {
				return j + 1
			}
			break
		}
	}
	return i
}

func separates(r rune) bool {
	switch r {
	case ';', ',', '。', '、', ')', '(':
		return true
	}
	return false
}

// shaped tells fields whose value is known by its shape, so that it is found
// even where nothing stands between label and value.
func shaped(f Field) bool {
	return f == Number || f == USCC || f == IssuedOn || f == ValidUntil
}
