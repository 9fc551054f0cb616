package extract

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	popplerMemory = 1 << 30
	// longSide is the length in pixels of the longer side of a page that goes
	// to OCR: 300 dpi on A4. A length and not a resolution, so that no page
	// size makes a picture of more than longSide × longSide.
	longSide = 3508
	// thinPage is the number of characters below which a text layer may be
	// only the mark of a scanning program.
	thinPage = 32
)

// pdf reads the text layer, and pages without one by OCR.
func (s *source) pdf(ctx context.Context) ([]Page, error) {
	end, err := s.tail(1024)
	if err != nil {
		return nil, s.unreadable(err)
	}
	if !bytes.Contains(end, []byte("%%EOF")) {
		return nil, s.fail(ErrDamaged, "PDF 不完整（缺少结尾），可能没有下载完，请重新下载或导出后上传")
	}
	if s.o.Tools.PDFToText == "" {
		return nil, s.fail(ErrNoText, "读取 PDF 需要 pdftotext，请让管理员安装：%s", Install)
	}
	texts, err := s.textLayer(ctx)
	if err != nil {
		return nil, err
	}
	pages := make([]Page, 0, len(texts))
	var unread []string
	for i, text := range texts {
		p, read, err := s.page(ctx, i+1, text)
		if err != nil {
			return nil, err
		}
		if !read {
			unread = append(unread, strconv.Itoa(i+1))
		}
		pages = append(pages, p)
	}
	if len(unread) == 0 {
		return pages, nil
	}
	if noText(pages) {
		return nil, s.fail(ErrNoText, "PDF 是扫描件，没有文字层，识别需要安装 OCR 程序：%s", Install)
	}
	s.warnf("第 %s 页几乎没有文字层，可能是扫描件；识别需要安装：%s", strings.Join(unread, "、"), Install)
	return pages, nil
}

func noText(pages []Page) bool {
	for _, p := range pages {
		if strings.TrimSpace(p.Text) != "" {
			return false
		}
	}
	return true
}

func (s *source) warnf(format string, args ...any) {
	s.warn = append(s.warn, fmt.Sprintf(format, args...))
}

// textLayer returns the text of every page up to MaxPages. The layout is kept,
// so that a label and its value in the next column share a line.
func (s *source) textLayer(ctx context.Context) ([]string, error) {
	out, complaints, err := run(ctx, job{
		tool:   s.o.Tools.PDFToText,
		args:   []string{"-enc", "UTF-8", "-layout", "-eol", "unix", "-l", strconv.Itoa(s.o.MaxPages + 1), s.abs, "-"},
		memory: popplerMemory,
		output: s.o.MaxText,
	})
	if err != nil {
		return nil, s.failed(ctx, err, complaints)
	}
	if strings.Contains(complaints, "Syntax Error") || strings.Contains(complaints, "Internal Error") {
		s.warnf("PDF 有损坏之处，可能缺少部分文字，请与原件核对")
	}
	texts := strings.Split(string(out), "\f")
	texts = texts[:len(texts)-1] // each page ends with a form feed
	if len(texts) > s.o.MaxPages {
		texts = texts[:s.o.MaxPages]
		s.warnf("只读取了前 %d 页，其余页没有读取", s.o.MaxPages)
	}
	if len(texts) == 0 {
		return nil, s.fail(ErrDamaged, "PDF 没有任何页面，请重新导出后上传")
	}
	return texts, nil
}

// page returns a page from its text layer or, where that is thin or garbled,
// from its picture; read is false if that could not be tried.
func (s *source) page(ctx context.Context, number int, layer string) (p Page, read bool, err error) {
	broken := garbled(layer)
	p = Page{Number: number, Text: clean(layer), Confidence: 1}
	if !broken && letters(layer) >= thinPage {
		return p, true, nil
	}
	if broken {
		p.Text, p.Confidence = "", 0
	}
	if s.o.Tools.PDFToPPM == "" || s.o.Tools.Tesseract == "" {
		return p, false, nil
	}
	gray, complaints, err := run(ctx, job{
		tool: s.o.Tools.PDFToPPM,
		args: []string{"-f", strconv.Itoa(number), "-l", strconv.Itoa(number), "-singlefile", "-gray",
			"-scale-to", strconv.Itoa(longSide), s.abs},
		memory: popplerMemory,
		output: longSide*longSide + 64,
	})
	if err != nil {
		return Page{}, false, s.failed(ctx, err, complaints)
	}
	pages, err := s.recognise(ctx, "stdin", gray)
	if err != nil {
		return Page{}, false, err
	}
	if len(pages) > 0 && letters(pages[0].Text) >= 2*letters(p.Text) && letters(pages[0].Text) > 0 {
		p = pages[0]
		p.Number = number
		s.doubt(p)
	}
	return p, true, nil
}

// letters counts what is neither space nor control.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) && !unicode.IsControl(r) {
			n++
		}
	}
	return n
}

// garbled tells a text layer whose fonts do not say what their glyphs mean:
// more than a fifth of it is in private use or replaced.
func garbled(s string) bool {
	odd := 0
	for _, r := range s {
		if r == utf8.RuneError || unicode.Is(unicode.Co, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
			odd++
		}
	}
	return odd > 0 && odd*5 > letters(s)
}
