package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunru/screening"
)

// An event is a row or a problem that begins on a line.
type event struct {
	line    int
	listing *screening.Listing
}

func events(a *account) []event {
	var out []event
	i, j := 0, 0
	for i < len(a.rows) || j < len(a.problems) {
		if j == len(a.problems) || i < len(a.rows) && a.rows[i].Line < a.problems[j].Line {
			out = append(out, event{a.rows[i].Line, &a.rows[i].Listing})
			i++
			continue
		}
		if a.problems[j].Refused {
			out = append(out, event{a.problems[j].Line, nil})
		}
		j++
	}
	return out
}

// FuzzCSV: every line that is not blank begins a row or a problem, or belongs
// to a quoted field of the row before.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"1,a\n2,b\n", "1,\"a\n2,b\n", "1,\"a\n\"\n2,b", "1,\"a\"x\n\n,\n\xff,a\r\n", "\"\"\"\n\"\",\"", "1;2\r\n\r\r\n", "1,\x00\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		a := readAll(t, "f", strings.NewReader("id,title\n"+body), Options{Format: FormatCSV, Encoding: UTF8})
		if a.fatal != nil {
			t.Fatal(a.fatal)
		}
		lines := strings.Split("id,title\n"+body, "\n")
		next := 2
		for _, e := range append(events(a), event{line: len(lines) + 1}) {
			if e.line < next {
				t.Fatalf("line %d after line %d", e.line, next-1)
			}
			for n := next; n < e.line; n++ {
				if line := lines[n-1]; strings.Trim(line, " \r\n") != "" && !strings.Contains(lines[next-2], `"`) {
					t.Fatalf("line %d is lost: %q", n, line)
				}
			}
			next = e.line + 1
		}
	})
}

// FuzzJSONL: every line that is not blank is a row or a problem, and a row is
// what encoding/json makes of it.
func FuzzJSONL(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","title":"a"}`, `{"id":1,"title":"\u4e2d","attributes":{"a":"b"}}`, "{}\n[]\n\n", `{"id":"1","title":"a","attributes":null}`,
		`{"id":"\ud83d\ude00","title":"\\"}`, `{"id":"1","title":"a","x":[{}]}`, `{"id":01}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := readAll(t, "f", strings.NewReader(text), Options{Format: FormatJSONL, Encoding: UTF8})
		if a.fatal != nil {
			t.Fatal(a.fatal)
		}
		got := events(a)
		for i, line := range strings.Split(text, "\n") {
			if i == 0 {
				line = strings.TrimPrefix(strings.TrimPrefix(line, "\ufeff"), "\ufeff")
			}
			if len(bytes.TrimSpace([]byte(line))) == 0 {
				continue
			}
			if len(got) == 0 || got[0].line != i+1 {
				t.Fatalf("line %d is lost: %q", i+1, line)
			}
			if got[0].listing != nil {
				sameAsStandard(t, line, got[0].listing)
			}
			got = got[1:]
		}
	})
}

func sameAsStandard(t *testing.T, line string, got *screening.Listing) {
	t.Helper()
	var want screening.Listing
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&want); err != nil {
		if !errors.As(err, new(*json.UnmarshalTypeError)) {
			t.Fatalf("%q accepted, encoding/json says %v", line, err)
		}
		return // a number for an id
	}
	if diff := cmp.Diff(want, *got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}
