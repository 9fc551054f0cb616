package qualification

import (
	"slices"
	"strings"
)

// A Service is a telecom service that a licence's scope names, with the clauses
// that belong to it.
type Service struct {
	Code     string // of the catalogue: B21, B25, …
	Name     string // the catalogue's name of the code
	Quote    string // as submitted, with its clauses where they follow
	Item     int    // index in the scope
	At       Span   // of Quote in that item
	Limits   []string
	Excludes []string
	Covers   bool   // whether it stands for its code in the sense of R-S03
	Why      string // why it does not; "" if it does

	reach reach
}

// maxScopeItem is how many bytes of one item of a scope are read. A longer one
// is no scope, and it may hide an exclusion.
const maxScopeItem = 1 << 16

// Services returns the telecom services that a licence's scope names, in the
// order they stand. A name counts only where it stands by itself: not inside
// another word (人力资源信息服务业务), a clause of another service, or a negation.
// Width, traditional characters, spaces, brackets, line breaks and the splitting
// of a list over items do not matter, and an item may be a bare code (B21); a
// clause alone in an item or after a semicolon belongs to the service before it,
// and to every service that it excludes as a whole.
// Limits and Excludes are folded and without spaces. Items of more than 64 KiB
// are left out; Covers refuses them.
func Services(scope []string) []Service {
	r := scopeReader{}
	lines := make([][]glyph, len(scope))
	lastClose := -1 // last item with a ) that it does not open
	for i, s := range scope {
		if len(s) <= maxScopeItem {
			lines[i], _ = readGlyphs(s, len(s), foldScope)
		}
		if unopened(lines[i]) >= 0 {
			lastClose = i
		}
	}
	for i, gs := range lines {
		r.src, r.gs, r.item, r.ended = scope[i], gs, i, -1
		r.read(i <= lastClose)
	}
	r.spread()
	for i := range r.out {
		r.out[i].judge()
	}
	return r.out
}

// scopeReader reads the items of a scope one after another.
type scopeReader struct {
	src   string
	gs    []glyph
	item  int
	out   []Service
	open  bool       // a bracket of the last service's clause is still open,
	mode  clauseMode // in this mode
	alone Service    // bears the exclusions that stand alone
	ended int        // glyph after the last service's name, -1 outside this item
}

// read reads one item. closes says that this or a later item closes a bracket
// that an earlier one left open.
func (r *scopeReader) read(closes bool) {
	if r.bareCode() {
		return
	}
	i := 0
	if r.open && closes {
		if i = unopened(r.gs); i < 0 {
			r.clause(0, len(r.gs), r.mode)
			return
		}
		r.clause(0, i, r.mode)
		i++
	}
	r.open = false
	for i < len(r.gs) {
		i = r.next(i)
	}
}

// bareCode reads an item that is a code of the catalogue and nothing else:
// B21, or B21类.
func (r *scopeReader) bareCode() bool {
	if len(r.gs) < len("B21") || len(r.gs) > len("B21")+len([]rune("类业务")) || r.open {
		return false
	}
	code := strings.TrimSuffix(strings.TrimSuffix(glyphText(r.gs), "业务"), "类")
	if catalogueName(code) == "" {
		return false
	}
	r.add(serviceName{code, code, reachWhole}, 0, len(r.gs))
	return true
}

// next reads what stands at glyph i and returns where to go on.
func (r *scopeReader) next(i int) int {
	if r.gs[i].r == '(' {
		return r.bracket(i)
	}
	if r.gs[i].r == '非' {
		return r.upTo(i, func(i int) bool { return isMark(r.gs[i].r) })
	}
	if m, n := clauseOpenerAt(r.gs[i:], i == 0 || i == r.ended || isMark(r.gs[i-1].r)); m == clauseNeutral {
		return i + n
	} else if n > 0 {
		end := r.clauseEnd(i+n, m)
		r.clause(i, end, clausePlain)
		return end
	}
	if name, n := nameAt(r.gs[i:]); n > 0 && r.stands(i, i+n, name) {
		r.add(name, i, i+n)
		return i + n
	}
	return i + 1
}

