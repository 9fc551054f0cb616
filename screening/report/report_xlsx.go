package report

import (
	"errors"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// The sheets of a report.
const (
	summarySheet = "摘要"
	rowsSheet    = "明细"
	columnsSheet = "字段"
)

// xlsxFile writes a summary with charts, the rows, on as many sheets as they
// need, and a sheet that gives every column's machine name. Numbers, days and
// times are real ones.
type xlsxFile struct {
	*page
	sheets
	values    []any
	scratch   []byte
	day, time int // styles
}

func newXLSX(p *page) (*xlsxFile, error) {
	f := &xlsxFile{page: p, values: make([]any, len(p.cols))}
	f.sheets = sheets{book: excelize.NewFile(), title: rowsSheet, filter: true, limit: sheetRows}
	for i := range p.cols {
		f.header, f.widths = append(f.header, p.cols[i].Title), append(f.widths, p.cols[i].width())
	}
	err := f.book.SetSheetName("Sheet1", summarySheet)
	for _, style := range []struct {
		format string
		into   *int
	}{{"yyyy-mm-dd", &f.day}, {"yyyy-mm-dd hh:mm:ss", &f.time}} {
		if err == nil {
			*style.into, err = f.book.NewStyle(&excelize.Style{CustomNumFmt: &style.format})
		}
	}
	if err == nil {
		err = f.begin()
	}
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *xlsxFile) add(row []Cell) error {
	for i := range row {
		f.values[i] = f.value(&f.cols[i], &row[i])
	}
	return f.sheets.add(f.values)
}

// value is a cell as excelize takes it.
func (f *xlsxFile) value(c *Column, v *Cell) any {
	switch c.Type {
	case TypeInt:
		if v.Known {
			return v.Number
		}
		return nil
	case TypeTime:
		if v.Known {
			return excelize.Cell{StyleID: f.time, Value: serial(v.Number)}
		}
		return nil
	case TypeDay:
		if t, err := time.Parse(time.DateOnly, v.Text); err == nil {
			return excelize.Cell{StyleID: f.day, Value: int(t.Unix()/daySeconds) + epochSerial}
		}
	case TypeFlag:
		if !v.Known {
			return nil
		}
		f.scratch = c.shown(f.scratch[:0], v, f.mask)
		return string(f.scratch)
	}
	s := c.text(v, f.mask)
	if s == "" {
		return nil
	}
	return clip(Guard(s))
}

// Excel counts days from the end of 1899.
const (
	daySeconds  = 24 * 60 * 60
	epochSerial = 25569
)

// serial is a time in China as Excel counts, to the second. It lies a tenth of a
// millisecond behind: no fraction of a day is exact, and LibreOffice cuts off
// what is the least bit short of a second and would show the one before.
func serial(micros int64) float64 {
	const behind = 1e-4
	seconds := time.UnixMicro(micros).Unix() + chinaOffset
	return (float64(seconds)+behind)/daySeconds + epochSerial
}

func (f *xlsxFile) finish(t *Totals) error {
	if err := f.end(); err != nil {
		return err
	}
	if err := errors.Join(f.describeColumns(), f.summarise(t)); err != nil {
		return err
	}
	return f.book.Write(f.to)
}

func (f *xlsxFile) describeColumns() error {
	_, err := f.book.NewSheet(columnsSheet)
	for i, title := range [...]string{"列", "机器名", "类型"} {
		err = errors.Join(err, f.put(columnsSheet, i+1, 1, title, f.bold))
	}
	for i := range f.cols {
		c := &f.cols[i]
		for k, s := range [...]string{c.Title, c.Name, string(c.Type)} {
			err = errors.Join(err, f.put(columnsSheet, k+1, i+2, s, 0))
		}
	}
	return errors.Join(err, f.book.SetColWidth(columnsSheet, "A", "C", 24))
}

func (f *xlsxFile) put(sheet string, col, row int, value any, style int) error {
	cell, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return err
	}
	if s, ok := value.(string); ok {
		value = clip(Guard(s))
	}
	err = f.book.SetCellValue(sheet, cell, value)
	if style != 0 {
		err = errors.Join(err, f.book.SetCellStyle(sheet, cell, cell, style))
	}
	return err
}

// summarise writes the first sheet: what the file says of itself, the totals,
// and a chart beside each count.
func (f *xlsxFile) summarise(t *Totals) error {
	row := 0
	err := f.book.SetColWidth(summarySheet, "A", "A", 24)
	err = errors.Join(err, f.book.SetColWidth(summarySheet, "B", "B", 16))
	put := func(title string, value any, style int) {
		row++
		err = errors.Join(err, f.put(summarySheet, 1, row, title, style), f.put(summarySheet, 2, row, value, 0))
	}
	for _, l := range f.head {
		put(l.title, l.value, f.bold)
	}
	put("行数", t.Rows, f.bold)
	for _, s := range t.Sums {
		put("合计 "+s.Title, s.Sum, f.bold)
	}
	for i := range t.Counts {
		row++
		put(t.Counts[i].Title, "行数", f.bold)
		from := row + 1
		counts := t.Counts[i].shown()
		for _, c := range counts {
			put(c.Title, c.Rows, 0)
		}
		if len(counts) > 0 {
			err = errors.Join(err, f.chart(t.Counts[i].Title, from, row))
			row = max(row, from+chartRows)
		}
	}
	return err
}

// chartRows is how many rows of the summary a chart covers.
const chartRows = 15

func (f *xlsxFile) chart(title string, from, to int) error {
	ref := func(col string) string { return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", summarySheet, col, from, col, to) }
	return f.book.AddChart(summarySheet, fmt.Sprintf("D%d", from-1), &excelize.Chart{
		Type: excelize.Bar, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}}, Legend: excelize.ChartLegend{Position: "none"},
		Series:    []excelize.ChartSeries{{Name: title, Categories: ref("A"), Values: ref("B")}},
		Dimension: excelize.ChartDimension{Width: 560, Height: 280}, YAxis: excelize.ChartAxis{MajorGridLines: true},
		XAxis: excelize.ChartAxis{ReverseOrder: true}, PlotArea: excelize.ChartPlotArea{ShowVal: true},
	})
}

func (f *xlsxFile) close() error { return f.book.Close() }
