package qualification

import (
	"cmp"
	"fmt"
	"strings"

	"zhunru/screening/dictionary"
)

func (b *bench) judgeNumber(j *judged, t *documentType) {
	if j.Number == "" || len(t.formats) == 0 {
		return
	}
	if f := CheckFormats(t.formats, j.Number); f != nil {
		b.fault(j, Fault{Code: "NUMBER_FORMAT", Severity: dictionary.Doubt, Field: "number", Quote: j.Number,
			Why: fmt.Sprintf("《%s》的证号“%s”不合格式：%s", t.Name, j.Number, f.Why)})
	}
}

// judgeDates holds the day against the document's own dates (R-S23). A
// document counts on its last day; a day is one in Asia/Shanghai.
func (b *bench) judgeDates(j *judged, t *documentType) {
	issued, hasIssued := b.date(j, "issued_on", j.IssuedOn)
	until, hasUntil := b.date(j, "valid_until", j.ValidUntil)
	if hasIssued && issued > b.on {
		b.fault(j, Fault{Rule: "R-S23", Code: "NOT_YET_ISSUED", Severity: dictionary.Invalid, Field: "issued_on", Quote: j.IssuedOn,
			Why: fmt.Sprintf("《%s》%s才签发，尚未生效", t.Name, issued)})
	}
	if !hasUntil {
		b.judgeEndless(j, t)
		return
	}
	if until < b.on {
		b.fault(j, Fault{Rule: "R-S23", Code: "EXPIRED", Severity: dictionary.Invalid, Field: "valid_until", Quote: j.ValidUntil,
			Why: fmt.Sprintf("《%s》有效期至%s，已经过期", t.Name, until)})
	} else if by := until.AddDays(-t.Renewal); t.Renewal > 0 && by < b.on {
		b.fault(j, Fault{Rule: "R-S23", Code: "RENEWAL_DUE", Severity: dictionary.Warn, Field: "valid_until", Quote: j.ValidUntil,
			Why: fmt.Sprintf("《%s》%s到期，应当在%s以前申请延续；尚未申请的请立即办理", t.Name, until, by)})
	}
	if !hasIssued {
		return
	}
	if until < issued {
		b.fault(j, Fault{Rule: "R-S23", Code: "DATES_CONTRADICT", Severity: dictionary.Doubt, Field: "valid_until", Quote: j.ValidUntil,
			Why: fmt.Sprintf("《%s》的有效期至%s早于签发日期%s，须核对原件", t.Name, until, issued)})
	} else if months := 12*t.Years + t.Months; months > 0 && until > issued.AddMonths(months) {
		b.fault(j, Fault{Rule: "R-S23", Code: "TERM_TOO_LONG", Severity: dictionary.Doubt, Field: "valid_until", Quote: j.ValidUntil,
			Why: fmt.Sprintf("《%s》自%s至%s，长于规定的%s，须核对原件", t.Name, issued, until, term(t.Document))})
	}
}

// judgeEndless looks at a document that writes 长期 where its kind must end.
func (b *bench) judgeEndless(j *judged, t *documentType) {
	_, perpetual, flaw := ParseDate(j.ValidUntil)
	if j.ValidUntil == "" || flaw != nil || !perpetual || t.Perpetual || t.Years+t.Months == 0 {
		return
	}
	b.fault(j, Fault{Rule: "R-S23", Code: "TERM_TOO_LONG", Severity: dictionary.Doubt, Field: "valid_until", Quote: j.ValidUntil,
		Why: fmt.Sprintf("《%s》写“%s”，而这类证照最长%s，须核对原件", t.Name, j.ValidUntil, term(t.Document))})
}

func term(t *dictionary.Document) string {
	if t.Years > 0 {
		return fmt.Sprintf("%d年", t.Years)
	}
	return fmt.Sprintf("%d个月", t.Months)
}

// date reads a date of a document. A date that cannot be read is a fault, not
// an absence.
func (b *bench) date(j *judged, field, value string) (Date, bool) {
	if value == "" {
		return 0, false
	}
	d, perpetual, flaw := ParseDate(value)
	if flaw != nil {
		b.fault(j, Fault{Rule: "R-S23", Code: "DATE_UNREADABLE", Severity: dictionary.Doubt, Field: field, Quote: value,
			Why: fmt.Sprintf("日期“%s”读不懂：%s", value, flaw.Why)})
		return 0, false
	}
	return d, !perpetual
}

// judgeHolder holds name and code against the subject's (R-S10). A name is
// never nearly equal.
func (b *bench) judgeHolder(j *judged, t *documentType) {
	if f, severity := flawOfCode(j.USCC); f != nil {
		b.fault(j, Fault{Rule: "R-S10", Code: f.Code, Severity: severity, Field: "uscc", Quote: j.USCC, Why: f.Why})
	}
	if t.OtherHold {
		return
	}
	s := &b.d.Subject
	if j.Holder != "" && !SameName(j.Holder, s.Name) {
		b.fault(j, Fault{Rule: "R-S10", Code: "HOLDER_MISMATCH", Severity: dictionary.Invalid, Field: "holder", Quote: j.Holder,
			Why: fmt.Sprintf("《%s》的持有人“%s”不是认证主体“%s”：%s（R-S10）", t.Name, j.Holder, s.Name, DiffName(j.Holder, s.Name))})
	}
	if a, z := NormalName(j.USCC), NormalName(s.USCC); a != "" && z != "" && a != z {
		severity := dictionary.Invalid
		if len(a) != len(z) { // a number from before 统一社会信用代码: whose it is, a person must find out
			severity = dictionary.Doubt
		}
		b.fault(j, Fault{Rule: "R-S10", Code: "USCC_MISMATCH", Severity: severity, Field: "uscc", Quote: j.USCC,
			Why: fmt.Sprintf("《%s》的统一社会信用代码%s与认证主体的%s不同：%s（R-S10）", t.Name, j.USCC, s.USCC, DiffName(j.USCC, s.USCC))})
	}
}

