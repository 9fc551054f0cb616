package intake

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newSeen(tb testing.TB, limit int) *Seen {
	tb.Helper()
	s := NewSeen()
	s.limit, s.dir = limit, tb.TempDir()
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
		left, err := os.ReadDir(s.dir)
		if err != nil || len(left) > 0 {
			tb.Errorf("left behind: %v %v", left, err)
		}
	})
	return s
}

func TestSeenSpills(t *testing.T) {
	t.Parallel()
	s := newSeen(t, 2)
	a, b := s.addFile("a.csv"), s.addFile("b.csv")
	var inTime []string
	for _, x := range []struct {
		id         string
		file, line int
	}{
		{"1", a, 2}, {"2", a, 3}, {"3", a, 4}, {"1", a, 5}, {"4", a, 6}, {"3", b, 2}, {"2", b, 3}, {"3", b, 4}, {"5", b, 5},
	} {
		first, twice, err := s.add(x.id, x.file, x.line)
		if err != nil {
			t.Fatal(err)
		}
		if twice {
			inTime = append(inTime, fmt.Sprintf("%s at %s:%d, first %s", x.id, s.files[x.file], x.line, first))
		}
	}
	if diff := cmp.Diff([]string{"1 at a.csv:5, first a.csv:2", "2 at b.csv:3, first a.csv:3"}, inTime); diff != "" {
		t.Error(diff)
	}
	var late []string
	if err := s.Finish(func(e *RowError) {
		if e.Refused {
			t.Error("a row that was passed on is not refused")
		}
		late = append(late, e.Error())
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"b.csv:2: id: duplicate, found after it was screened; first at a.csv:4（编号重复，已筛查）",
		"b.csv:4: id: duplicate, found after it was screened; first at a.csv:4（编号重复，已筛查）",
	}
	if diff := cmp.Diff(want, late); diff != "" {
		t.Error(diff)
	}
}

// TestSeenFindsAll compares any limit with a map.
func TestSeenFindsAll(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 1, 1000, 100_000, 1 << 30} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, uint64(limit)))
			s := newSeen(t, limit)
			file := s.addFile("f")
			known, want, got := map[int]bool{}, 0, 0
			for line := range 60_000 {
				id := random.IntN(45_000)
				if known[id] {
					want++
				}
				known[id] = true
				_, twice, err := s.add(strconv.Itoa(id), file, line+1)
				if err != nil {
					t.Fatal(err)
				}
				if twice {
					got++
				}
			}
			if s.spill != nil {
				s.spill.batch = 1000
			}
			if err := s.Finish(func(*RowError) { got++ }); err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%d duplicates, want %d", got, want)
			}
		})
	}
}
