package intake

import (
	"bytes"
	"errors"
	"io"
)

// lines is a window on a text that can look some lines ahead and come back.
// Offsets count from the first unread byte. The buffer holds no more than
// twice the longest line asked for.
type lines struct {
	r        io.Reader
	buf      []byte
	pos, end int
	line     int // number of the first unread line
	err      error
}

func newLines(r io.Reader) *lines {
	return &lines{r: r, buf: make([]byte, 256<<10), line: 1}
}

// fill reads more; it reports false at the end of the text.
func (l *lines) fill() bool {
	if l.err != nil {
		return false
	}
	if l.pos > 0 {
		l.end = copy(l.buf, l.buf[l.pos:l.end])
		l.pos = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	for range 100 {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		l.err = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	l.err = io.ErrNoProgress
	return false
}

// failure is the error that ended the text early.
func (l *lines) failure() error {
	if errors.Is(l.err, io.EOF) {
		return nil
	}
	return l.err
}

// ended is why there is no further line: the failure, or io.EOF.
func (l *lines) ended() error {
	if err := l.failure(); err != nil {
		return err
	}
	return io.EOF
}

func (l *lines) unread() []byte { return l.buf[l.pos:l.end] }

// lineEnd returns the offset after the line that begins at offset from. It
// returns from at the end of the text, and where a failure cuts the line: half
// a line is no row. If the line is longer than limit, ok is false.
func (l *lines) lineEnd(from, limit int) (end int, ok bool) {
	for scan := from; ; {
		if i := bytes.IndexByte(l.buf[l.pos+scan:l.end], '\n'); i >= 0 {
			scan += i + 1
			return scan, scan-from <= limit
		}
		scan = l.end - l.pos
		if scan-from > limit {
			return scan, false
		}
		if !l.fill() {
			if l.failure() != nil {
				return from, true
			}
			return scan, true
		}
	}
}

// take consumes size bytes that hold n line ends.
func (l *lines) take(size, n int) {
	l.pos += size
	l.line += n
}

// drop consumes the rest of the line, however long, in pieces that are shown
// to see.
func (l *lines) drop(see func([]byte)) {
	for {
		rest := l.unread()
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			see(rest[:i])
			l.take(i+1, 1)
			return
		}
		see(rest)
		l.take(len(rest), 0)
		if !l.fill() {
			l.line++
			return
		}
	}
}

// trimEnd cuts the line end.
func trimEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}
