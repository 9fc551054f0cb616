package screening

import (
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
)

// TestCleanTitleAllocatesNothing holds reading a title with nothing in it to no
// allocation, from normalising to the last view. It works on a scan of its own,
// because the engine's pool gives some away when the race detector runs.
func TestCleanTitleAllocatesNothing(t *testing.T) {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEngine(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newScan(e)
	const title = "新款大容量水杯男女学生便携定制 USB充电304不锈钢"
	s.read("title", title)
	if len(s.findings)+len(s.suppressed) > 0 {
		t.Fatalf("the title is not clean: %+v %+v", s.findings, s.suppressed)
	}
	if got := testing.AllocsPerRun(200, func() { s.read("title", title) }); got > 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestDecideTakesTheGravest(t *testing.T) {
	t.Parallel()
	all := []Outcome{OutcomePass, OutcomeNotice, OutcomeReview, OutcomeNeedsCategory, OutcomeProhibited}
	for i, a := range all {
		for j, b := range all {
			got := decide([]Finding{{Outcome: a}, {Outcome: b}})
			want := all[max(i, j)]
			if want == OutcomeNotice {
				want = OutcomePass
			}
			if got != want {
				t.Errorf("decide(%s, %s) = %s, want %s", a, b, got, want)
			}
			if alone := decide([]Finding{{Outcome: a}}); !got.AtLeast(alone) {
				t.Errorf("a further finding %s softens %s to %s", b, alone, got)
			}
		}
	}
}

func TestFindingOutcome(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		d          dictionary.Disposition
		sure, held bool
		want       Outcome
	}{
		{dictionary.Prohibited, true, false, OutcomeProhibited},
		{dictionary.Prohibited, true, true, OutcomeProhibited},
		{dictionary.Prohibited, false, false, OutcomeReview},
		{dictionary.NeedsCategory, true, false, OutcomeNeedsCategory},
		{dictionary.NeedsCategory, false, false, OutcomeReview},
		{dictionary.NeedsCategory, true, true, OutcomePass},
		{dictionary.Review, true, false, OutcomeReview},
		{dictionary.Notice, true, false, OutcomeNotice},
		{dictionary.Notice, false, false, OutcomeNotice},
	} {
		if got := findingOutcome(tt.d, tt.sure, tt.held); got != tt.want {
			t.Errorf("findingOutcome(%s, %v, %v) = %s, want %s", tt.d, tt.sure, tt.held, got, tt.want)
		}
	}
}
