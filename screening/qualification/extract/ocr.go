package extract

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	ocrMemory = 2 << 30
	// doubtful is the confidence below which a person is told to look twice.
	doubtful = 0.6
)

// recognise runs tesseract on a file, or on a picture through stdin, and
// returns the pages that hold words.
func (s *source) recognise(ctx context.Context, input string, stdin []byte) ([]Page, error) {
	out, complaints, err := run(ctx, job{
		tool:   s.o.Tools.Tesseract,
		args:   []string{input, "stdout", "-l", "chi_sim+eng", "--psm", "3", "tsv"},
		stdin:  stdin,
		memory: ocrMemory,
		output: s.o.MaxText*8 + 1<<20, // a line of positions for each word
	})
	if strings.Contains(complaints, "Failed loading language") || strings.Contains(complaints, "Error opening data file") {
		return nil, s.fail(ErrNoText, "OCR 程序缺少语言数据，请让管理员安装：%s", Install)
	}
	if err != nil {
		return nil, s.failed(ctx, err, complaints)
	}
	return parseTSV(string(out)), nil
}

// doubt warns of a page that was read badly.
func (s *source) doubt(p Page) {
	if p.OCR && p.Confidence < doubtful {
		s.warnf("第 %d 页识别把握较低（%.0f%%），请与原件逐字核对，或摆正后以 300 dpi 重新扫描", p.Number, p.Confidence*100)
	}
}

// A word is one row of tesseract's table at the level of words.
type word struct {
	page             int
	line             [3]int // block, paragraph, line
	left, width, hgt int
	conf             float64 // 0 to 100
	text             string
}

// parseTSV turns tesseract's table into pages. Rows that are not words, or not
// rows, are skipped: the table is tesseract's own.
func parseTSV(table string) []Page {
	var pages []Page
	var w pageWriter
	for row := range strings.SplitSeq(table, "\n") {
		x, ok := parseWord(strings.TrimSuffix(row, "\r"))
		if !ok {
			continue
		}
		if w.page != x.page {
			if w.page > 0 {
				pages = append(pages, w.done())
			}
			w = pageWriter{page: x.page}
		}
		w.add(x)
	}
	if w.page > 0 {
		pages = append(pages, w.done())
	}
	return pages
}

func parseWord(row string) (word, bool) {
	col := strings.SplitN(row, "\t", 12)
	if len(col) < 12 || col[0] != "5" {
		return word{}, false
	}
	var n [10]int
	for i := range n {
		v, err := strconv.Atoi(col[i])
		if err != nil {
			return word{}, false
		}
		n[i] = v
	}
	conf, err := strconv.ParseFloat(col[10], 64)
	text := strings.TrimSpace(clean(strings.ReplaceAll(col[11], "\t", " ")))
	if err != nil || !(conf >= 0) || text == "" || n[1] < 1 {
		return word{}, false
	}
	return word{page: n[1], line: [3]int{n[2], n[3], n[4]}, left: n[6], width: n[8], hgt: n[9], conf: min(conf, 100), text: text}, true
}

// A pageWriter joins words to lines and measures confidence, each word
// weighted by its length.
type pageWriter struct {
	page     int
	b        strings.Builder
	last     word
	sum      float64
	measured int
}

func (p *pageWriter) add(w word) {
	switch {
	case p.last.text == "":
	case p.last.line[0] != w.line[0]:
		p.b.WriteString("\n\n")
	case p.last.line != w.line:
		p.b.WriteByte('\n')
	default:
		p.b.WriteString(between(p.last, w))
	}
	p.b.WriteString(w.text)
	n := utf8.RuneCountInString(w.text)
	p.sum += w.conf * float64(n)
	p.measured += n
	p.last = w
}

func (p *pageWriter) done() Page {
	return Page{Number: p.page, Text: p.b.String() + "\n", Confidence: p.sum / float64(p.measured) / 100, OCR: true}
}

// between is what stands between two words of a line: nothing between Han
// characters, which tesseract returns one by one, two spaces where the gap is
// that of columns.
func between(a, b word) string {
	gap := b.left - (a.left + a.width)
	if height := max(a.hgt, b.hgt); gap > 2*height {
		return "  "
	}
	x, _ := utf8.DecodeLastRuneInString(a.text)
	y, _ := utf8.DecodeRuneInString(b.text)
	if wide(x) || wide(y) {
		return ""
	}
	return " "
}

// wide tells characters that are written without spaces around them.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}
