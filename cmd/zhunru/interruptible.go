package main

import (
	"context"
	"io"
)

// An interruptible reads from r until ctx is cancelled, even where a read of
// r blocks for ever, as one of a terminal or a pipe does. The goroutine that
// waits for r then holds nothing but its buffers.
type interruptible struct {
	ctx    context.Context //nolint:containedctx // a reader has no other place for it
	chunks chan chunk
	back   chan []byte
	now    chunk
	left   []byte
}

type chunk struct {
	data []byte
	err  error
}

func newInterruptible(ctx context.Context, r io.Reader) *interruptible {
	i := &interruptible{ctx: ctx, chunks: make(chan chunk), back: make(chan []byte, 2)}
	i.back <- make([]byte, 64<<10)
	i.back <- make([]byte, 64<<10)
	go i.pump(r)
	return i
}

func (i *interruptible) pump(r io.Reader) {
	for {
		var buf []byte
		select {
		case buf = <-i.back:
		case <-i.ctx.Done():
			return
		}
		n, err := r.Read(buf[:cap(buf)])
		select {
		case i.chunks <- chunk{buf[:n], err}:
		case <-i.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (i *interruptible) Read(p []byte) (int, error) {
	for len(i.left) == 0 {
		if i.now.err != nil {
			return 0, i.now.err
		}
		if i.now.data != nil {
			i.back <- i.now.data
			i.now.data = nil
		}
		select {
		case i.now = <-i.chunks:
			i.left = i.now.data
		case <-i.ctx.Done():
			return 0, i.ctx.Err()
		}
	}
	n := copy(p, i.left)
	i.left = i.left[n:]
	return n, nil
}
