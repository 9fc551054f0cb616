package intake

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// An Encoding is how a text file writes characters. The empty value asks Open
// to find out.
type Encoding string

// The encodings. UTF-16 is recognised by its byte order mark only.
const (
	UTF8    Encoding = "UTF-8"
	UTF16LE Encoding = "UTF-16LE"
	UTF16BE Encoding = "UTF-16BE"
	GB18030 Encoding = "GB18030"
)

// ParseEncoding reads an encoding as users write it; gbk and gb2312 are parts
// of GB18030.
func ParseEncoding(s string) (Encoding, error) {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(s)) {
	case "utf8":
		return UTF8, nil
	case "utf16le", "utf16":
		return UTF16LE, nil
	case "utf16be":
		return UTF16BE, nil
	case "gb18030", "gbk", "gb2312":
		return GB18030, nil
	}
	return "", fmt.Errorf("encoding %q is none of utf-8, utf-16le, utf-16be, gb18030", s)
}

// mark returns the encoding that a byte order mark names, and its length.
func mark(head []byte) (Encoding, int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return UTF8, 3
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE, 2
	}
	return "", 0
}

// detect tells UTF-8 from GB18030. The sample may end inside a character if
// cut is true. UTF-8 with some broken bytes stays UTF-8, so that the rows
// with those bytes are refused and the others are read as they were meant.
func detect(sample []byte, cut bool) Encoding {
	long, broken := tally(sample, cut)
	if broken == 0 || long >= broken {
		return UTF8
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(sample)
	if err != nil || bytes.Count(decoded, []byte(replacement)) >= broken {
		return UTF8
	}
	return GB18030
}

// tally counts the characters of three and four bytes, among them all Han,
// and the bytes that are not UTF-8.
func tally(sample []byte, cut bool) (long, broken int) {
	for len(sample) > 0 {
		r, size := utf8.DecodeRune(sample)
		switch {
		case r == utf8.RuneError && size == 1:
			if cut && !utf8.FullRune(sample) {
				return long, broken
			}
			broken++
		case size >= 3:
			long++
		}
		sample = sample[size:]
	}
	return long, broken
}

const replacement = "\uFFFD"

// A marker decodes to UTF-8 and writes the byte 0xFF for what is not in the
// encoding: never valid UTF-8, so the field that holds it is refused. A
// replacement character of the source counts as broken too.
type marker struct{ transform.Transformer }

func newMarker(e Encoding) marker {
	switch e {
	case UTF16LE:
		return marker{unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()}
	case UTF16BE:
		return marker{unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()}
	}
	return marker{simplifiedchinese.GB18030.NewDecoder()}
}

func (m marker) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	nDst, nSrc, err = m.Transformer.Transform(dst, src, atEOF)
	out := dst[:nDst]
	i := bytes.Index(out, []byte(replacement))
	if i < 0 {
		return nDst, nSrc, err
	}
	w := i
	for i < len(out) {
		if bytes.HasPrefix(out[i:], []byte(replacement)) {
			out[w] = 0xFF
			i += len(replacement)
		} else {
			out[w] = out[i]
			i++
		}
		w++
	}
	return w, nSrc, err
}