// bracket reads the clause in brackets at i. Services may be listed in the
// brackets of 增值电信业务（…）; those are read like the rest.
func (r *scopeReader) bracket(i int) int {
	if i >= 4 && prefixed(r.gs[i-4:], "电信业务") > 0 {
		return i + 1
	}
	depth := 0
	end := r.upTo(i, func(j int) bool {
		switch r.gs[j].r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return depth == 0
	})
	r.open = end == len(r.gs)
	r.clause(min(i+1, end), end, clausePlain)
	return end + 1
}

// upTo returns the first glyph from i on that stop accepts, len(gs) if none.
func (r *scopeReader) upTo(i int, stop func(int) bool) int {
	for i < len(r.gs) && !stop(i) {
		i++
	}
	return i
}

// clauseEnd returns where a clause without brackets ends: at a semicolon or
// full stop, or before another service that a comma or a new line parts from
// it. The 、 of 不含A、B parts nothing: B is excluded as well.
func (r *scopeReader) clauseEnd(i int, m clauseMode) int {
	first := i
	return r.upTo(i, func(i int) bool {
		if r.gs[i].r == ';' {
			return true
		}
		if i == first || len(r.out) == 0 {
			return false
		}
		before := r.gs[i-1].r
		if before != ',' && (before != '、' || m != clauseLimit) && (!r.gs[i].line || before == '、') {
			return false
		}
		name, n := nameAt(r.gs[i:])
		return n > 0 && name.code != r.out[len(r.out)-1].Code
	})
}

// clause gives the glyphs [from, to) to the last service.
func (r *scopeReader) clause(from, to int, m clauseMode) {
	if start := from - 1; start <= 0 || r.gs[start].r == ';' || r.gs[start].r == '(' && (start == 0 || r.gs[start-1].r == ';') {
		r.alone.readClause(r.gs[from:to], m)
	}
	if len(r.out) == 0 {
		return
	}
	s := &r.out[len(r.out)-1]
	before := len(s.Limits) + len(s.Excludes)
	r.mode = s.readClause(r.gs[from:to], m)
	if s.Item == r.item && len(s.Limits)+len(s.Excludes) > before {
		r.extend(s, to)
	}
}

// spread gives an exclusion that stands alone to all services whose whole it
// takes away, wherever they stand: of two readings the refusing one.
func (r *scopeReader) spread() {
	for _, c := range catalogue {
		item := r.alone.excluded(wholeNames(c.code)...)
		for i := range r.out {
			if s := &r.out[i]; item != "" && s.Code == c.code && !slices.Contains(s.Excludes, item) {
				s.Excludes = append(s.Excludes, item)
			}
		}
	}
}

// extend makes the quote of s end with glyph to-1, or with the bracket at to.
func (r *scopeReader) extend(s *Service, to int) {
	if to < len(r.gs) && r.gs[to].r == ')' {
		to++
	}
	last := r.gs[to-1]
	s.At.Byte[1], s.At.Rune[1] = int(last.to), int(last.at)+1
	s.Quote = r.src[s.At.Byte[0]:s.At.Byte[1]]
}

func (r *scopeReader) add(name serviceName, from, to int) {
	first := r.gs[from]
	s := Service{Code: name.code, Name: catalogueName(name.code), Item: r.item, reach: name.reach}
	s.At.Byte[0], s.At.Rune[0] = int(first.from), int(first.at)
	r.extend(&s, to)
	r.out = append(r.out, s)
	r.ended = to
}

// unopened returns the index of the first ) without its (, -1 if there is none.
func unopened(gs []glyph) int {
	depth := 0
	for i, g := range gs {
		switch g.r {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return -1
}
