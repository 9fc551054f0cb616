package screening_test

import (
	"os"
	"sync"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

var loaded = sync.OnceValues(func() (*dictionary.Dictionary, error) {
	if dir := os.Getenv("ZHUNRU_TEST_DICTIONARIES"); dir != "" {
		return dictionary.Load(os.DirFS(dir))
	}
	return dictionary.Load(dictionaries.FS)
})

var compiled = sync.OnceValues(func() (*screening.Engine, error) {
	d, err := loaded()
	if err != nil {
		return nil, err
	}
	return screening.NewEngine(d, segment.Lazy{})
})

func builtInDictionary(tb testing.TB) *dictionary.Dictionary {
	tb.Helper()
	d, err := loaded()
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func builtIn(tb testing.TB) *screening.Engine {
	tb.Helper()
	e, err := compiled()
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// traditional returns the traditional form of a simplified character that the
// tables know, the character itself if there is none.
func traditional(r rune) rune {
	if t, ok := simplifiedToTraditional()[r]; ok {
		return t
	}
	return r
}

var simplifiedToTraditional = sync.OnceValue(func() map[rune]rune {
	d, err := loaded()
	if err != nil {
		return nil
	}
	m := map[rune]rune{}
	for t, s := range d.Tables.Traditional {
		if old, ok := m[s]; !ok || t < old {
			m[s] = t
		}
	}
	return m
})
