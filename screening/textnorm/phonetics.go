package textnorm

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// Phonetics reads text as sounds: Han characters and pinyin alike become
// syllables without tone, so 催情, cui情 and 崔晴 are the same two. It is
// immutable and safe for concurrent use.
//
// A character with several readings has one syllable, its commonest, so equal
// characters always sound alike; written in pinyin, all its readings count.
type Phonetics struct {
	of       [1 << 16]uint16 // syllable of a character; 0 = none
	readings map[rune][]uint16
	ids      map[string]uint16
	longest  int
}

// A Sound is one syllable of a text: a Han character, or Latin letters that
// spell a syllable.
type Sound struct {
	Syllable uint16 // 0: not a syllable; nothing matches across it
	Latin    bool
	From, To int32 // runes of the Text
}

func newPhonetics(n *Normalizer) *Phonetics {
	p := &Phonetics{readings: map[rune][]uint16{}, ids: map[string]uint16{}}
	chars := make([]int, 0, len(pinyin.PinyinDict))
	for r := range pinyin.PinyinDict {
		chars = append(chars, r)
	}
	sort.Ints(chars)
	args := pinyin.NewArgs()
	args.Heteronym = true
	for _, c := range chars {
		r := rune(c)
		if r >= 1<<16 || n.fold1(r) != r {
			continue
		}
		for i, syllable := range pinyin.SinglePinyin(r, args) {
			if !strings.ContainsAny(syllable, "aeiouvü") {
				continue // 嗯 and the like: n, m, ng would spell anything
			}
			id := p.id(syllable)
			if i == 0 {
				p.of[r] = id
			}
			p.readings[r] = append(p.readings[r], id)
		}
	}
	return p
}

// id returns the number of a syllable, giving it one if it is new. ü is
// written v or u by those who type it.
func (p *Phonetics) id(syllable string) uint16 {
	syllable = strings.ReplaceAll(syllable, "ü", "v")
	if id, ok := p.ids[syllable]; ok {
		return id
	}
	id := uint16(len(p.ids) + 1)
	p.ids[syllable] = id
	p.longest = max(p.longest, len(syllable))
	return id
}

// Syllable returns the syllable of a canonical Han character, 0 for any other.
func (n *Normalizer) Syllable(r rune) uint16 {
	if r >= 1<<16 {
		return 0
	}
	return n.sounds.of[r]
}

// Reads reports whether syllable is one of the readings of a canonical Han
// character.
func (n *Normalizer) Reads(r rune, syllable uint16) bool {
	for _, id := range n.sounds.readings[r] {
		if id == syllable {
			return true
		}
	}
	return false
}

// Sounds appends the sounds of t to dst. A run of Latin letters that spells
// syllables from end to end becomes those syllables, the fewest possible;
// another run becomes one sound with no syllable.
func (n *Normalizer) Sounds(dst []Sound, t *Text) []Sound {
	for i := 0; i < len(t.Runes); {
		r := t.Runes[i]
		if !isLatin(r) {
			dst = append(dst, Sound{Syllable: n.Syllable(r), From: int32(i), To: int32(i + 1)})
			i++
			continue
		}
		j := i + 1
		for j < len(t.Runes) && isLatin(t.Runes[j]) && t.Steps[j]&Gap == 0 {
			j++
		}
		dst = n.sounds.spell(dst, t.Runes[i:j], i)
		i = j
	}
	return dst
}

// maxSpelled bounds the Latin runs that are tried as pinyin: longer ones are
// not how people hide a word.
const maxSpelled = 48

func (p *Phonetics) spell(dst []Sound, letters []rune, at int) []Sound {
	fail := Sound{Latin: true, From: int32(at), To: int32(at + len(letters))}
	if len(letters) < 2 || len(letters) > maxSpelled {
		return append(dst, fail)
	}
	// cost[i] is the fewest syllables that spell letters[i:], from the back so
	// that the longest syllables come first.
	var cost, size [maxSpelled + 1]int8
	var buf [utf8.UTFMax * 8]byte
	for i := len(letters) - 1; i >= 0; i-- {
		cost[i] = -1
		key := buf[:0]
		for j := i; j < len(letters) && j-i < p.longest; j++ {
			key = append(key, byte(letters[j]))
			if cost[j+1] < 0 {
				continue
			}
			if _, ok := p.ids[string(key)]; ok && (cost[i] < 0 || cost[j+1]+1 <= cost[i]) {
				cost[i], size[i] = cost[j+1]+1, int8(j+1-i)
			}
		}
	}
	if cost[0] < 0 {
		return append(dst, fail)
	}
	for i := 0; i < len(letters); i += int(size[i]) {
		key := buf[:0]
		for _, r := range letters[i : i+int(size[i])] {
			key = append(key, byte(r))
		}
		dst = append(dst, Sound{Syllable: p.ids[string(key)], Latin: true, From: int32(at + i), To: int32(at + i + int(size[i]))})
	}
	return dst
}
