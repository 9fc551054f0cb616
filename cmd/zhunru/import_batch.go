package main

import (
	"context"
	"errors"
	"io"

	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/store"
)

// A batch of an import is passed on when it holds this many rows or bytes, and
// then kept in one transaction.
const (
	importRows  = store.MaxBatch
	importBytes = 4 << 20
)

// An importBatch is a stretch of a file on its way into the database.
type importBatch struct {
	to       int64 // the file's rows up to here are in this batch or an earlier one
	rows     int   // of this batch, refused ones too
	size     int   // bytes of text
	listings []screening.Listing
	records  []intake.Record
	lines    []int // of listings
	rejects  []store.Reject

	judged  []store.Judged // of the listings that are to be kept
	content []store.Hash   // of those listings
	looked  importResult   // of a dry run
	settled int64          // listings that are kept as they are, with a verdict
	updated int64          // listings that are kept otherwise; counted only by a preview
}

func (b *importBatch) full() bool { return b.rows >= importRows || b.size >= importBytes }

// refuse adds a row to the rejects.
func (b *importBatch) refuse(e *intake.RowError) {
	b.rejects = append(b.rejects, store.Reject{Line: int64(e.Line), Field: e.Field, Code: e.Code, Reason: e.Reason, Excerpt: e.Excerpt})
}

// A rowSource reads the rows of one file into batches. read adds one row; its
// errors are those of intake.Reader.Next.
type rowSource interface {
	read(b *importBatch) error
}

// A rowSkipper is a rowSource that can go on from a row without reading those
// before.
type rowSkipper interface {
	skip(rows int64)
}

type listingRows struct{ *intake.Reader }

func (r listingRows) read(b *importBatch) error {
	var row intake.Row
	if err := r.Next(&row); err != nil {
		return err
	}
	b.listings, b.lines = append(b.listings, row.Listing), append(b.lines, row.Line)
	b.size += sizeOf(&row.Listing)
	return nil
}

type recordRows struct{ *intake.RecordReader }

func (r recordRows) read(b *importBatch) error {
	var record intake.Record
	if err := r.Next(&record); err != nil {
		return err
	}
	b.records = append(b.records, record)
	for _, v := range record.Fields {
		b.size += len(v)
	}
	return nil
}

// An importer knows what the rows of one kind are and where they go. prepare
// runs beside save, on the batch after the one that is saved.
type importer interface {
	kind() store.ImportKind
	prepare(ctx context.Context, b *importBatch) error
	preview(ctx context.Context, b *importBatch) (importResult, error)
	save(tx *store.Tx, i *store.Import, b *importBatch) (importResult, error)
	kept()                                       // the last save was committed
	end(tx *store.Tx, s store.ImportState) error // of the file
	restart(ctx context.Context, i *store.Import) error
}

// An importResult is what became of a batch.
type importResult struct {
	inserted, updated, unchanged int64
	rejects                      []store.Reject // by line
	outcomes                     map[screening.Outcome]int64
}

// feedBatches reads a source from a row to its end and sends batches. Problems
// that are no rows, as those of a header, go to say. It returns io.EOF at the
// end of the source, otherwise what ended it early.
func feedBatches(ctx context.Context, src rowSource, from int64, say func(error), out chan<- *importBatch) error {
	n := int64(0)
	if s, ok := src.(rowSkipper); ok {
		s.skip(from)
		n = from
	}
	b := &importBatch{}
	send := func() error {
		b.to = n
		listings, lines := len(b.listings), len(b.lines) // once sent, the batch is another's
		select {
		case out <- b:
			b = &importBatch{listings: make([]screening.Listing, 0, listings), lines: make([]int, 0, lines)}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := src.read(b)
		var refused *intake.RowError
		switch {
		case err == nil:
		case errors.As(err, &refused) && refused.Refused:
			b.refuse(refused)
		case errors.As(err, &refused):
			say(refused)
			continue
		default:
			if b.rows > 0 {
				if e := send(); e != nil {
					return e
				}
			}
			return err
		}
		if n++; n <= from { // imported before
			*b = importBatch{listings: b.listings[:0], lines: b.lines[:0], records: b.records[:0]}
			continue
		}
		if b.rows++; b.full() {
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// pump reads, prepares and keeps at the same time: while one batch is kept, the
// next is prepared and the one after it read. keep is called for every batch, in
// order. The error is io.EOF's absence: nil at the end of the source.
func pump(ctx context.Context, src rowSource, from int64, say func(error), prepare func(context.Context, *importBatch) error, keep func(*importBatch) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	read, prepared := make(chan *importBatch, 2), make(chan *importBatch, 2)
	ended := make(chan error, 1)
	go func() {
		defer close(read)
		ended <- feedBatches(ctx, src, from, say, read)
	}()
	failed := make(chan error, 1)
	go func() {
		defer close(prepared)
		failed <- prepareAll(ctx, cancel, read, prepared, prepare)
	}()
	var err error
	for b := range prepared {
		if err == nil {
			if err = keep(b); err != nil {
				cancel(err)
			}
		}
	}
	for range read { //nolint:revive // the reader must be let go
	}
	end, broken := <-ended, <-failed
	switch {
	case err != nil:
		return err
	case broken != nil:
		return broken
	case errors.Is(end, io.EOF):
		return nil
	}
	return end
}

func prepareAll(ctx context.Context, cancel context.CancelCauseFunc, in <-chan *importBatch, out chan<- *importBatch, prepare func(context.Context, *importBatch) error) error {
	for b := range in {
		if err := prepare(ctx, b); err != nil {
			cancel(err)
			return err
		}
		select {
		case out <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
