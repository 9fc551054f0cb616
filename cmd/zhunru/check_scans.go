package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"zhunru/screening/qualification"
	"zhunru/screening/qualification/extract"
)

// scans reads the files that the documents of a dossier name.
type scans struct {
	folder   string // of the dossier, "" if it came from stdin
	accept   bool
	log      io.Writer
	registry *qualification.Registry
}

// read fills the texts of the dossier's documents from their files. A file
// that cannot be read is an error: a document must not look absent because its
// scan was unreadable.
func (s *scans) read(ctx context.Context, d *qualification.Dossier) error {
	for i := range d.Documents {
		x := &d.Documents[i]
		if x.File == "" {
			continue
		}
		if s.folder == "" {
			return fmt.Errorf("documents[%d].file %q: 材料来自标准输入，不能引用文件；请改用文件夹", i, x.File)
		}
		if err := s.readFile(ctx, i, x); err != nil {
			return fmt.Errorf("documents[%d].file: %w", i, err)
		}
	}
	return nil
}

func (s *scans) readFile(ctx context.Context, i int, x *qualification.Document) error {
	if !filepath.IsLocal(x.File) {
		return fmt.Errorf("%q 不在材料的文件夹里；请用相对路径", x.File)
	}
	path := filepath.Join(s.folder, x.File)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		base, _ := filepath.EvalSymlinks(s.folder)
		if rel, err := filepath.Rel(base, real); err != nil || !filepath.IsLocal(rel) {
			return fmt.Errorf("%q 是指向文件夹之外的链接，不读", x.File)
		}
	} else if os.IsNotExist(err) {
		return fmt.Errorf("没有文件 %s", path)
	}
	doc, err := extract.Read(ctx, path, extract.Options{Tools: extract.FindTools()})
	if err != nil {
		return err
	}
	for _, w := range doc.Warnings {
		fmt.Fprintf(s.log, "%s: %s\n", path, w)
	}
	if x.Text == "" {
		x.Text = doc.Text()
		x.OCR = doc.Pages != nil && doc.Pages[0].OCR
	}
	s.propose(i, x, path, doc)
	return nil
}

// propose shows the fields that were read, and uses them if a person said so.
func (s *scans) propose(i int, x *qualification.Document, path string, doc extract.Document) {
	filled := *x
	for _, p := range extract.Fill(&filled, extract.Propose(doc)) {
		verb := "建议（未采用，核对后填入，或加 --accept）"
		if s.accept {
			verb = "已采用"
		}
		fmt.Fprintf(s.log, "%s: 第%d页 documents[%d].%s = %q，把握 %.0f%%，%s\n", path, p.Page, i, p.Field, p.Value, 100*p.Confidence, verb)
	}
	if s.accept {
		*x = filled
	}
}
