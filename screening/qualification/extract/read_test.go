package extract

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func read(tb testing.TB, path string, o Options) Document {
	tb.Helper()
	o.Tools = FindTools()
	d, err := Read(tb.Context(), path, o)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// tidy drops blank lines and the layout's spaces.
func tidy(s string) string {
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func TestReadTextLayerOfPDF(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	for _, tt := range []struct{ name, encoding string }{
		{"glyph numbers with a map to Unicode", identity},
		{"a predefined Chinese encoding", predefined},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, write(t, "licence.pdf", textPDF(tt.encoding, licence[:4], licence[4:])), Options{})
			if d.Kind != KindPDF || len(d.Pages) != 2 || d.Pages[1].Number != 2 || d.Pages[0].Confidence != 1 {
				t.Fatalf("Read = %+v", d)
			}
			if diff := cmp.Diff(strings.Join(licence, "\n"), tidy(d.Text())); diff != "" {
				t.Error(diff)
			}
			if len(d.Warnings) > 0 {
				t.Error(d.Warnings)
			}
		})
	}
}

func TestReadNamesThatLookLikeOptions(t *testing.T) {
	t.Chdir(filepath.Dir(write(t, "-upw=x.pdf", textPDF(identity, licence))))
	need(t, "pdftotext")
	if d := read(t, "-upw=x.pdf", Options{}); !strings.Contains(d.Text(), "粤B2-20200001") {
		t.Error(d.Text())
	}
}

func TestReadStopsAtMaxPages(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	d := read(t, write(t, "long.pdf", textPDF(identity, licence, licence, licence)), Options{MaxPages: 2})
	if len(d.Pages) != 2 || len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "前 2 页") {
		t.Errorf("pages %d, warnings %q", len(d.Pages), d.Warnings)
	}
}

// A PDF that only forbids copying opens without a password: certificates are
// issued like that.
func TestReadPDFThatForbidsCopying(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext", "qpdf")
	d := read(t, encrypted(t, textPDF(identity, licence), "", "owner"), Options{})
	if !strings.Contains(d.Text(), "粤B2-20200001") {
		t.Error(d.Text())
	}
}

// recognised checks that nearly every character came back, so that a change
// of tesseract's version does not fail the test by one character.
func recognised(t *testing.T, d Document) {
	t.Helper()
	if len(d.Pages) != 1 || !d.Pages[0].OCR || d.Pages[0].Confidence <= doubtful || d.Pages[0].Confidence > 1 {
		t.Fatalf("Read = %+v", d)
	}
	text := folded(glyphsOf(d.Text(), 0, 0))
	missed, all := 0, 0
	for _, l := range licence {
		for _, r := range l {
			if all++; !strings.ContainsRune(text, halfWidth(r)) {
				missed++
			}
		}
	}
	if missed*20 > all {
		t.Errorf("%d of %d characters were missed:\n%s", missed, all, d.Text())
	}
}

func TestReadScanWithNoise(t *testing.T) {
	t.Parallel()
	need(t, "tesseract", "pdftotext", "pdftoppm")
	img := scan(t, licence, 0.7)
	t.Run("picture", func(t *testing.T) {
		t.Parallel()
		d := read(t, write(t, "scan.png", pngOf(t, img)), Options{})
		recognised(t, d)
		checkProposals(t, d)
	})
	t.Run("PDF without a text layer", func(t *testing.T) {
		t.Parallel()
		recognised(t, read(t, write(t, "scan.pdf", scanPDF(img, 595)), Options{}))
	})
	t.Run("PDF with a page of ten metres", func(t *testing.T) {
		t.Parallel()
		recognised(t, read(t, write(t, "scan.pdf", scanPDF(img, 14000)), Options{}))
	})
}

