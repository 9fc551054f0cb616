package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

const (
	maxDepth = 256
	maxSigns = 50_000
)

var (
	errXMLTooLarge = errors.New("more XML than allowed")
	errXMLShape    = errors.New("XML that no word processor writes")
)

// A docxReader turns the XML of parts into lines: a paragraph is a line, a row
// of a table is one with tabs between its cells.
type docxReader struct {
	ctx     context.Context
	left    int64 // bytes of XML that may still be read
	maxText int
	out     []byte
	hidden  bool // hidden text was left out

	// state inside a part
	depth int
	open  []int // where the open cells and rows begin in out
	text  bool  // inside w:t
	run   bool  // inside w:r, but not of a paragraph's properties
	mute  bool  // the run is hidden
}

// bound ends a part's XML when all parts together are too long, or when an
// element has more attributes than any has: the parser would gather them all.
// A '<' is never part of a value, so the signs '=' since the last one bound the
// attributes.
func (w *docxReader) bound(in io.Reader) io.Reader {
	signs := 0
	return readerFunc(func(p []byte) (int, error) {
		if w.left <= 0 {
			return 0, errXMLTooLarge
		}
		n, err := in.Read(p[:min(int64(len(p)), w.left)])
		w.left -= int64(n)
		for _, c := range p[:n] {
			switch c {
			case '<':
				signs = 0
			case '=':
				signs++
			}
		}
		if signs > maxSigns {
			return 0, errXMLShape
		}
		return n, err
	})
}

type readerFunc func(p []byte) (int, error)

// Read calls the function.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// part appends the text of one part. The sizes that the archive states are not
// believed; what comes out is counted.
func (w *docxReader) part(f *zip.File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // read only
	w.depth, w.open, w.text, w.run, w.mute = 0, nil, false, false, false
	d := xml.NewDecoder(w.bound(in))
	for n := 0; ; n++ {
		if n%1024 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			w.breakLine()
			return nil
		}
		if err == nil {
			err = w.token(d, token)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if len(w.out) > w.maxText {
			return errOverflow
		}
	}
}

func (w *docxReader) token(d *xml.Decoder, token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return errXMLShape // a DTD could declare entities
	case xml.StartElement:
		return w.start(d, t)
	case xml.EndElement:
		w.depth--
		w.end(t.Name.Local)
	case xml.CharData:
		switch {
		case w.text && w.mute:
			w.hidden = w.hidden || len(bytes.TrimSpace(t)) > 0
		case w.text:
			w.out = append(w.out, t...)
		}
	}
	return nil
}

func (w *docxReader) start(d *xml.Decoder, e xml.StartElement) error {
	if w.depth++; w.depth > maxDepth {
		return errXMLShape
	}
	switch e.Name.Local {
	case "Fallback": // the same text again, for old programs
		w.depth--
		return w.skip(d)
	case "r":
		w.run, w.mute = true, false
	case "vanish":
		w.mute = w.run && !off(e)
	case "t":
		w.text = true
	case "tab":
		if w.run && !w.mute {
			w.out = append(w.out, '\t')
		}
	case "br", "cr":
		if !w.mute {
			w.out = append(w.out, '\n')
		}
	case "noBreakHyphen":
		w.out = append(w.out, '-')
	case "tc", "tr":
		w.open = append(w.open, len(w.out))
	}
	return nil
}

func (w *docxReader) end(name string) {
	switch name {
	case "r":
		w.run, w.mute = false, false
	case "t":
		w.text = false
	case "p":
		w.out = append(w.out, '\n')
	case "tc":
		w.close("\n", '\t')
	case "tr":
		w.close("\t", '\n')
	}
}

// close ends a cell or row: what it ends with is cut, back to where it began.
func (w *docxReader) close(cut string, mark byte) {
	from := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.out = append(w.out[:from+len(bytes.TrimRight(w.out[from:], cut))], mark)
}

// skip passes over an element within the same bound of depth, unlike
// xml.Decoder.Skip.
func (w *docxReader) skip(d *xml.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; w.depth+depth > maxDepth {
				return errXMLShape
			}
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// off tells a switch of WordprocessingML that is written out as false.
func off(e xml.StartElement) bool {
	for _, a := range e.Attr {
		if a.Name.Local == "val" {
			return a.Value == "0" || a.Value == "false" || a.Value == "off"
		}
	}
	return false
}

// breakLine ends the last line of a part.
func (w *docxReader) breakLine() {
	if n := len(w.out); n > 0 && w.out[n-1] != '\n' {
		w.out = append(w.out, '\n')
	}
}
