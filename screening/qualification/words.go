package qualification

import (
	"slices"

	"zhunru/screening/textnorm"
)

// A wordScanner finds words in canonical runes, in time linear in the text. It
// is immutable.
type wordScanner struct {
	first []uint16 // by first rune of the basic plane: index in lists
	lists [][]scanWord
}

type scanWord struct {
	runes []rune
	id    int
}

// newWordScanner folds the words as texts are folded; a word's id is its index.
func newWordScanner(n *textnorm.Normalizer, words []string) *wordScanner {
	s := &wordScanner{first: make([]uint16, 1<<16), lists: make([][]scanWord, 1)}
	for id, w := range words {
		runes := []rune(n.String(w))
		if len(runes) == 0 || runes[0] >= 1<<16 {
			continue
		}
		k := s.first[runes[0]]
		if k == 0 {
			k = uint16(len(s.lists))
			s.first[runes[0]] = k
			s.lists = append(s.lists, nil)
		}
		s.lists[k] = append(s.lists[k], scanWord{runes, id})
	}
	for _, list := range s.lists {
		slices.SortStableFunc(list, func(a, b scanWord) int { return len(b.runes) - len(a.runes) })
	}
	return s
}

// from returns the words that may start text, the longest first; the caller
// checks each with starts.
func (s *wordScanner) from(text []rune) []scanWord {
	if text[0] >= 1<<16 {
		return nil
	}
	return s.lists[s.first[text[0]]]
}

func (w *scanWord) starts(text []rune) bool {
	return len(w.runes) <= len(text) && slices.Equal(text[:len(w.runes)], w.runes)
}
