package extract

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The licence that most samples hold; every name and number is made up.
var licence = []string{
	"增值电信业务经营许可证",
	"许可证编号：粤B2-20200001",
	"公司名称：深圳示例科技有限公司",
	"统一社会信用代码：91440300MA5FAKE012",
	"业务种类：在线数据处理与交易处理业务",
	"发证机关：广东省通信管理局",
	"发证日期：2022年01月01日",
	"有效期至：2027年01月01日",
}

func write(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// pdfOf joins objects, numbered from 1 with the catalogue first, to a PDF.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	offsets := make([]int, 0, len(objects))
	for i, o := range objects {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
}

// The two ways in which Chinese PDF writes text: glyph numbers with a map to
// Unicode, and a predefined encoding without one.
const (
	identity   = "Identity-H"
	predefined = "UniGB-UTF16-H"
)

// textPDF writes a page for each list of lines, in a font that is not
// embedded.
func textPDF(encoding string, pages ...[]string) []byte {
	order := map[string]string{identity: "Identity", predefined: "GB1"}[encoding]
	unicodeMap := ""
	kids := make([]string, 0, len(pages))
	if encoding == identity {
		unicodeMap = "/ToUnicode 5 0 R"
	}
	objects := make([]string, 0, 6+2*len(pages))
	objects = append(objects,
		"<</Type/Catalog/Pages 2 0 R>>", "",
		"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/"+encoding+"/DescendantFonts[4 0 R]"+unicodeMap+">>",
		"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering("+order+")/Supplement 0>>/FontDescriptor 6 0 R>>",
		stream("", "/CIDInit/ProcSet findresource begin 12 dict begin begincmap /CMapName/U def /CMapType 2 def 1 begincodespacerange<0000><FFFF>endcodespacerange 1 beginbfrange<0000><FFFF><0000>endbfrange endcmap end end"),
		"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80>>",
	)
	for _, lines := range pages {
		var body strings.Builder
		body.WriteString("BT /F 14 Tf 24 TL 60 780 Td\n")
		for _, l := range lines {
			body.WriteByte('<')
			for _, u := range utf16.Encode([]rune(l)) {
				fmt.Fprintf(&body, "%04X", u)
			}
			body.WriteString("> Tj T*\n")
		}
		body.WriteString("ET")
		n := len(objects)
		objects = append(objects, stream("", body.String()),
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>", n+1))
		kids = append(kids, fmt.Sprintf("%d 0 R", n+2))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", strings.Join(kids, " "), len(pages))
	return pdfOf(objects...)
}

// scanPDF writes a page that is a picture, width points wide.
func scanPDF(img *image.Gray, width int) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(img.Pix)
	_ = w.Close()
	size := img.Bounds().Size()
	height := width * size.Y / size.X
	return pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>", width, height),
		stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode", size.X, size.Y), z.String()),
		stream("", fmt.Sprintf("q %d 0 0 %d 0 0 cm /I Do Q", width, height)))
}

// scan draws lines as a scanner would see them: gray paper, noise, and turned
// by some degrees.
func scan(tb testing.TB, lines []string, degrees float64) *image.Gray {
	tb.Helper()
	f, err := opentype.Parse(fontBytes(tb))
	if err != nil {
		tb.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 64, DPI: 72})
	if err != nil {
		tb.Fatal(err)
	}
	flat := image.NewGray(image.Rect(0, 0, 1754, 2480))
	for i := range flat.Pix {
		flat.Pix[i] = 238
	}
	d := font.Drawer{Dst: flat, Src: image.NewUniform(color.Gray{30}), Face: face}
	for i, l := range lines {
		d.Dot = fixed.P(160, 240+i*150)
		d.DrawString(l)
	}
	return worn(flat, degrees)
}

func worn(flat *image.Gray, degrees float64) *image.Gray {
	out := image.NewGray(flat.Bounds())
	random := rand.New(rand.NewPCG(1, 2)) // the same noise on every run
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	center := flat.Bounds().Size().Div(2)
	for y := range out.Bounds().Dy() {
		for x := range out.Bounds().Dx() {
			dx, dy := float64(x-center.X), float64(y-center.Y)
			from := image.Pt(center.X+int(cos*dx+sin*dy), center.Y+int(cos*dy-sin*dx))
			v := 238
			if from.In(flat.Bounds()) {
				v = int(flat.GrayAt(from.X, from.Y).Y)
			}
			v += random.IntN(31) - 15
			if random.IntN(2000) == 0 {
				v = 60
			}
			out.Pix[out.PixOffset(x, y)] = uint8(min(max(v, 0), 255))
		}
	}
	return out
}

func pngOf(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// part is a file of an archive.
type part struct{ name, content string }

func zipOf(tb testing.TB, parts ...part) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(p.content)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func body(inner string) part {
	return part{"word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` + inner + `</w:body></w:document>`}
}

func paragraphs(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("<w:p><w:r><w:t>" + l + "</w:t></w:r></w:p>")
	}
	return b.String()
}

// encrypted returns the path of a copy of a PDF with passwords.
func encrypted(tb testing.TB, pdf []byte, user, owner string) string {
	tb.Helper()
	in := write(tb, "plain.pdf", pdf)
	out := filepath.Join(tb.TempDir(), "locked.pdf")
	if b, err := exec.Command("qpdf", "--encrypt", user, owner, "256", "--extract=n", "--", in, out).CombinedOutput(); err != nil {
		tb.Fatalf("qpdf: %v: %s", err, b)
	}
	return out
}
