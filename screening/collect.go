package screening

import (
	"slices"

	"zhunru/screening/textnorm"
)

// collect sorts the valid matches into candidates and context.
func (s *scan) collect(t *textnorm.Text, want func(entry) bool) {
	s.reset()
	for _, m := range s.matches {
		p := &s.e.phrases[m.Pattern]
		whole, loose := p.fits(t, m.Start, m.End)
		if !loose {
			continue
		}
		for _, x := range s.e.entries[p.first : p.first+int32(p.n)] {
			at := place{x.class, x.kind, x.ref, int32(m.Pattern), m.Start, m.End}
			switch x.kind {
			case kTerm, kSlang, kSuspect, kWeak:
				if whole && want(x) && t.StepsIn(m.Start, m.End)&s.e.classes[x.class].void == 0 {
					s.cands = append(s.cands, candidate{class: x.class, kind: x.kind, phrase: int32(m.Pattern), start: m.Start, end: m.End, cue: -1})
				}
			case kPrefilter:
				s.tries = append(s.tries, at)
			case kUp, kDown:
				s.cues = append(s.cues, at)
			case kException, kConditional, kReroute, kSoundsLike:
				s.voids = append(s.voids, at)
			case kWhen:
				s.whens = append(s.whens, at)
			default:
				s.context = append(s.context, at)
			}
		}
	}
	s.reroute()
}

// reroute adds the candidates that reroutes name.
func (s *scan) reroute() {
	for _, v := range s.voids {
		if v.kind != kReroute {
			continue
		}
		c := candidate{class: v.class, kind: kTerm, phrase: v.phrase, start: v.start, end: v.end, cue: -1, review: v.ref < 0, pinned: true}
		if v.ref >= 0 {
			c.class = int16(v.ref)
		}
		s.cands = append(s.cands, c)
	}
	slices.SortStableFunc(s.cands, func(a, b candidate) int { return a.end - b.end })
}

// bury removes the dead candidates.
func (s *scan) bury() {
	s.cands = slices.DeleteFunc(s.cands, func(c candidate) bool { return c.dead })
}

// fits reports whether a match respects the words of the text: whole for
// terms, loose for context words, where a digit may touch a unit (500g).
func (p *phrase) fits(t *textnorm.Text, start, end int) (whole, loose bool) {
	whole, loose = true, true
	if p.edges&latinLeft != 0 && start > 0 && !t.GapBefore(start) {
		a, b := t.Runes[start-1], t.Runes[start]
		if wordRune(a) {
			loose = digit(a) != digit(b)
			whole = loose && p.edges&wordyLeft != 0
		}
	}
	if p.edges&latinRight != 0 && end < len(t.Runes) && !t.GapBefore(end) {
		a, b := t.Runes[end-1], t.Runes[end]
		if wordRune(b) {
			differ := digit(a) != digit(b)
			loose = loose && differ
			whole = whole && differ && p.edges&wordyRight != 0
		}
	}
	if loose && p.edges&manyRunes != 0 && !p.gapsFit(t, start, end) {
		return false, false
	}
	return whole, loose
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// gapsFit reports whether the separators inside a match are where they may
// be: between Han characters anywhere; between letters or digits where the
// dictionary has one too, or if every character stands apart (v.p.n).
func (p *phrase) gapsFit(t *textnorm.Text, start, end int) bool {
	gaps, extra := 0, 0
	for i := start + 1; i < end; i++ {
		if !t.GapBefore(i) {
			continue
		}
		gaps++
		if k := i - start; wordRune(t.Runes[i-1]) && wordRune(t.Runes[i]) && (k > 63 || p.gaps>>k&1 == 0) {
			extra++
		}
	}
	if extra == 0 {
		return true
	}
	if gaps < end-start-1 || p.edges&latinOnly != 0 && gaps < 2 {
		return false
	}
	// S/M/L/XL spells no word: a lone letter before the match belongs to it.
	before := start - 1
	return before < 0 || !wordRune(t.Runes[start]) || !wordRune(t.Runes[before]) || before > 0 && !t.GapBefore(before)
}
