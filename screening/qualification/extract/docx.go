package extract

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
)

// Bounds of a DOCX: of the directory read to open it, of its entries, and of
// the XML of all parts together. Parsing takes at most some ten times the
// latter in memory.
const (
	maxDirectory = 4 << 20
	maxEntries   = 10_000
	maxXML       = 16 << 20
)

// docx reads headers, body, notes and footers in this order. Deleted and
// hidden text is left out, pictures are not read; both are said.
func (s *source) docx(ctx context.Context) ([]Page, error) {
	budget := &allowance{in: s.f, left: maxDirectory}
	z, err := zip.NewReader(budget, s.size)
	switch {
	case budget.left < 0:
		return nil, s.fail(ErrTooLarge, "压缩目录过大，不像正常的 DOCX，请用 Word 或 WPS 另存后上传")
	case err != nil:
		return nil, s.fail(ErrDamaged, "文档不完整或已损坏，请用 Word 或 WPS 打开并另存后重新上传")
	case len(z.File) > maxEntries:
		return nil, s.fail(ErrTooLarge, "文档内含 %d 个部件，超过上限 %d，请用 Word 或 WPS 另存后上传", len(z.File), maxEntries)
	}
	budget.lift()
	parts, pictures, err := s.parts(z)
	if err != nil {
		return nil, err
	}
	w := &docxReader{ctx: ctx, left: maxXML, maxText: s.o.MaxText}
	for _, part := range parts {
		if err := w.part(part); err != nil {
			return nil, s.docxError(ctx, err, w.left <= 0)
		}
	}
	if pictures > 0 {
		s.warnf("文档含 %d 张图片，图片里的文字没有读取；如果是证照，请把图片单独上传", pictures)
		if strings.TrimSpace(string(w.out)) == "" {
			return nil, s.fail(ErrNoText, "文档里只有图片，没有文字，请把图片单独上传，或另存为 PDF 后上传")
		}
	}
	if w.hidden {
		s.warnf("文档含隐藏文字，没有读取，请与打印件核对")
	}
	return []Page{{Number: 1, Text: clean(string(w.out)), Confidence: 1}}, nil
}

// parts returns the parts that hold text, in reading order, and counts the
// pictures.
func (s *source) parts(z *zip.Reader) (parts []*zip.File, pictures int, err error) {
	names := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		names[f.Name] = true
		if strings.HasPrefix(f.Name, "word/media/") {
			pictures++
		}
		if rank(f.Name) >= 0 {
			parts = append(parts, f)
		}
	}
	if !names["word/document.xml"] {
		return nil, 0, s.unsupported(archive(names))
	}
	for _, f := range parts {
		if f.Flags&1 != 0 {
			return nil, 0, s.fail(ErrEncrypted, "文档的压缩包有密码，请去掉密码后重新上传")
		}
	}
	slices.SortStableFunc(parts, func(a, b *zip.File) int {
		if d := rank(a.Name) - rank(b.Name); d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return parts, pictures, nil
}

// rank is the place of a part in reading order, -1 for a part without text of
// its own.
func rank(name string) int {
	base, ok := strings.CutPrefix(name, "word/")
	if !ok || strings.Contains(base, "/") || !strings.HasSuffix(base, ".xml") {
		return -1
	}
	for i, prefix := range []string{"header", "document.xml", "footnotes.xml", "endnotes.xml", "footer"} {
		if strings.HasPrefix(base, prefix) {
			return i
		}
	}
	return -1
}

// archive names an archive that is no DOCX.
func archive(names map[string]bool) string {
	for _, known := range []struct{ part, name string }{
		{"OFD.xml", "OFD 版式文件"},
		{"xl/workbook.xml", " Excel 表格"},
		{"ppt/presentation.xml", " PowerPoint 文稿"},
		{"content.xml", " OpenDocument 文档"},
	} {
		if names[known.part] {
			return known.name
		}
	}
	return "压缩包或未知的文档"
}

// docxError explains err; cut says that the XML was ended by its bound.
func (s *source) docxError(ctx context.Context, err error, cut bool) error {
	switch {
	case ctx.Err() != nil:
		return s.stopped(ctx)
	case errors.Is(err, errOverflow):
		return s.tooMuchText()
	case cut: // the parser may see nothing but broken XML
		return s.fail(ErrTooLarge, "文档解压后超过上限 %s，请删去无关内容或另存后重新上传", size(maxXML))
	}
	e := s.fail(ErrDamaged, "文档内容已损坏，请用 Word 或 WPS 打开并另存后重新上传")
	e.cause = err
	return e
}

// An allowance is a ReaderAt that ends after some bytes until it is lifted.
type allowance struct {
	in     io.ReaderAt
	left   int64
	lifted bool
}

func (a *allowance) lift() { a.lifted = true }

// ReadAt reads from the file, or fails when nothing is left.
func (a *allowance) ReadAt(p []byte, at int64) (int, error) {
	if !a.lifted {
		if a.left -= int64(len(p)); a.left < 0 {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return a.in.ReadAt(p, at)
}
