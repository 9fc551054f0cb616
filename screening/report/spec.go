package report

import (
	"slices"
	"strings"
	"time"

	"zhunru/screening"
)

// A Format is a kind of file. The empty value is invalid.
type Format string

// The formats.
const (
	FormatCSV   Format = "csv"
	FormatXLSX  Format = "xlsx"
	FormatJSONL Format = "jsonl"
	FormatHTML  Format = "html"
)

// Formats returns all formats.
func Formats() []Format { return []Format{FormatCSV, FormatXLSX, FormatJSONL, FormatHTML} }

// An Encoding is that of a CSV file; the empty value is UTF8.
type Encoding string

// The encodings. UTF8 begins with a byte order mark, so that Excel reads it.
const (
	UTF8    Encoding = "utf-8"
	GB18030 Encoding = "gb18030"
)

// A Filter keeps the rows whose column has one of the values, in the machine's
// words.
type Filter struct {
	Column string   `json:"column"`
	Values []string `json:"values"`
}

// A Spec is what a report was asked for.
type Spec struct {
	Kind     string   `json:"kind"`
	From     string   `json:"from,omitempty"` // first day in China, YYYY-MM-DD; empty: from the beginning
	To       string   `json:"to,omitempty"`   // last day; empty: to the end
	Format   Format   `json:"format"`
	Encoding Encoding `json:"encoding,omitempty"`
	Columns  []string `json:"columns,omitempty"` // in this order; none: all
	Where    []Filter `json:"where,omitempty"`   // all must hold
	Mask     Mask     `json:"mask"`
}

// Bounds of a Spec.
const (
	maxFilters = 20
	maxValues  = 1000
)

// Check returns a *screening.InvalidError that names the first thing that is
// wrong with a spec.
func (s *Spec) Check() error {
	k, ok := KindOf(s.Kind)
	if !ok {
		return invalid("kind", "没有报表“"+s.Kind+"”，请用 zhunru report list 查看，改为 "+strings.Join(kindNames(), "、")+" 之一")
	}
	if !slices.Contains(Formats(), s.Format) {
		return invalid("format", "没有格式“"+string(s.Format)+"”，请改为 csv、xlsx、jsonl、html 之一")
	}
	if s.Encoding != "" && s.Encoding != UTF8 && (s.Encoding != GB18030 || s.Format != FormatCSV) {
		return invalid("encoding", "编码“"+string(s.Encoding)+"”不可用，请改为 utf-8；gb18030 只用于 csv")
	}
	if s.Mask != MaskNone && s.Mask != MaskPersonal {
		return invalid("mask", "没有脱敏方式“"+string(s.Mask)+"”，请改为 none 或 personal")
	}
	if err := s.checkPeriod(&k); err != nil {
		return err
	}
	return s.checkColumns(&k)
}

func (s *Spec) checkPeriod(k *Kind) error {
	for _, d := range [...]struct{ field, day string }{{"from", s.From}, {"to", s.To}} {
		if _, err := time.Parse(time.DateOnly, d.day); d.day != "" && err != nil {
			return invalid(d.field, "“"+d.day+"”不是有效的日期，请写成 2026-01-31 的形式")
		}
		if d.day != "" && k.Period == "" {
			return invalid(d.field, "报表“"+k.Title+"”是当前状态，没有期间，请去掉 from 和 to")
		}
	}
	if s.From != "" && s.To != "" && s.To < s.From {
		return invalid("to", "止日 "+s.To+" 早于起日 "+s.From+"，请改正")
	}
	return nil
}

func (s *Spec) checkColumns(k *Kind) error {
	for i, name := range s.Columns {
		if k.index(name) < 0 {
			return invalid("columns", "报表“"+k.Title+"”没有列“"+name+"”，请改为 "+strings.Join(k.columnNames(), "、")+" 之一")
		}
		if slices.Contains(s.Columns[:i], name) {
			return invalid("columns", "列“"+name+"”写了两次，请去掉一次")
		}
	}
	if len(s.Where) > maxFilters {
		return invalid("where", "筛选条件多于 20 个，请减少")
	}
	for _, f := range s.Where {
		i := k.index(f.Column)
		if i < 0 {
			return invalid("where", "报表“"+k.Title+"”没有列“"+f.Column+"”，请改为 "+strings.Join(k.columnNames(), "、")+" 之一")
		}
		if len(f.Values) == 0 || len(f.Values) > maxValues {
			return invalid("where", "列“"+f.Column+"”要有 1 到 1000 个取值，请改正")
		}
		if p := k.Columns[i].Privacy; s.Mask != MaskNone && p != "" && p != PrivateText {
			return invalid("where", "列“"+f.Column+"”对您脱敏，不能用来筛选，请去掉这个条件")
		}
	}
	return nil
}

// Period returns the moments from which and before which the spec's days lie;
// the zero time is no bound.
func (s *Spec) Period() (from, before time.Time) {
	if d, err := time.ParseInLocation(time.DateOnly, s.From, china()); err == nil {
		from = d
	}
	if d, err := time.ParseInLocation(time.DateOnly, s.To, china()); err == nil {
		before = d.AddDate(0, 0, 1)
	}
	return from, before
}

func invalid(field, reason string) error {
	return &screening.InvalidError{Field: field, Reason: reason}
}
