package qualification

import (
	"fmt"
	"slices"
	"strings"

	"zhunru/screening/dictionary"
)

// A state is how far a document, a set, a group or a route counts. A higher
// state is better.
type state int

const (
	invalid state = iota
	lacking       // missing, or there but without something it must state
	doubtful
	valid
)

func (s state) outcome() Outcome {
	return [...]Outcome{Rejected, Incomplete, Review, MayApply}[s]
}

// stateOf is the state that the gravest fault leaves a document in.
func stateOf(faults []Fault) state {
	s := valid
	for i := range faults {
		s = min(s, severityState(faults[i].Severity))
	}
	return s
}

func severityState(s dictionary.Severity) state {
	switch s {
	case dictionary.Invalid:
		return invalid
	case dictionary.Missing:
		return lacking
	case dictionary.Doubt:
		return doubtful
	}
	return valid
}

// A judged document: its type and the faults it has whatever it is used for.
type judged struct {
	*Document
	index  int
	kind   int // document type, -1 if unknown
	faults []Fault
	state  state
}

// A bench is a dossier with every document judged on a day, ready for any
// number of categories.
type bench struct {
	r       *Registry
	d       *Dossier
	on      Date
	docs    []judged
	subject []Fault
	place   Province // of the subject, "" if unknown
}

// newBench judges each document of the dossier by itself.
func (r *Registry) newBench(d *Dossier, on Date) *bench {
	b := &bench{r: r, d: d, on: on, docs: make([]judged, len(d.Documents))}
	b.judgeSubject()
	for i := range d.Documents {
		j := &b.docs[i]
		j.Document, j.index, j.kind = &d.Documents[i], i, -1
		kind, ok := r.kindOf(j.Type)
		if !ok {
			b.subject = append(b.subject, Fault{
				Document: j.Type, Index: i, Code: "UNKNOWN_TYPE", Severity: dictionary.Warn, Field: "type",
				Why: fmt.Sprintf("第%d份文件的类型“%s”不在登记表中，未作判断；用 zhunru check --types 查看可用的名称", i+1, j.Type),
			})
			continue
		}
		j.kind = kind
		b.judge(j, &r.types[kind])
		j.state = stateOf(j.faults)
	}
	return b
}

func (b *bench) judgeSubject() {
	s := &b.d.Subject
	if f, severity := flawOfCode(s.USCC); f != nil {
		b.subject = append(b.subject, Fault{Document: "主体", Index: -1, Rule: "R-S10", Code: f.Code, Severity: severity, Field: "subject.uscc", Why: f.Why})
	}
	if p, ok := ProvinceOfPlace(s.Place); ok {
		b.place = p
	} else if p, ok := ProvinceOfRegion(USCCRegion(s.USCC)); ok && s.Place == "" {
		b.place = p
	}
}

// fault notes a fault of a document, under the name of its type.
func (b *bench) fault(j *judged, f Fault) {
	f.Document, f.Index = b.r.types[j.kind].Name, j.index
	j.faults = append(j.faults, f)
}

// judge applies every check that needs no category.
func (b *bench) judge(j *judged, t *documentType) {
	if t.MistakenAs != "" {
		b.fault(j, Fault{
			Rule: "R-S06", Code: "OTHER_DOCUMENT", Severity: dictionary.Invalid, Field: "type",
			Why: fmt.Sprintf("《%s》与《%s》是不同的文书，不能代替", t.Name, t.MistakenAs),
		})
	}
	b.judgeStatus(j)
	b.judgePresence(j, t)
	b.judgeNumber(j, t)
	b.judgeDates(j, t)
	b.judgeHolder(j, t)
	b.judgePlace(j, t)
	b.judgeContent(j, t)
}

var (
	inForce = []string{"", "有效", "正常", "存续", "在业", "在营", "开业"}
	ended   = []string{"吊销", "注销", "撤销", "撤回", "废止", "失效", "作废", "过期", "暂扣", "停用", "中止", "无效"}
)

func (b *bench) judgeStatus(j *judged) {
	status := NormalName(j.Status)
	switch {
	case slices.Contains(inForce, status):
	case slices.ContainsFunc(ended, func(w string) bool { return strings.Contains(status, w) }):
		b.fault(j, Fault{Rule: "R-S23", Code: "NOT_IN_FORCE", Severity: dictionary.Invalid, Field: "status", Quote: j.Status,
			Why: fmt.Sprintf("证照状态为“%s”，不再有效", j.Status)})
	default:
		b.fault(j, Fault{Rule: "R-S23", Code: "STATUS_UNKNOWN", Severity: dictionary.Doubt, Field: "status", Quote: j.Status,
			Why: fmt.Sprintf("看不懂证照状态“%s”，须人工核对；有效的写“有效”或留空", j.Status)})
	}
}

// absence is what it costs not to state a field: a person must look where the
// answer depends on it, and it is only said otherwise.
var absence = map[string]struct {
	severity dictionary.Severity
	rule     string
	name     string
}{
	"number":      {dictionary.Doubt, "", "证号"},
	"holder":      {dictionary.Doubt, "R-S10", "持有人"},
	"scope":       {dictionary.Doubt, "", "核准范围"},
	"valid_until": {dictionary.Doubt, "R-S23", "有效期"},
	"issued_on":   {dictionary.Warn, "R-S23", "签发日期"},
	"issuer":      {dictionary.Warn, "R-S11", "签发机关"},
	"uscc":        {dictionary.Warn, "R-S10", "统一社会信用代码"},
	"text":        {dictionary.Warn, "", "正文"},
}

func (b *bench) judgePresence(j *judged, t *documentType) {
	for _, field := range t.Fields {
		if j.states(field) {
			continue
		}
		a := absence[field]
		if field == "text" && t.Content != "" || field == "holder" && (t.OtherHold || j.USCC != "") || field == "valid_until" && t.Perpetual {
			continue // said by the check of the text; proved by the code; 长期 by default
		}
		severity := a.severity
		if field == "holder" && !slices.Contains(t.Fields, "number") {
			severity = dictionary.Warn // a form or a text, not a licence: R-S07 asks for its presence
		}
		b.fault(j, Fault{Rule: a.rule, Code: "FIELD_ABSENT", Severity: severity, Field: field,
			Why: fmt.Sprintf("《%s》没有填写%s（%s），须补上后核对", t.Name, a.name, field)})
	}
}

// states reports whether the document gives a field.
func (d *Document) states(field string) bool {
	switch field {
	case "number":
		return d.Number != ""
	case "holder":
		return d.Holder != ""
	case "scope":
		return len(d.Scope) > 0
	case "valid_until":
		return d.ValidUntil != ""
	case "issued_on":
		return d.IssuedOn != ""
	case "issuer":
		return d.Issuer != ""
	case "uscc":
		return d.USCC != ""
	case "text":
		return d.Text != ""
	}
	return false
}
