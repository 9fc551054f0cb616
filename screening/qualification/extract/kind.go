package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

// The kinds of files that Read understands.
const (
	KindPDF  = "pdf"
	KindDOCX = "docx"
	KindPNG  = "png"
	KindJPEG = "jpeg"
	KindTIFF = "tiff"
	KindBMP  = "bmp"
	KindText = "text"
)

// headSize is enough for every signature; a PDF's may be preceded by up to
// 1,024 bytes of something else.
const headSize = 1024 + 8

// signatures are the first bytes of what is read, and of what is common enough
// to be refused by its name.
var signatures = []struct {
	at    int
	magic string
	kind  string
	name  string // of a kind that is refused
}{
	{0, "\x89PNG\r\n\x1a\n", KindPNG, ""},
	{0, "\xFF\xD8\xFF", KindJPEG, ""},
	{0, "II*\x00", KindTIFF, ""},
	{0, "MM\x00*", KindTIFF, ""},
	{0, "GIF8", "", "GIF 图片"},
	{8, "WEBP", "", "WebP 图片"},
	{4, "ftyp", "", "HEIC 图片或视频"},
	{0, "{\\rtf", "", "RTF 文档"},
	{0, "Rar!", "", "RAR 压缩包"},
	{0, "7z\xBC\xAF", "", "7z 压缩包"},
	{0, "\x1F\x8B", "", "gzip 压缩包"},
}

// kind tells what the file is from its content.
func (s *source) kind() (string, error) {
	head := make([]byte, min(headSize, s.size))
	if _, err := s.f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", s.unreadable(err)
	}
	for _, m := range signatures {
		if len(head) > m.at && bytes.HasPrefix(head[m.at:], []byte(m.magic)) {
			if m.kind == "" {
				return "", s.unsupported(m.name)
			}
			return m.kind, nil
		}
	}
	switch {
	case isPDF(head):
		return KindPDF, nil
	case isBMP(head):
		return KindBMP, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return KindDOCX, nil // docx refuses other archives by name
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return "", s.compound()
	}
	return KindText, nil // text refuses what is none
}

func (s *source) unsupported(name string) *Error {
	return s.fail(ErrUnsupported, "这是%s，暂不支持，请转换成 PDF、DOCX、PNG 或 JPEG 后上传", name)
}

// isPDF looks for the header at the start of a line.
func isPDF(head []byte) bool {
	i := bytes.Index(head, []byte("%PDF-"))
	return i == 0 || i > 0 && bytes.IndexByte([]byte("\n\r\x00 \xBF"), head[i-1]) >= 0
}

// isBMP asks for more than the letters BM, with which a text may begin.
func isBMP(head []byte) bool {
	return len(head) >= 26 && head[0] == 'B' && head[1] == 'M' &&
		bytes.Equal(head[6:10], []byte{0, 0, 0, 0}) && bytes.Equal(head[15:18], []byte{0, 0, 0})
}

// compound names what is inside a compound file (MS-CFB): an OOXML file with a
// password, or a format older than DOCX.
func (s *source) compound() error {
	found, err := s.firstOf([]string{"EncryptedPackage", "WordDocument", "Workbook", "PowerPoint Document"})
	if err != nil {
		return s.unreadable(err)
	}
	switch found {
	case 0:
		return s.fail(ErrEncrypted, "这是有打开密码的 Office 文档，请去掉密码后重新上传")
	case 1:
		return s.unsupported("旧版 Word 文档（.doc）")
	case 2:
		return s.unsupported("旧版 Excel 表格（.xls）")
	case 3:
		return s.unsupported("旧版 PowerPoint 文稿（.ppt）")
	}
	return s.unsupported("旧版 Office 或 WPS 文档")
}

// firstOf returns the index of the first name that the file holds in UTF-16LE,
// the way a compound file's directory writes it, or -1. It reads in pieces.
func (s *source) firstOf(names []string) (int, error) {
	const piece, overlap = 1 << 20, 128
	found := make([]bool, len(names))
	buf := make([]byte, piece+overlap)
	for at := int64(0); at < s.size; at += piece {
		n, err := s.f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return -1, err
		}
		for i, name := range names {
			found[i] = found[i] || bytes.Contains(buf[:n], utf16LE(name))
		}
	}
	for i := range names {
		if found[i] {
			return i, nil
		}
	}
	return -1, nil
}

func utf16LE(s string) []byte {
	units := utf16.Encode([]rune(s))
	out := make([]byte, 0, 2*len(units))
	for _, u := range units {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// tail returns the last n bytes of the file, without the zeros and spaces that
// some systems pad with.
func (s *source) tail(n int64) ([]byte, error) {
	n = min(n, s.size)
	buf := make([]byte, n)
	if _, err := s.f.ReadAt(buf, s.size-n); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return bytes.TrimRight(buf, "\x00 \r\n\t"), nil
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d 字节", n)
}
