// Package segment cuts folded text into words. It is the only importer of gse
// and gives evidence, never decisions: where word boundaries run, and which
// words stand beside a match.
//
// The words and their frequencies are those of gse's simplified Chinese
// dictionary, untouched: adding prohibited words to it would make it confirm
// false matches (K粉色 would become K粉|色). The cut is gse's own shortest
// path, walked over a hash trie of the same words, because gse's Segment costs
// many times what matching does; a test holds the two identical.
package segment

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-ego/gse"
)

// A Token is a word of a text: the bytes [Start, End). Known is false for what
// the dictionary does not hold. It is an alias of an unnamed type, so that a
// Segmenter serves interfaces that spell the type out.
type Token = struct {
	Start, End int
	Known      bool
}

// A Segmenter cuts text. It is immutable and safe for concurrent use.
type Segmenter struct {
	trie     *trie
	distance []float32 // by word, from 1: log2(total frequency / frequency)
	maxUnits int
}

// unknown is the distance gse gives a character that no word begins with.
const unknown = 32

// New loads gse's embedded simplified dictionary (about a second, 200 MB while
// it lasts) and keeps a compact copy of it.
func New() (*Segmenter, error) {
	var g gse.Segmenter
	g.SkipLog, g.NotLoadHMM = true, true
	if err := g.LoadDictEmbed("zh_s"); err != nil {
		return nil, fmt.Errorf("segment: load dictionary: %w", err)
	}
	n := g.Dict.NumTokens()
	if n < 100_000 {
		return nil, fmt.Errorf("segment: gse loaded only %d words", n)
	}
	s := &Segmenter{trie: newTrie(n), maxUnits: g.Dict.MaxTokenLen(), distance: make([]float32, n+1)}
	if err := s.take(&g); err != nil {
		return nil, err
	}
	return s, nil
}

// take copies the words of gse's dictionary, the shortest first as the trie
// wants them. It keeps only their order in memory: gse's own copy is large.
func (s *Segmenter) take(g *gse.Segmenter) error {
	tokens := g.Dict.Tokens
	order := make([]int32, len(tokens))
	sizes := make([]uint8, len(tokens))
	for i := range tokens {
		order[i], sizes[i] = int32(i), uint8(min(255, utf8.RuneCountInString(tokens[i].Text())))
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(sizes[a]) - int(sizes[b]) })
	total := float32(math.Log2(g.Dict.TotalFreq()))
	var runes []rune
	for _, i := range order {
		s.distance[i+1] = total - float32(math.Log2(tokens[i].Freq()))
		runes = runes[:0]
		for _, r := range tokens[i].Text() {
			runes = append(runes, r)
		}
		if !s.trie.add(runes, i+1) {
			return fmt.Errorf("segment: no room for the word %q", tokens[i].Text())
		}
	}
	return nil
}

// Shared returns the process's segmenter, loading it on first use. Loading
// fails only if the binary was built without gse's dictionary.
var Shared = sync.OnceValues(New)

// Lazy is a Segmenter that loads its dictionary at the first text that needs
// it, once for the process. It panics if that fails: the dictionary is part of
// the binary, so that is a broken build, and a cut without it would be a silent
// one.
type Lazy struct{}

// Words is Segmenter.Words.
func (Lazy) Words(dst []Token, text []byte) []Token {
	s, err := Shared()
	if err != nil {
		panic(err)
	}
	return s.Words(dst, text)
}

// Words appends the words of text to dst, in order and without holes, and
// returns the extended slice. Runs of letters and digits of one or two bytes
// are one unit, as in gse; text should be lower case.
func (s *Segmenter) Words(dst []Token, text []byte) []Token {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	b.split(text)
	s.shortest(b, text)
	return b.append(dst)
}

// A buffer holds the working memory of one cut.
type buffer struct {
	units []int32 // start of every unit, and the end of the text
	runes []rune  // the unit, if it is one character of the basic plane; else 0
	jumps []jump
}

type jump struct {
	distance float32
	units    int32 // how many units the word that ends here has; 0 = not reached
	known    bool
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// split finds gse's units: a run of short letters and digits, or one character.
func (b *buffer) split(text []byte) {
	b.units, b.runes = b.units[:0], b.runes[:0]
	inRun := false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		word := size <= 2 && (unicode.IsLetter(r) || unicode.IsNumber(r))
		switch {
		case word && inRun:
			b.runes[len(b.runes)-1] = 0
		case size == 3:
			b.units, b.runes = append(b.units, int32(i)), append(b.runes, r)
		default:
			b.units, b.runes = append(b.units, int32(i)), append(b.runes, 0)
		}
		inRun = word
		i += size
	}
	b.units = append(b.units, int32(len(text)))
}

func (s *Segmenter) shortest(b *buffer, text []byte) {
	n := len(b.units) - 1
	b.jumps = append(b.jumps[:0], make([]jump, n)...)
	for at := range n {
		base := float32(0)
		if at > 0 {
			base = b.jumps[at-1].distance
		}
		state, single := int32(0), false
		for to := at; to < min(n, at+s.maxUnits); to++ {
			if state = s.step(b, text, state, at, to); state == 0 {
				break
			}
			if w := s.trie.word(state); w > 0 {
				single = single || to == at
				b.relax(to, base+s.distance[w], to-at+1, true)
			}
		}
		if !single {
			b.relax(at, base+unknown, 1, false)
		}
	}
}

// step follows unit `to` of a word that begins at unit `at`.
func (s *Segmenter) step(b *buffer, text []byte, state int32, at, to int) int32 {
	r := b.runes[to]
	switch {
	case r == 0:
		return s.trie.walk(state, text[b.units[to]:b.units[to+1]])
	case to == at+1 && b.runes[at] != 0 && !s.trie.begins(b.runes[at], r):
		return 0
	}
	return s.trie.child(state, r)
}

// relax is gse's rule, its quirk included: a distance of zero counts as not
// reached.
func (b *buffer) relax(at int, distance float32, units int, known bool) {
	if j := &b.jumps[at]; j.distance == 0 || j.distance > distance {
		*j = jump{distance, int32(units), known}
	}
}

func (b *buffer) append(dst []Token) []Token {
	first := len(dst)
	for at := len(b.jumps) - 1; at >= 0; {
		j := b.jumps[at]
		from := at - int(j.units) + 1
		dst = append(dst, Token{Start: int(b.units[from]), End: int(b.units[at+1]), Known: j.known})
		at = from - 1
	}
	for i, j := first, len(dst)-1; i < j; i, j = i+1, j-1 {
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}
