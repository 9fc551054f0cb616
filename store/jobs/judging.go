package jobs

import (
	"encoding/json"
	"fmt"
	"runtime"
	"sync"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// A judging is one call of screen on its way.
type judging struct {
	j       *Judge
	rows    []store.Row
	because store.Because
	known   map[string]standing // only read while rows are judged
	out     []store.Judged
	asked   []bool // whether a verdict depends on what its merchant holds
}

// each judges rows by their indexes, on all processors.
func (x *judging) each(rows []int) error {
	errs := make([]error, min(runtime.GOMAXPROCS(0), len(rows)))
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for _, i := range rows[w*len(rows)/len(errs) : (w+1)*len(rows)/len(errs)] {
				if errs[w] = x.one(i); errs[w] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// one judges one listing.
func (x *judging) one(i int) error {
	row := &x.rows[i]
	asked := answers{}
	if s := x.known[row.Listing.MerchantID]; s.of != nil {
		asked.of = s.of
	}
	v := x.j.engine.Screen(&row.Listing, &asked)
	if asked.err != nil {
		return fmt.Errorf("jobs: screen %s: %w", row.Listing.ID, asked.err)
	}
	input, because := store.InputHash(row.Content, asked.list), x.because
	switch {
	case !row.Stamp.Screened():
		because = ""
	case row.Stamp.Version != row.Version:
		because = store.BecauseListing
	case row.Stamp.Input != input && because == store.BecauseRule:
		because = store.BecauseLicence
	}
	x.asked[i] = asked.asked && row.Listing.MerchantID != ""
	x.out[i] = store.Judged{Key: row.Key, Version: row.Version, Content: row.Content, Input: input, Answers: asked.list, Verdict: v, Because: because}
	return nil
}

// answers notes what the findings of one listing asked of the qualifications
// and what they were told, so that a verdict's input can be compared.
type answers struct {
	of    screening.Qualifications // nil: nothing is held
	list  []string
	asked bool // even where nothing is held
	err   error
}

// Covers asks on and notes the answer.
func (a *answers) Covers(category string, anyOf [][]string) (bool, []qualification.Lack) {
	a.asked = true
	if a.of == nil {
		return false, nil
	}
	ok, lacks := a.of.Covers(category, anyOf)
	note, err := json.Marshal(struct {
		Category string               `json:"category"`
		Held     bool                 `json:"held"`
		Lacks    []qualification.Lack `json:"lacks,omitempty"`
	}{category, ok, lacks})
	if err != nil {
		a.err = err
	}
	a.list = append(a.list, string(note))
	return ok, lacks
}
