package main

import (
	"context"
	"errors"
	"io"
	"sync"

	"zhunru/screening"
	"zhunru/screening/intake"
)

// A batch is passed on when it holds this many rows or problems, or bytes.
const (
	batchRows  = 256
	batchBytes = 1 << 20
)

// A batch of rows goes from the feeder to a worker, from there to the writer,
// and back to the feeder.
type batch struct {
	rows     []intake.Row
	size     int     // bytes of text in rows
	problems []error // in the order of the file; *intake.RowError or the end of a file
	verdicts []screening.Verdict
	out      []byte
	screened chan struct{} // receives when a worker is done
}

func (b *batch) reset() {
	clear(b.rows)
	clear(b.verdicts)
	b.rows, b.problems, b.verdicts, b.out = b.rows[:0], b.problems[:0], b.verdicts[:0], b.out[:0]
	b.size = 0
}

func (b *batch) full() bool {
	return len(b.rows) >= batchRows || len(b.problems) >= batchRows || b.size >= batchBytes
}

// A pipeline screens rows on several goroutines and writes the verdicts in the
// order of the input. Memory is bounded by the number of batches.
//
//	feeder → todo → workers → screened
//	       ↘ ordered ──────────────→ writer → free → feeder
type pipeline struct {
	engine  *screening.Engine
	sellers *merchants
	sink    *sink
	workers int

	todo, ordered, free chan *batch
}

// run calls feed for the rows and done for every batch, in order, once its
// verdicts are written. It returns when every goroutine it started has ended.
// If ctx is cancelled, what was read is still screened and written. The first
// error of writing stops everything.
func (p *pipeline) run(ctx context.Context, feed func(context.Context, *feeder), done func(*batch)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := 4 * p.workers
	p.todo, p.ordered, p.free = make(chan *batch, n), make(chan *batch, n), make(chan *batch, n)
	for range n {
		p.free <- &batch{screened: make(chan struct{}, 1)}
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		defer close(p.todo)
		defer close(p.ordered)
		f := &feeder{p: p}
		feed(ctx, f)
		f.flush()
	})
	for range p.workers {
		wg.Go(p.work)
	}
	var failed error
	for b := range p.ordered {
		<-b.screened
		if failed == nil {
			if failed = p.sink.write(b); failed != nil {
				cancel()
			} else {
				done(b)
			}
		}
		b.reset()
		p.free <- b
	}
	return failed
}

func (p *pipeline) work() {
	for b := range p.todo {
		for i := range b.rows {
			b.verdicts = append(b.verdicts, p.engine.Screen(&b.rows[i].Listing, p.sellers.of(b.rows[i].Listing.MerchantID)))
			b.out = p.sink.encode(b.out, &b.rows[i], &b.verdicts[i])
		}
		b.screened <- struct{}{}
	}
}

// A feeder fills batches.
type feeder struct {
	p *pipeline
	b *batch
}

func (f *feeder) batch() *batch {
	if f.b == nil {
		f.b = <-f.p.free
	}
	return f.b
}

// flush passes the batch on.
func (f *feeder) flush() {
	if f.b == nil || len(f.b.rows)+len(f.b.problems) == 0 {
		return
	}
	f.p.todo <- f.b
	f.p.ordered <- f.b
	f.b = nil
}

// problem passes on what is wrong with a row or a file.
func (f *feeder) problem(err error) {
	f.batch().problems = append(f.batch().problems, err)
	if f.b.full() {
		f.flush()
	}
}

// file passes on all rows of a reader, until ctx is cancelled. What ends the
// file early is a problem.
func (f *feeder) file(ctx context.Context, r *intake.Reader) {
	for ctx.Err() == nil {
		b := f.batch()
		b.rows = append(b.rows, intake.Row{})
		row := &b.rows[len(b.rows)-1]
		err := r.Next(row)
		if err == nil {
			b.size += sizeOf(&row.Listing)
			if b.full() {
				f.flush()
			}
			continue
		}
		b.rows = b.rows[:len(b.rows)-1]
		if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
			return
		}
		f.problem(err)
		if !errors.As(err, new(*intake.RowError)) {
			return
		}
	}
}

func sizeOf(l *screening.Listing) int {
	n := len(l.Title) + len(l.Description) + len(l.Category) + len(l.Brand)
	for _, v := range l.Attributes {
		n += len(v)
	}
	return n
}
