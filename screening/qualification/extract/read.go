package extract

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options bound a reading. The zero value of a field stands for its default.
type Options struct {
	Tools    Tools         // none: PDF and pictures are refused with the package to install
	MaxBytes int64         // of the file; 64 MiB
	MaxText  int           // bytes of text; 4 MiB
	MaxPages int           // pages read, the rest is left out with a warning; 200
	Timeout  time.Duration // of the whole call; 60 s
}

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.MaxText <= 0 {
		o.MaxText = 4 << 20
	}
	if o.MaxPages <= 0 {
		o.MaxPages = 200
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	return o
}

// A Document is the text of a file. Pages are in the order of the file and
// never empty; a file without pages of its own (DOCX, text) is one page.
type Document struct {
	Kind     string   `json:"kind"` // one of the Kind constants
	Pages    []Page   `json:"pages"`
	Warnings []string `json:"warnings,omitempty"` // what was not read or read badly, in Chinese
}

// A Page is the text of one page, valid UTF-8 with lines ended by \n.
type Page struct {
	Number     int     `json:"number"` // from 1
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"` // 0 to 1; 1 for a text layer, the mean of the words for OCR
	OCR        bool    `json:"ocr"`
}

// Text returns the pages joined with a line break.
func (d Document) Text() string {
	texts := make([]string, 0, len(d.Pages))
	for _, p := range d.Pages {
		texts = append(texts, strings.TrimRight(p.Text, "\n"))
	}
	return strings.Join(texts, "\n")
}

// A source is a file being read.
type source struct {
	path string // as given
	abs  string // for the tools: never begins with '-'
	f    *os.File
	size int64
	o    Options
	warn []string
}

// Read returns the text of a file, whose kind is told by its content and never
// by its name. It ends within the timeout, returns all text or an error, and
// says in Warnings what it left out. Every error that concerns the file is an
// *Error.
func Read(ctx context.Context, path string, o Options) (Document, error) {
	s := &source{path: path, o: o.withDefaults()}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	if err := s.open(); err != nil {
		return Document{}, err
	}
	defer s.f.Close() //nolint:errcheck // read only
	kind, err := s.kind()
	if err != nil {
		return Document{}, err
	}
	pages, err := s.pages(ctx, kind)
	if ctx.Err() != nil {
		return Document{}, s.stopped(ctx)
	}
	if err != nil {
		return Document{}, err
	}
	if err := s.check(pages); err != nil {
		return Document{}, err
	}
	return Document{Kind: kind, Pages: pages, Warnings: s.warn}, nil
}

// open refuses what is not a regular file before opening it: opening a pipe
// would wait for a writer.
func (s *source) open() error {
	info, err := os.Stat(s.path)
	if err != nil {
		return s.unreadable(err)
	}
	switch {
	case info.IsDir():
		return s.fail(ErrUnsupported, "这是文件夹，请选择其中的文件")
	case !info.Mode().IsRegular():
		return s.fail(ErrUnsupported, "不是普通文件，请上传 PDF、DOCX、图片或文本文件")
	case info.Size() == 0:
		return s.fail(ErrDamaged, "文件是空的（0 字节），请重新导出或下载后上传")
	case info.Size() > s.o.MaxBytes:
		return s.fail(ErrTooLarge, "大小为 %s，超过上限 %s，请压缩或拆分后重新上传", size(info.Size()), size(s.o.MaxBytes))
	}
	if s.abs, err = filepath.Abs(s.path); err != nil {
		return s.unreadable(err)
	}
	if s.f, err = os.Open(s.abs); err != nil {
		return s.unreadable(err)
	}
	s.size = info.Size()
	return nil
}

func (s *source) unreadable(err error) error {
	e := &Error{Code: CodeUnreadable, File: s.path, Reason: "无法读取，请检查文件是否被占用或损坏", kind: err}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Code, e.Reason = CodeNotFound, "文件不存在，请检查路径和文件名"
	case errors.Is(err, fs.ErrPermission):
		e.Reason = "没有读取权限，请修改文件权限后重试"
	}
	return e
}

func (s *source) pages(ctx context.Context, kind string) ([]Page, error) {
	switch kind {
	case KindPDF:
		return s.pdf(ctx)
	case KindDOCX:
		return s.docx(ctx)
	case KindText:
		return s.text()
	}
	return s.picture(ctx, kind)
}

// check refuses a document without text, or with too much of it.
func (s *source) check(pages []Page) error {
	total, empty := 0, true
	for _, p := range pages {
		total += len(p.Text)
		empty = empty && strings.TrimSpace(p.Text) == ""
	}
	if total > s.o.MaxText {
		return s.tooMuchText()
	}
	if empty {
		return s.fail(ErrNoText, "没有读到任何文字，请上传清晰、摆正、有文字内容的文件")
	}
	return nil
}

func (s *source) tooMuchText() *Error {
	return s.fail(ErrTooLarge, "文字超过上限 %s，请只上传与资质有关的部分", size(int64(s.o.MaxText)))
}
