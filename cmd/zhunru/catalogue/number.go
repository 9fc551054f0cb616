package catalogue

import (
	"strconv"
	"strings"
)

// A numberer writes a document number after a template, whose tokens are
// those of qualification.ParseFormat. Optional parts are all there or all not,
// so that brackets pair up.
type numberer struct {
	s          *stream
	year, sign string
	optional   bool
	b          strings.Builder
}

func (n *numberer) fill(template string) {
	for template != "" {
		at := strings.IndexByte(template, '{')
		if at < 0 {
			n.b.WriteString(template)
			return
		}
		n.b.WriteString(template[:at])
		end := at + closing(template[at:])
		n.token(template[at+1 : end])
		template = template[end+1:]
	}
}

// closing returns the index of the brace that closes the one s begins with,
// that of the last byte if none does.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}

func (n *numberer) token(token string) {
	body, optional := strings.CutPrefix(token, "opt:")
	switch {
	case optional:
		if n.optional {
			n.fill(body)
		}
	case token == "year":
		n.b.WriteString(n.year)
	case token == "province":
		n.b.WriteString(n.sign)
	case strings.Contains(token, "|"):
		n.b.WriteString(pick(n.s, strings.Split(token, "|")))
	default:
		n.run(token)
	}
}

// characters are those of the counted tokens.
var characters = [...]struct{ token, from string }{
	{"han", "城东西南北中"}, {"d", "0123456789"}, {"A", "ABCDEFG"}, {"x", "0123456789ABCDEF"},
}

// run writes the characters of a counted token: d8, han1-5, A.
func (n *numberer) run(token string) {
	for _, set := range characters {
		counts, ok := strings.CutPrefix(token, set.token)
		if !ok {
			continue
		}
		from := []rune(set.from)
		for range n.count(counts) {
			n.b.WriteRune(pick(n.s, from))
		}
		return
	}
}

// count reads 3 as three, 3-5 as three to five and nothing as one.
func (n *numberer) count(s string) int {
	low, high, ranged := strings.Cut(s, "-")
	least, err := strconv.Atoi(low)
	if err != nil {
		return 1
	}
	most, err := strconv.Atoi(high)
	if !ranged || err != nil || most < least {
		return least
	}
	return least + n.s.below(most-least+1)
}
