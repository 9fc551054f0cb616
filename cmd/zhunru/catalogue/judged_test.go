package catalogue

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"zhunru/screening"
	"zhunru/screening/segment"
)

var compiled = sync.OnceValues(func() (*screening.Engine, error) {
	d, err := loaded()
	if err != nil {
		return nil, err
	}
	return screening.NewEngine(d, segment.Lazy{})
})

func engine(tb testing.TB) *screening.Engine {
	tb.Helper()
	e, err := compiled()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// verdicts screens the first listings of a kind, and counts those with one of
// the outcomes. The misses are logged.
func verdicts(t *testing.T, c *Catalogue, kind Kind, limit int, good ...screening.Outcome) (share float64) {
	t.Helper()
	e := engine(t)
	all, held := 0, 0
	for i := 0; all < limit; i++ {
		if c.Kind(i) != kind {
			continue
		}
		all++
		l := c.Listing(i)
		v := e.Screen(&l, nil)
		if slices.Contains(good, outcomeOf(&v, c.Trap(i))) {
			held++
			continue
		}
		if all-held <= 40 {
			why := []string{}
			for _, f := range v.Findings {
				why = append(why, f.Class+":"+f.Term+"@"+f.Field)
			}
			t.Logf("%s %s %q [%s]: %s", v.Outcome, c.Trap(i).Class, l.Title, l.Category, strings.Join(why, " "))
		}
	}
	return float64(held) / float64(all)
}

// outcomeOf returns the gravest outcome that the class of a trap accounts for,
// so that other words never make a trap look found; that of the verdict for
// ordinary goods and innocent ones.
func outcomeOf(v *screening.Verdict, t Trap) screening.Outcome {
	if t.Class == "" || t.Kind == KindInnocent {
		return v.Outcome
	}
	worst := screening.OutcomePass
	for i := range v.Findings {
		if f := &v.Findings[i]; f.Class == t.Class && f.Outcome.AtLeast(worst) {
			worst = f.Outcome
		}
	}
	return worst
}

// TestEngineSeesEachKindAsItWasMade holds the generator against the engine.
// It says nothing of real sellers.
func TestEngineSeesEachKindAsItWasMade(t *testing.T) {
	t.Parallel()
	c := made(t, 0, 500, 21)
	notPass := []screening.Outcome{screening.OutcomeProhibited, screening.OutcomeNeedsCategory, screening.OutcomeReview}
	for _, x := range []struct {
		kind  Kind
		rows  int
		least float64
		good  []screening.Outcome
	}{
		{KindClean, 3000, 0.97, []screening.Outcome{screening.OutcomePass}},
		{KindMessy, 600, 0.97, []screening.Outcome{screening.OutcomePass}},
		{KindInnocent, 1000, 0.6, []screening.Outcome{screening.OutcomePass}},
		{KindProhibited, 1200, 0.95, []screening.Outcome{screening.OutcomeProhibited}},
		{KindDisguised, 1200, 0.9, notPass},
		{KindRestricted, 1000, 0.9, notPass},
		{KindReview, 500, 0.8, notPass},
		{KindNotice, 500, 0.8, append(notPass, screening.OutcomeNotice)},
		{KindWrongCategory, 500, 0.9, notPass},
	} {
		t.Run(string(x.kind), func(t *testing.T) {
			t.Parallel()
			share := verdicts(t, c, x.kind, x.rows, x.good...)
			t.Logf("%.4f", share)
			if share < x.least {
				t.Errorf("%.4f have one of %v, want %.2f", share, x.good, x.least)
			}
		})
	}
}

// TestFillersAloneMeanNothing holds that no sentence, call or brand of ours is
// found by itself, so that what is found in a listing comes from elsewhere.
func TestFillersAloneMeanNothing(t *testing.T) {
	t.Parallel()
	e, c := engine(t), made(t, 0, 1, 1)
	texts := slices.Concat(sentences[:], plain[:])
	for _, list := range [][]word{c.common.shouts, c.common.leads, c.common.tails, c.common.packs, c.common.latin, c.brands} {
		for _, w := range list {
			texts = append(texts, w.text)
		}
	}
	for _, s := range texts {
		v := e.Screen(&screening.Listing{ID: "f", Title: s}, nil)
		if len(v.Findings) > 0 {
			t.Errorf("%q is %s by %s %s", s, v.Findings[0].Outcome, v.Findings[0].Class, v.Findings[0].Term)
		}
	}
}
