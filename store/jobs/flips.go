package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"zhunru/screening"
	"zhunru/store"
)

// A Flip is a verdict that a run changed, or would change.
type Flip struct {
	Listing  string            `json:"listing"`
	Merchant string            `json:"merchant,omitempty"`
	Title    string            `json:"title"`
	Old      screening.Outcome `json:"old,omitempty"` // "": never judged before
	New      screening.Outcome `json:"new"`
	Because  store.Because     `json:"because,omitempty"`
	Classes  []string          `json:"classes"` // of both verdicts
}

// A Count is how many flips fall to one class or merchant.
type Count struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// A Summary counts the flips of a run: those whose outcome differs.
type Summary struct {
	Flips      int     `json:"flips"`
	ByMove     []Count `json:"by_move"` // "pass → prohibited"
	ByBecause  []Count `json:"by_because"`
	ByClass    []Count `json:"by_class"`
	ByMerchant []Count `json:"by_merchant"` // the most, up to 20

	move, because, class, merchant map[string]int
}

// Add counts a flip.
func (s *Summary) Add(f *Flip) {
	if s.move == nil {
		s.move, s.because, s.class, s.merchant = map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	}
	s.Flips++
	s.move[string(cmp.Or(f.Old, "none"))+" → "+string(f.New)]++
	if f.Because != "" {
		s.because[string(f.Because)]++
	}
	for _, c := range f.Classes {
		s.class[c]++
	}
	if f.Merchant != "" {
		s.merchant[f.Merchant]++
	}
}

// Close puts the counts in order: the most first, equals by name.
func (s *Summary) Close() {
	const most = 20
	s.ByMove, s.ByBecause, s.ByClass = counts(s.move), counts(s.because), counts(s.class)
	s.ByMerchant = counts(s.merchant)
	s.ByMerchant = s.ByMerchant[:min(most, len(s.ByMerchant))]
}

func counts(m map[string]int) []Count {
	out := make([]Count, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, Count{name, m[name]})
	}
	slices.SortStableFunc(out, func(a, b Count) int { return b.N - a.N })
	return out
}

// Flips calls f for every flip of a run, by listing, and returns their counts. An
// error of f ends it.
func Flips(ctx context.Context, s *store.Store, run int64, f func(*Flip) error) (Summary, error) {
	var sum Summary
	for after := store.Key(0); ; {
		page, err := s.Flips(ctx, run, after, store.MaxBatch, true)
		if err != nil {
			return sum, err
		}
		for i := range page {
			x := &page[i]
			after = x.Key
			flip := Flip{x.ID, x.Merchant, x.Title, x.Old, x.New, x.Because, x.Classes}
			sum.Add(&flip)
			if f != nil {
				if err := f(&flip); err != nil {
					return sum, err
				}
			}
		}
		if len(page) < store.MaxBatch {
			sum.Close()
			return sum, nil
		}
	}
}

// classesOf names the classes of two lists of findings, sorted.
func classesOf(lists ...[]screening.Finding) []string {
	out := []string{}
	for _, list := range lists {
		for i := range list {
			if list[i].Outcome != screening.OutcomeNotice {
				out = append(out, list[i].Class)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