// checkProposals wants every field. Tesseract reads the character 粤 as digits
// in most drawings of the number, so only what follows it is asked for.
func checkProposals(t *testing.T, d Document) {
	t.Helper()
	got := map[Field]string{}
	for _, p := range Propose(d) {
		got[p.Field] = p.Value
		if p.Confidence >= d.Pages[0].Confidence {
			t.Errorf("%s: confidence %v is not below that of the page, %v", p.Field, p.Confidence, d.Pages[0].Confidence)
		}
	}
	if !strings.HasSuffix(got[Number], "B2-20200001") {
		t.Errorf("number %q", got[Number])
	}
	got[Number] = ""
	want := map[Field]string{
		Type: "增值电信业务经营许可证", Number: "", Holder: "深圳示例科技有限公司", USCC: "91440300MA5FAKE012", Issuer: "广东省通信管理局",
		Scope: "在线数据处理与交易处理业务", IssuedOn: "2022年01月01日", ValidUntil: "2027年01月01日",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\n%s", diff, d.Text())
	}
}

func TestReadDOCX(t *testing.T) {
	t.Parallel()
	cell := func(s string) string { return "<w:tc>" + paragraphs(s) + "</w:tc>" }
	for _, tt := range []struct {
		name  string
		parts []part
		want  string
		warn  string
	}{
		{"paragraphs are lines", []part{body(paragraphs("一", "二"))}, "一\n二\n", ""},
		{"tabs and breaks stay", []part{body("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>")}, "甲\t乙\n丙\n", ""},
		{"cells of a row share a line", []part{body(paragraphs("表") + "<w:tbl><w:tr>" + cell("") + cell("公司名称") + cell("甲公司") + "</w:tr><w:tr>" + cell("证号") + cell("1") + "</w:tr></w:tbl>" + paragraphs("完"))}, "表\n\t公司名称\t甲公司\n证号\t1\n完\n", ""},
		{"header, notes and footer", []part{{"word/footer1.xml", paragraphsPart("脚")}, {"word/footnotes.xml", paragraphsPart("注")}, body(paragraphs("正文")), {"word/header1.xml", paragraphsPart("眉")}}, "眉\n正文\n注\n脚\n", ""},
		{"deleted text and field codes are left out", []part{body("<w:p><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>留</w:t></w:r></w:p>")}, "留\n", ""},
		{"hidden text is left out and said", []part{body("<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>露</w:t></w:r></w:p>")}, "露\n", "隐藏文字"},
		{"text for old programs is not read twice", []part{body("<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>新</w:t></mc:Choice><mc:Fallback><w:t>旧</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>")}, "新\n", ""},
		{"pictures are said", []part{body(paragraphs("正文")), {"word/media/image1.png", "x"}}, "正文\n", "1 张图片"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, write(t, "a.pdf", zipOf(t, tt.parts...)), Options{})
			if diff := cmp.Diff([]Page{{Number: 1, Text: tt.want, Confidence: 1}}, d.Pages); diff != "" || d.Kind != KindDOCX {
				t.Errorf("%s: %s", d.Kind, diff)
			}
			if got := strings.Join(d.Warnings, "\n"); !strings.Contains(got, tt.warn) || (tt.warn == "") != (got == "") {
				t.Errorf("warnings %q, want %q", got, tt.warn)
			}
		})
	}
}

func paragraphsPart(lines ...string) string {
	return `<w:x xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">` + paragraphs(lines...) + `</w:x>`
}

func TestReadPlainText(t *testing.T) {
	t.Parallel()
	const text = "公司名称：深圳示例科技有限公司\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, content, want string }{
		{"UTF-8", text, text},
		{"UTF-8 with a byte order mark and CRLF", "\xEF\xBB\xBF" + strings.ReplaceAll(text, "\n", "\r\n"), text},
		{"GB18030", gb, text},
		{"UTF-16", "\xFF\xFE" + string(utf16LE(text)), text},
		{"a text that begins like a bitmap", "BM 是宝马的缩写，共二十六个字节以上的一句话", "BM 是宝马的缩写，共二十六个字节以上的一句话"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, write(t, "a.png", []byte(tt.content)), Options{})
			if diff := cmp.Diff(Document{Kind: KindText, Pages: []Page{{Number: 1, Text: tt.want, Confidence: 1}}}, d); diff != "" {
				t.Error(diff)
			}
		})
	}
}
