package intake

import (
	"bufio"
	"errors"
	"io"

	"golang.org/x/text/transform"
)

// sampleSize is how much is looked at to tell the encoding, in bytes.
const sampleSize = 64 << 10

// A decoder reads a text file as UTF-8 without a byte order mark. Without a
// mark it decides on the 64 KiB from the first byte that is not ASCII, however
// late that comes.
type decoder struct {
	src      *bufio.Reader
	encoding Encoding  // empty until decided
	out      io.Reader // nil until decided
}

// newDecoder wants src to have a buffer of sampleSize.
func newDecoder(src *bufio.Reader, encoding Encoding) (*decoder, error) {
	d := &decoder{src: src}
	head, err := src.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	marked, size := mark(head)
	if encoding == "" {
		encoding = marked
	}
	if marked == encoding && size > 0 {
		if _, err := src.Discard(size); err != nil {
			return nil, err
		}
	}
	if encoding != "" {
		d.decide(encoding)
	}
	return d, nil
}

func (d *decoder) decide(e Encoding) {
	d.encoding, d.out = e, d.src
	if e != UTF8 {
		d.out = transform.NewReader(d.src, newMarker(e))
	}
}

// named is the encoding that was used; a file of ASCII alone is UTF-8.
func (d *decoder) named() Encoding {
	if d.encoding == "" {
		return UTF8
	}
	return d.encoding
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.out != nil {
		return d.out.Read(p)
	}
	if _, err := d.src.Peek(1); err != nil {
		return 0, err
	}
	ready, _ := d.src.Peek(d.src.Buffered())
	n := ascii(ready[:min(len(ready), len(p))])
	if n == 0 && len(p) > 0 {
		sample, err := d.src.Peek(sampleSize) // the error comes again after what was read before it
		d.decide(detect(sample, !errors.Is(err, io.EOF)))
		return d.out.Read(p)
	}
	copy(p, ready[:n])
	return d.src.Discard(n)
}

// ascii counts the ASCII bytes that b begins with.
func ascii(b []byte) int {
	for i, c := range b {
		if c >= 0x80 {
			return i
		}
	}
	return len(b)
}

// A sticky reader gives the same error again and again.
type sticky struct {
	r   io.Reader
	err error
}

func (s *sticky) Read(p []byte) (n int, err error) {
	if s.err == nil {
		n, s.err = s.r.Read(p)
	}
	return n, s.err
}
