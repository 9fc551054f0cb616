package screening

import (
	"unicode"

	"zhunru/screening/dictionary"
	"zhunru/screening/lazydfa"
	"zhunru/screening/textnorm"
)

// kind says what a phrase of the automaton is to a class.
type kind uint8

const (
	kTerm kind = iota
	kSlang
	kSuspect
	kWeak
	kPrefilter // a word near which a pattern is tried; ref is the prefilter
	kUp
	kDown
	kException
	kConditional // ref is the conditional exception
	kReroute     // ref is the target class, -1 for review
	kWhen        // a word that fulfils conditional exception ref
	kSense       // ref is the sense
	kSuffix      // ref is the sense; counts only at the end of a token
	kNotSense    // looks like a context word of sense ref but is not
	kSoundsLike  // an ordinary word that sounds like a term
)

// An entry ties a phrase to a class.
type entry struct {
	kind  kind
	class int16 // -1 for context words
	ref   int32
}

// A phrase is one pattern of the automaton. It is small because every match
// touches one; texts and candidates are kept apart in the Engine.
type phrase struct {
	gaps  uint64 // bit i: the dictionary has a separator before rune i
	first int32  // its entries
	n     uint16
	edges edge
}

// An edge says how a phrase borders on letters and digits.
type edge uint8

const (
	latinLeft  edge = 1 << iota // begins with a letter or digit
	latinRight                  // ends with one
	latinOnly                   // has nothing else
	wordyLeft                   // begins with a letter of so long a word that a digit may touch it
	wordyRight                  // ends with one
	manyRunes                   // has more than one character
)

type compiledPattern struct {
	class  int16
	id     string
	re     *lazydfa.Program
	needs  []literalSet // see factorer
	review bool
}

type conditional struct {
	phrase string
	when   []string
}

type class struct {
	*dictionary.Class
	senses    [numSenses]dictionary.Policy
	void      textnorm.Steps // a match that needed one of these steps does not count
	citations []Citation
	missing   *Missing
	remedy    dictionary.Remedy
}

// senses are numbered for arrays.
var senses = [...]dictionary.Sense{
	dictionary.Goods, dictionary.Accessory, dictionary.Picture, dictionary.Toy, dictionary.Book,
	dictionary.Attribute, dictionary.Negated, dictionary.Place, dictionary.OtherGoods,
	dictionary.Pack, dictionary.Gift,
}

const numSenses = len(senses)

const (
	sGoods int32 = iota
	sAccessory
	sPicture
	sToy
	sBook
	sAttribute
	sNegated
	sPlace
	sOtherGoods
	sPack
	sGift
)

func senseNumber(s dictionary.Sense) (int32, bool) {
	for i, x := range senses {
		if x == s {
			return int32(i), true
		}
	}
	return 0, false
}

func edgesOf(runes []rune) edge {
	first, last := runes[0], runes[len(runes)-1]
	letters, e := 0, latinOnly
	for _, r := range runes {
		if !wordRune(r) {
			e = 0
		}
		if r >= 'a' && r <= 'z' {
			letters++
		}
	}
	set := func(bit edge, on bool) {
		if on {
			e |= bit
		}
	}
	set(latinLeft, wordRune(first))
	set(latinRight, wordRune(last))
	set(wordyLeft, letters >= 4 && !unicode.IsDigit(first))
	set(wordyRight, letters >= 4 && !unicode.IsDigit(last))
	set(manyRunes, len(runes) > 1)
	return e
}

// isUpCue reports whether a phrase is an up cue of a class.
func (e *Engine) isUpCue(phrase int32, class int16) bool {
	p := &e.phrases[phrase]
	for _, x := range e.entries[p.first : p.first+int32(p.n)] {
		if x.kind == kUp && x.class == class {
			return true
		}
	}
	return false
}

// wordRune reports whether r joins its neighbours into a word: letters and
// digits of scripts that part words with spaces.
func wordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80 && r < 0x2E80 && unicode.IsLetter(r)
}
