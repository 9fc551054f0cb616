package intake

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"zhunru/screening"
)

// An account is what became of a file, in order.
type account struct {
	rows     []Row
	problems []*RowError
	fatal    error
	encoding Encoding
}

// messages are the problems without the file's name.
func (a *account) messages() []string {
	if len(a.problems) == 0 {
		return nil
	}
	out := make([]string, 0, len(a.problems))
	for _, p := range a.problems {
		out = append(out, strconv.Itoa(p.Line)+": "+p.Field+": "+p.Reason)
	}
	return out
}

func (a *account) ids() string {
	ids := make([]string, len(a.rows))
	for i := range a.rows {
		ids[i] = a.rows[i].Listing.ID
	}
	return strings.Join(ids, " ")
}

func (a *account) listings() []screening.Listing {
	out := make([]screening.Listing, 0, len(a.rows))
	for i := range a.rows {
		out = append(out, a.rows[i].Listing)
	}
	return out
}

func readAll(tb testing.TB, name string, in io.Reader, o Options) *account {
	tb.Helper()
	a := &account{}
	r, err := Open(name, in, o)
	if err != nil {
		a.fatal = err
		return a
	}
	a.drain(r)
	a.encoding = r.Encoding()
	if err := r.Close(); err != nil {
		tb.Error(err)
	}
	return a
}

func (a *account) drain(r *Reader) {
	for {
		var row Row
		err := r.Next(&row)
		var problem *RowError
		switch {
		case err == nil:
			a.rows = append(a.rows, row)
		case errors.As(err, &problem):
			a.problems = append(a.problems, problem)
		case errors.Is(err, io.EOF):
			return
		default:
			a.fatal = err
			return
		}
	}
}

func readText(tb testing.TB, text string, format Format) *account {
	tb.Helper()
	return readAll(tb, "f", strings.NewReader(text), Options{Format: format, Seen: NewSeen()})
}

// newSized reads text through a small buffer.
func newSized(text string, size int) *bufio.Reader {
	return bufio.NewReaderSize(strings.NewReader(text), size)
}
