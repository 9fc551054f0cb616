package extract

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zhunru/screening/qualification"
)

// FuzzPropose: every span lies in its page, holds the value's characters, and
// its two measures name the same place.
func FuzzPropose(f *testing.F) {
	f.Add(strings.Join(licence, "\n"), false)
	f.Add("名称\t编号\n甲公司\t粤B2-20200001", true)
	f.Add("统一社会信用代码：9144O3OOMASFAKEO12\xff", true)
	f.Add("有效期：\n\n自\xff2022年1月1日至长期", false)
	f.Add("局\n2022-01-01", false)
	f.Fuzz(func(t *testing.T, text string, ocr bool) {
		ps := Propose(Document{Pages: []Page{{Number: 1, Text: text, Confidence: 0.9, OCR: ocr}}})
		for i, p := range ps {
			b, r := p.Span.Byte, p.Span.Rune
			if b[0] < 0 || b[0] >= b[1] || b[1] > len(text) {
				t.Fatalf("%+v in %d bytes", p, len(text))
			}
			if utf8.RuneCountInString(text[:b[0]]) != r[0] || utf8.RuneCountInString(text[:b[1]]) != r[1] {
				t.Fatalf("%+v: bytes and runes differ", p)
			}
			if p.Value == "" || p.Confidence <= 0 || p.Confidence >= 0.9 {
				t.Fatalf("%+v", p)
			}
			first, _ := utf8.DecodeRuneInString(p.Value)
			if have, _ := utf8.DecodeRuneInString(text[b[0]:]); have != first && p.Field != USCC {
				t.Fatalf("%+v begins with %q", p, have)
			}
			if i > 0 && ps[i-1].Span.Byte[0] > b[0] {
				t.Fatalf("%+v after %+v", p, ps[i-1])
			}
		}
		var doc qualification.Document
		Fill(&doc, ps)
	})
}

// FuzzRead: no content makes Read panic or answer with something else than
// text or an *Error. No tools, so that the fuzzing is of our own code.
func FuzzRead(f *testing.F) {
	f.Add(zipOf(f, body(paragraphs(licence...)), part{"word/header1.xml", paragraphsPart("眉")}))
	f.Add(textPDF(identity, licence[:1]))
	f.Add([]byte(pngHeader(10, 10)))
	f.Add([]byte(bmpHeader(-10)))
	f.Add([]byte(tiffHeader(true)))
	f.Add([]byte(strings.Join(licence, "\r\n")))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Add([]byte("\xFF\xFE\x00\xD8"))
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := Read(t.Context(), write(t, "x", content), Options{Timeout: 10 * time.Second})
		var e *Error
		switch {
		case err == nil:
			if len(d.Pages) == 0 || strings.TrimSpace(d.Text()) == "" || !utf8.ValidString(d.Text()) || strings.ContainsAny(d.Text(), "\x00\r") {
				t.Fatalf("%+v", d)
			}
		case !errors.As(err, &e) || e.Code == "" || e.Code == CodeTimeout:
			t.Fatal(err)
		}
	})
}

// FuzzDOCX fuzzes the XML inside the archive.
func FuzzDOCX(f *testing.F) {
	f.Add("<w:tbl><w:tr><w:tc>" + paragraphs("甲") + "</w:tc></w:tr></w:tbl>")
	f.Add("<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><mc:Fallback><w:t>x</w:t></mc:Fallback>")
	f.Add("</w:tc></w:tr>")
	f.Fuzz(func(t *testing.T, inner string) {
		d, err := Read(t.Context(), write(t, "x", zipOf(t, body(inner))), Options{})
		var e *Error
		if err != nil && !errors.As(err, &e) || err == nil && !utf8.ValidString(d.Text()) {
			t.Fatalf("Read = %+v, %v", d, err)
		}
	})
}

// FuzzParseTSV: the table is another program's; whatever it holds, a page is
// valid text with a confidence from 0 to 1.
func FuzzParseTSV(f *testing.F) {
	f.Add("5\t1\t1\t1\t1\t1\t0\t0\t40\t40\t90\t名称\n5\t2\t1\t1\t1\t1\t0\t0\t40\t40\t1e9\tx")
	f.Fuzz(func(t *testing.T, table string) {
		for _, p := range parseTSV(table) {
			if !(p.Confidence >= 0 && p.Confidence <= 1) || !utf8.ValidString(p.Text) || strings.TrimSpace(p.Text) == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// TestProposeIsLinear reads a quarter of a megabyte of the worst we know of: labels, gaps
// and blank lines without values.
func TestProposeIsLinear(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"名 称  ", "名称：\n\n", "编号：1234 ", "经营范围：（\n", "(", "2022年1月1日\n", "91440300MA5FAKE012 ", "统一社会信用代", " "} {
		start := time.Now()
		ps := Propose(document(strings.Repeat(text, 1<<18/len(text))))
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q: %s", text, took)
		}
		if len(ps) > maxProposals {
			t.Errorf("%q: %d proposals", text, len(ps))
		}
	}
}
