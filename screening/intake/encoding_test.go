package intake

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func encoded(tb testing.TB, e encoding.Encoding, s string) string {
	tb.Helper()
	out, err := e.NewEncoder().String(s)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	text := "商品编号,标题\n1,催情香水 🈲 女用\n2,电子血压计\n"
	late := "id,title\n" + strings.Repeat("x,plain ascii only\n", 20000)
	for _, tt := range []struct {
		rule, in string
		want     Encoding
		title    string // of the first row that is not ASCII
	}{
		{"UTF-8", text, UTF8, "催情香水 🈲 女用"},
		{"UTF-8 with mark", "\ufeff" + text, UTF8, "催情香水 🈲 女用"},
		{"GB18030", encoded(t, simplifiedchinese.GB18030, text), GB18030, "催情香水 🈲 女用"},
		{"UTF-16LE with mark", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), text), UTF16LE, "催情香水 🈲 女用"},
		{"UTF-16BE with mark", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), text), UTF16BE, "催情香水 🈲 女用"},
		{"ASCII", "id,title\n1,lamp\n", UTF8, ""},
		{"GB18030 after a long ASCII part", late + encoded(t, simplifiedchinese.GB18030, "y,仿真枪模型\n"), GB18030, "仿真枪模型"},
		{"UTF-8 after a long ASCII part", late + "y,仿真枪模型\n", UTF8, "仿真枪模型"},
		{"GB18030 full-width semicolon", encoded(t, simplifiedchinese.GB18030, "编号；标题\n1；仿真枪\n"), GB18030, "仿真枪"},
		{"UTF-8 with one broken row", text + "3,坏\xff\n", UTF8, "催情香水 🈲 女用"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			for _, in := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in))} {
				got := readAll(t, "f", in, Options{Format: FormatCSV})
				if got.fatal != nil || got.encoding != tt.want {
					t.Fatalf("%s %v, want %s", got.encoding, got.fatal, tt.want)
				}
				for i := range got.rows {
					title := got.rows[i].Listing.Title
					if ascii([]byte(title)) < len(title) {
						if title != tt.title {
							t.Errorf("title %q", title)
						}
						break
					}
				}
			}
		})
	}
}

// TestDetectCutCharacters moves a UTF-8 text byte by byte past the end of the
// sample.
func TestDetectCutCharacters(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("汉字🈲é", 20)
	for n := range len(text) {
		if got := detect([]byte(text[:n]), true); got != UTF8 {
			t.Errorf("cut at %d: %s", n, got)
		}
	}
	gb := encoded(t, simplifiedchinese.GB18030, strings.Repeat("编号，标题：家用血压计㐂", 20))
	for n := 4; n < len(gb); n++ {
		if got := detect([]byte(gb[:n]), true); got != GB18030 {
			t.Errorf("GB18030 cut at %d: %s", n, got)
		}
	}
}

func TestBrokenBytesOfOtherEncodings(t *testing.T) {
	t.Parallel()
	gb := encoded(t, simplifiedchinese.GB18030, "编号,标题,描述\n1,正常标题,好\n2,坏") + "\xff" + encoded(t, simplifiedchinese.GB18030, "了,好\n3,最后一行\x80,\n4,完,\n")
	utf16 := encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "id,title\n1,好\n2,坏") + "\x00\xd8" + encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\n3,完\n")
	for _, tt := range []struct{ rule, in, ids, problem string }{
		{"GB18030", gb, "1 4", "3: title: bytes that are not GB18030（编码错误）"},
		{"UTF-16", utf16, "1 3", "3: title: bytes that are not UTF-16LE（编码错误）"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := readText(t, tt.in, FormatCSV)
			if got.fatal != nil || len(got.problems) == 0 || got.ids() != tt.ids || got.messages()[0] != tt.problem {
				t.Errorf("%v %q %q", got.fatal, got.ids(), got.messages())
			}
		})
	}
}

// TestMarkerOnAnyBuffer cuts the decoding at every size of buffer.
func TestMarkerOnAnyBuffer(t *testing.T) {
	t.Parallel()
	text := "编号,标题🈲㐂\n"
	in := encoded(t, simplifiedchinese.GB18030, text) + "\xff\n" + encoded(t, simplifiedchinese.GB18030, text)
	for n := 1; n < 20; n++ {
		d := &decoder{}
		d.src = newSized(in, n)
		d.decide(GB18030)
		got, err := io.ReadAll(iotest.OneByteReader(d))
		if want := text + "\xff\n" + text; err != nil || !bytes.Equal(got, []byte(want)) {
			t.Errorf("buffer %d: %q %v", n, got, err)
		}
	}
}

func TestParseEncoding(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Encoding{"utf-8": UTF8, "UTF8": UTF8, "gbk": GB18030, "GB18030": GB18030, "utf-16le": UTF16LE, "utf16be": UTF16BE} {
		if got, err := ParseEncoding(in); got != want || err != nil {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
	if _, err := ParseEncoding("latin-1"); err == nil {
		t.Error("latin-1 accepted")
	}
	got := readAll(t, "f", strings.NewReader(encoded(t, simplifiedchinese.GB18030, "编号,标题\n1,联通\n")), Options{Encoding: GB18030})
	if len(got.rows) != 1 || got.rows[0].Listing.Title != "联通" {
		t.Errorf("%+v", got)
	}
}
