package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunru/store"
)

var rejectHeader = []string{"文件", "行", "字段", "代码", "原因", "摘录"}

// A rejectSheet writes the rows that were refused as CSV that a spreadsheet
// opens. The file appears under its name when finish is called, whole, and only
// if there is a row.
type rejectSheet struct {
	path string
	tmp  *os.File
	buf  *bufio.Writer
	rows *csv.Writer
	n    int64
}

// rejectsBeside is where the rejects of an input go if nobody says so.
func rejectsBeside(input string) string {
	return strings.TrimSuffix(input, filepath.Ext(input)) + ".rejects.csv"
}

func (s *rejectSheet) add(file string, r *store.Reject) error {
	if s.rows == nil {
		tmp, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*.tmp")
		if err != nil {
			return err
		}
		s.tmp, s.buf = tmp, bufio.NewWriter(tmp)
		s.rows = csv.NewWriter(s.buf)
		if _, err := io.WriteString(s.buf, "\ufeff"); err != nil {
			return err
		}
		if err := s.rows.Write(rejectHeader); err != nil {
			return err
		}
	}
	s.n++
	return s.rows.Write([]string{
		inert(file), strconv.FormatInt(r.Line, 10), inert(r.Field), r.Code, inert(r.Reason), inert(r.Excerpt),
	})
}

// addAll adds what the database keeps of the rejects of an import.
func (s *rejectSheet) addAll(ctx context.Context, from *store.Store, file string, i *store.Import) error {
	for after := int64(0); ; {
		page, err := from.Rejects(ctx, i.Key, after, store.MaxBatch)
		if err != nil {
			return err
		}
		for k := range page {
			if err := s.add(file, &page[k]); err != nil {
				return err
			}
		}
		if len(page) < store.MaxBatch {
			return nil
		}
		after = page[len(page)-1].N
	}
}

// finish gives the file its name. It may be called twice.
func (s *rejectSheet) finish() error {
	if s.tmp == nil {
		return nil
	}
	s.rows.Flush()
	tmp := s.tmp
	s.tmp = nil
	err := errors.Join(s.rows.Error(), s.buf.Flush(), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), s.path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // what is left of it is of no use
	}
	return err
}

// inert returns a text as a spreadsheet will not run it.
func inert(s string) string {
	switch r, _ := utf8.DecodeRuneInString(s); r {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return "'" + s
	}
	return s
}
