package report

import (
	"bufio"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"strconv"
)

// htmlRows is how many rows a page may have; a browser shows no more in
// reasonable time.
const htmlRows = 50_000

// htmlFile writes one page that needs nothing else and runs nothing: what the
// file says of itself, totals with charts drawn as SVG, and the rows, which
// wait in a temporary file until the totals are known.
type htmlFile struct {
	*page
	spool *os.File
	rows  *bufio.Writer
	n     int
	buf   []byte
}

func newHTML(p *page) (*htmlFile, error) {
	spool, err := os.CreateTemp("", "zhunru-report-*")
	if err != nil {
		return nil, err
	}
	return &htmlFile{page: p, spool: spool, rows: bufio.NewWriterSize(spool, flushAt)}, nil
}

func (f *htmlFile) add(row []Cell) error {
	if f.n++; f.n > htmlRows {
		return invalid("format", "网页最多 "+strconv.Itoa(htmlRows)+" 行，请缩短期间、增加筛选，或改用 xlsx、csv、jsonl")
	}
	f.buf = append(f.buf[:0], "<tr>"...)
	for i := range row {
		c := &f.cols[i]
		tag := "<td>"
		if c.Type == TypeInt {
			tag = `<td class="n">`
		}
		f.buf = append(append(f.buf, tag...), html.EscapeString(string(c.shown(nil, &row[i], f.mask)))...)
		f.buf = append(f.buf, "</td>"...)
	}
	_, err := f.rows.Write(append(f.buf, "</tr>\n"...))
	return err
}

const htmlStyle = `body{font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","AR PL SungtiL GB",sans-serif;margin:24px;color:#222}
h1{font-size:22px}h2{font-size:16px;margin:24px 0 8px}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:3px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#f3f4f6;white-space:nowrap}th small{display:block;font-weight:normal;color:#777}.n{text-align:right;font-variant-numeric:tabular-nums}
.rows{font-size:12px}.charts{display:flex;flex-wrap:wrap;gap:24px}figure{margin:0;break-inside:avoid}figcaption{font-weight:bold}
@media print{body{margin:0}.rows{font-size:9px}thead{display:table-header-group}tr{break-inside:avoid}@page{size:A4 landscape;margin:10mm}}`

func (f *htmlFile) finish(t *Totals) error {
	if err := f.rows.Flush(); err != nil {
		return err
	}
	if _, err := f.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	out := bufio.NewWriterSize(f.to, flushAt)
	f.begin(out)
	f.totals(out, t)
	fmt.Fprint(out, `<h2>明细</h2><table class="rows"><thead><tr>`)
	for i := range f.cols {
		fmt.Fprintf(out, "<th>%s<small>%s</small></th>", html.EscapeString(f.cols[i].Title), html.EscapeString(f.cols[i].Name))
	}
	fmt.Fprint(out, "</tr></thead><tbody>\n")
	if _, err := io.Copy(out, f.spool); err != nil {
		return err
	}
	fmt.Fprint(out, "</tbody></table></body></html>\n")
	return out.Flush() // tells of every failure before
}

func (f *htmlFile) begin(out io.Writer) {
	title := html.EscapeString(f.kind.Title)
	fmt.Fprintf(out, `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>%s</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>%s</style></head><body><h1>%s</h1><table>
`, title, htmlStyle, title)
	for _, l := range f.head {
		fmt.Fprintf(out, "<tr><th>%s</th><td>%s</td></tr>\n", html.EscapeString(l.title), html.EscapeString(l.value))
	}
	fmt.Fprint(out, "</table>\n")
}

func (f *htmlFile) totals(out io.Writer, t *Totals) {
	fmt.Fprintf(out, `<h2>合计</h2><table class="totals"><tr><th>行数</th><td class="n">%d</td></tr>`, t.Rows)
	for _, s := range t.Sums {
		fmt.Fprintf(out, `<tr><th>%s</th><td class="n">%d</td></tr>`, html.EscapeString(s.Title), s.Sum)
	}
	fmt.Fprint(out, `</table><div class="charts">`)
	for i := range t.Counts {
		chart(out, t.Counts[i].Title, t.Counts[i].shown())
	}
	fmt.Fprint(out, "</div>\n")
}

// Sizes of a chart, in pixels.
const (
	barHeight, barStep = 18, 24
	labelSpan, barSpan = 200, 240
)

// chart draws counts as horizontal bars, each with its number.
func chart(out io.Writer, title string, counts []Count) {
	most := int64(1)
	for _, c := range counts {
		most = max(most, c.Rows)
	}
	height := barStep*len(counts) + 4
	fmt.Fprintf(out, `<figure><figcaption>%s</figcaption><svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="%s">`,
		html.EscapeString(title), labelSpan+barSpan+80, height, html.EscapeString(title))
	for i, c := range counts {
		y := i * barStep
		width := max(1, int(float64(c.Rows)/float64(most)*barSpan))
		fmt.Fprintf(out, `<text x="%d" y="%d" text-anchor="end" font-size="12">%s</text><rect x="%d" y="%d" width="%d" height="%d" fill="#3b6ea5"/><text class="v" x="%d" y="%d" font-size="12">%d</text>`,
			labelSpan-6, y+14, html.EscapeString(short(c.Title)), labelSpan, y, width, barHeight, labelSpan+width+4, y+14, c.Rows)
	}
	fmt.Fprint(out, "</svg></figure>\n")
}

// short cuts a label to what fits beside a bar.
func short(s string) string {
	const most = 15
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (f *htmlFile) close() error {
	if f.spool == nil {
		return nil
	}
	err := errors.Join(f.spool.Close(), os.Remove(f.spool.Name()))
	f.spool = nil
	return err
}