// flawOfCode returns what is wrong with a code, for a person to see, or what
// is only unusual about it, to be said; nil for none.
func flawOfCode(code string) (*Flaw, dictionary.Severity) {
	if code == "" {
		return nil, ""
	}
	if f := CheckCode(code); f != nil {
		return f, dictionary.Doubt
	}
	return DoubtUSCC(code), dictionary.Warn
}

// judgePlace asks whether the authority is that of the registered place
// (R-S11). A national licence serves every place.
func (b *bench) judgePlace(j *judged, t *documentType) {
	if !t.Regional {
		return
	}
	issuer, national, known := ProvinceOfIssuer(j.Issuer)
	number, numberNational, numbered := ProvinceOfNumber(j.Number)
	if known && numbered && (national != numberNational || issuer != number) {
		b.fault(j, Fault{Rule: "R-S11", Code: "ISSUER_CONTRADICTS", Severity: dictionary.Doubt, Field: "issuer", Quote: j.Issuer,
			Why: fmt.Sprintf("《%s》的签发机关“%s”与证号“%s”不是同一地，须核对原件（R-S11）", t.Name, j.Issuer, j.Number)})
		return
	}
	if !known {
		issuer, national, known = number, numberNational, numbered
	}
	switch {
	case !known && j.Issuer != "":
		b.fault(j, Fault{Rule: "R-S11", Code: "ISSUER_UNKNOWN", Severity: dictionary.Doubt, Field: "issuer", Quote: j.Issuer,
			Why: fmt.Sprintf("看不出“%s”是哪里的机关，须人工核对是否为注册地主管部门（R-S11）", j.Issuer)})
	case !known || national:
	case b.place == "":
		b.fault(j, Fault{Rule: "R-S11", Code: "PLACE_UNKNOWN", Severity: dictionary.Warn, Field: "subject.registered_place",
			Why: fmt.Sprintf("没有写明主体注册地，无法核对《%s》是否由注册地主管部门签发（R-S11）；请填 registered_place", t.Name)})
	case issuer != b.place:
		b.fault(j, Fault{Rule: "R-S11", Code: "OTHER_PLACE", Severity: dictionary.Doubt, Field: "issuer", Quote: j.Issuer,
			Why: fmt.Sprintf("《%s》由%s签发，而主体注册在%s，须人工核对（R-S11）", t.Name, issuer, b.place)})
	}
}

// judgeContent reads the text of a notice (R-S06) or of a platform rule
// (R-S14 to R-S16).
func (b *bench) judgeContent(j *judged, t *documentType) {
	if t.Content != "" && j.OCR {
		b.fault(j, Fault{Rule: cmp.Or(ruleOfContent[t.Content], "R-S06"), Code: "TEXT_BY_OCR", Severity: dictionary.Doubt, Field: "text",
			Why: fmt.Sprintf("《%s》的正文是从图片识别的，须人工与原件核对", t.Name)})
	}
	switch t.Content {
	case "":
	case "notice":
		b.judgeNotice(j, t)
	default:
		b.judgeTopics(j, t)
	}
}

func (b *bench) judgeNotice(j *judged, t *documentType) {
	b.judgeAddressee(j, t)
	n := b.r.notice.Read(j.Text)
	severity := dictionary.Doubt
	switch n.Result {
	case NoticeAccepted:
		b.fault(j, Fault{Rule: "R-S06", Code: n.Code, Severity: dictionary.Warn, Field: "text", Why: n.Why, Quote: n.Quote, Span: n.Span})
		if len(b.d.Subject.OtherPlatforms) > 0 {
			b.fault(j, Fault{Rule: "R-S06", Code: "OTHER_PLATFORMS", Severity: dictionary.Doubt, Field: "subject.other_platforms",
				Why: fmt.Sprintf("主体另有%s，《%s》只说明微信平台内的业务，是否仍需许可须人工核对（R-S06）", joinQuoted(b.d.Subject.OtherPlatforms), t.Name)})
		}
		return
	case NoticeRefused:
		severity = dictionary.Invalid
	}
	b.fault(j, Fault{Rule: "R-S06", Code: n.Code, Severity: severity, Field: "text", Why: n.Why, Quote: n.Quote, Span: n.Span})
}

func (b *bench) judgeTopics(j *judged, t *documentType) {
	if j.Text == "" {
		b.fault(j, Fault{Rule: ruleOfContent[t.Content], Code: "TEXT_ABSENT", Severity: dictionary.Warn, Field: "text",
			Why: fmt.Sprintf("没有《%s》的正文，只核对了文件齐备，内容未核对（%s）；附上 text 或 file 可核对", t.Name, ruleOfContent[t.Content])})
		return
	}
	for _, topic := range b.r.topics.Read(t.Content, j.Text) {
		if topic.Covered {
			continue
		}
		severity := dictionary.Missing
		switch {
		case topic.Doubt:
			severity = dictionary.Doubt
		case !topic.Required:
			severity = dictionary.Warn
		}
		b.fault(j, Fault{Rule: topic.Rule, Code: "TOPIC_MISSING", Severity: severity, Field: "text", Why: topic.Why, Quote: topic.Quote, Span: topic.Span})
	}
}

var ruleOfContent = map[string]string{"agreement": "R-S14", "admission": "R-S15", "dispute": "R-S16"}

func joinQuoted(list []string) string { return "“" + strings.Join(list, "”、“") + "”" }
