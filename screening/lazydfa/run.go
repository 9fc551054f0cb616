package lazydfa

import "unicode/utf8"

// end returns where the match that m prefers ends, or where the shortest one
// does if any will do; -1 if there is none.
func (m *machine) end(c *Cache, text []byte, any bool) int {
	last, id := -1, c.open(m, m.border(-1))
	for i := 0; i < len(text); {
		r, size := decode(text[i:])
		class := m.alphabet.class(r)
		to := c.next(id, class)
		if to == 0 {
			to = c.step(m, id, class)
		}
		if to&1 != 0 {
			if last = i; any {
				return last
			}
		}
		if id = to >> 1; id == dead {
			return last
		}
		i += size
	}
	if c.matchesAtEdge(m, id) {
		return len(text)
	}
	return last
}

// start returns where the longest match of the reversed expression begins that
// ends at end, which is there if the other machine says so.
func (m *machine) start(c *Cache, text []byte, end int) int {
	after := rune(-1)
	if end < len(text) {
		after, _ = decode(text[end:])
	}
	first, id := end, c.open(m, m.border(after))
	for i := end; i > 0; {
		r, size := utf8.DecodeLastRune(text[:i])
		class := m.alphabet.class(r)
		to := c.next(id, class)
		if to == 0 {
			to = c.step(m, id, class)
		}
		if to&1 != 0 {
			first = i
		}
		if id = to >> 1; id == dead {
			return first
		}
		i -= size
	}
	if c.matchesAtEdge(m, id) {
		return 0
	}
	return first
}

// matchesAtEdge reports whether what was read is a match if no rune follows.
func (c *Cache) matchesAtEdge(m *machine, id uint32) bool {
	to := c.next(id, m.alphabet.end())
	if to == 0 {
		to = c.step(m, id, m.alphabet.end())
	}
	return to&1 != 0
}

// decode is utf8.DecodeRune, quicker for ASCII and Chinese characters.
func decode(b []byte) (rune, int) {
	if b[0] < utf8.RuneSelf {
		return rune(b[0]), 1
	}
	if len(b) >= 3 && b[0]-0xE4 <= 0xE9-0xE4 && b[1]&0xC0 == 0x80 && b[2]&0xC0 == 0x80 {
		return rune(b[0]&0x0F)<<12 | rune(b[1]&0x3F)<<6 | rune(b[2]&0x3F), 3 // no short forms, no surrogates
	}
	return utf8.DecodeRune(b)
}
