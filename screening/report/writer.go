package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A Head is what a file says of itself.
type Head struct {
	Spec      Spec
	Revision  string // of the dictionary in use when it was made, "" if none
	Generated time.Time
	Actor     string // who asked
}

// A line is one thing a file says of itself.
type line struct{ name, title, value string }

func (h *Head) lines(k *Kind, cols []Column) []line {
	period := "全部"
	switch {
	case k.Period == "":
		period = "生成时的状态"
	case h.Spec.From != "" || h.Spec.To != "":
		period = k.Period + " " + h.Spec.From + " 至 " + h.Spec.To
	}
	names := make([]string, len(cols))
	for i := range cols {
		names[i] = cols[i].Name
	}
	filters := make([]string, 0, len(h.Spec.Where))
	for _, f := range h.Spec.Where {
		filters = append(filters, f.Column+"="+strings.Join(f.Values, ","))
	}
	mask := "未脱敏（none）"
	if h.Spec.Mask == MaskPersonal {
		mask = "个人信息已脱敏（personal）"
	}
	return []line{
		{"report", "报表", k.Title + "（" + k.Name + "）"}, {"about", "说明", k.About}, {"period", "期间", period},
		{"filters", "筛选", strings.Join(filters, "；")}, {"columns", "列", strings.Join(names, ",")}, {"mask", "脱敏", mask},
		{"revision", "词典版本", h.Revision}, {"actor", "生成人", h.Actor}, {"generated_at", "生成时间", h.Generated.In(china()).Format(time.RFC3339)},
	}
}

// An encoder turns rows of the chosen columns into one format.
type encoder interface {
	add(row []Cell) error
	finish(t *Totals) error
	close() error
}

// A Writer makes a file of rows. Memory does not grow with them. It is not safe
// for concurrent use.
type Writer struct {
	pick    []int // of the kind's columns
	filters []filter
	row     []Cell
	scratch []byte
	sum     *summary
	out     encoder
	kind    Kind
}

// A filter is a Filter on its way.
type filter struct {
	at     int
	values []string
}

// NewWriter begins a file that is written to to. The caller calls Finish when
// all rows are added, and Close in any case.
func NewWriter(to io.Writer, h Head) (*Writer, error) {
	if err := h.Spec.Check(); err != nil {
		return nil, err
	}
	k, _ := KindOf(h.Spec.Kind)
	w := &Writer{kind: k}
	for _, name := range h.Spec.Columns {
		w.pick = append(w.pick, k.index(name))
	}
	for i := range k.Columns {
		if len(h.Spec.Columns) == 0 {
			w.pick = append(w.pick, i)
		}
	}
	cols := make([]Column, len(w.pick))
	for i, at := range w.pick {
		cols[i] = k.Columns[at]
	}
	for _, f := range h.Spec.Where {
		w.filters = append(w.filters, filter{k.index(f.Column), f.Values})
	}
	w.row, w.sum = make([]Cell, len(cols)), newSummary(cols)
	p := page{to: to, kind: &w.kind, cols: cols, mask: h.Spec.Mask, head: h.lines(&w.kind, cols)}
	var err error
	switch h.Spec.Format {
	case FormatCSV:
		w.out = newCSV(&p, h.Spec.Encoding)
	case FormatJSONL:
		w.out = newJSONL(&p)
	case FormatXLSX:
		w.out, err = newXLSX(&p)
	case FormatHTML:
		w.out, err = newHTML(&p)
	}
	if err != nil {
		return nil, fmt.Errorf("report: %s: %w", k.Name, err)
	}
	return w, nil
}

// A page is what every encoder knows of its report.
type page struct {
	to   io.Writer
	kind *Kind
	cols []Column
	mask Mask
	head []line
}

// Add appends a row: all columns of the kind, in its order. Rows that a filter
// of the spec leaves out are not counted.
func (w *Writer) Add(row []Cell) error {
	if len(row) != len(w.kind.Columns) {
		return fmt.Errorf("report: %s: %d cells for %d columns", w.kind.Name, len(row), len(w.kind.Columns))
	}
	for i := range w.filters {
		f := &w.filters[i]
		w.scratch = w.kind.Columns[f.at].machine(w.scratch[:0], &row[f.at])
		if !slices.Contains(f.values, string(w.scratch)) {
			return nil
		}
	}
	for i, at := range w.pick {
		w.row[i] = row[at]
	}
	w.sum.add(w.row)
	if err := w.out.add(w.row); err != nil {
		return fmt.Errorf("report: %s: row %d: %w", w.kind.Name, w.sum.rows, err)
	}
	return nil
}

// Rows is how many rows the file has so far.
func (w *Writer) Rows() int64 { return w.sum.rows }

// Finish completes the file and returns its totals. Nothing can be added
// afterwards.
func (w *Writer) Finish() (Totals, error) {
	t := w.sum.totals()
	if err := w.out.finish(&t); err != nil {
		return t, fmt.Errorf("report: %s: %w", w.kind.Name, err)
	}
	return t, nil
}

// Close frees what a Writer holds, the temporary files. It may be called twice.
func (w *Writer) Close() error { return w.out.close() }
