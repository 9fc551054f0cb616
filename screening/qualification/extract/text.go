package extract

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16text "golang.org/x/text/encoding/unicode"
)

// text reads a plain text file in UTF-8, in UTF-16 with a byte order mark, or
// in GB18030, strictly: text that does not decode is refused, not repaired.
func (s *source) text() ([]Page, error) {
	if s.size > int64(s.o.MaxText) {
		return nil, s.tooMuchText()
	}
	raw, err := io.ReadAll(io.NewSectionReader(s.f, 0, s.size))
	if err != nil {
		return nil, s.unreadable(err)
	}
	text, ok := decode(raw)
	if !ok {
		return nil, s.fail(ErrUnsupported, "不是可识别的文件，请上传 PDF、DOCX、PNG、JPEG、TIFF、BMP 或 UTF-8、GB18030 编码的文本")
	}
	start := strings.ToLower(text[:min(len(text), 256)])
	if start = strings.TrimSpace(start); strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		return nil, s.unsupported("网页")
	}
	return []Page{{Number: 1, Text: clean(text), Confidence: 1}}, nil
}

// decode returns the text of a file, and whether it is text at all.
func decode(raw []byte) (string, bool) {
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")), bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		e = utf16text.UTF16(utf16text.LittleEndian, utf16text.ExpectBOM)
	case !utf8.Valid(raw):
		e = simplifiedchinese.GB18030
	}
	if e != nil {
		var err error
		if raw, err = e.NewDecoder().Bytes(raw); err != nil || bytes.ContainsRune(raw, utf8.RuneError) {
			return "", false
		}
	}
	text := strings.TrimRight(string(raw), "\x1A") // the end mark of old editors
	return text, utf8.ValidString(text) && !strings.ContainsFunc(text, isBinary)
}

// isBinary tells the control characters that no text holds.
func isBinary(r rune) bool {
	return r < ' ' && !unicode.IsSpace(r) && r != '\x1B' || r == '\x7F'
}

// clean makes text valid UTF-8 with \n as its only line break and without
// control characters, which databases refuse and people can't see.
func clean(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\t':
			return r
		case '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return '\n'
		}
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
