// Package lazydfa answers where a regular expression matches, as package
// regexp does but several times faster on expressions with large
// alternations and counted repeats, for which regexp has to keep a list of
// threads or to backtrack.
//
// It runs a deterministic automaton whose states are made when a text first
// needs them and kept in a bounded [Cache] (Thompson, CACM 11(6), 1968; Aho,
// Sethi and Ullman, Compilers, 1986, 3.9). A state is a list of threads in
// order of preference, so that the match found is the one regexp prefers. A
// second automaton, of the expression read backwards, finds where it starts.
//
// It has no submatches and no replacing, and knows nothing of goods.
package lazydfa

import (
	"errors"
	"regexp/syntax"
	"slices"
	"sync"
)

// MaxExpr is the longest expression that Compile takes, in bytes. It keeps
// the number of rune classes within 16 bits.
const MaxExpr = 32 << 10

// ErrTooLong is returned by Compile for an expression longer than MaxExpr.
var ErrTooLong = errors.New("lazydfa: expression too long")

// A Program is a compiled expression. It is immutable and safe for concurrent
// use, each goroutine with a Cache of its own. Its tables are made on first
// use, so that a program that is never run costs little more than its text.
type Program struct {
	expr     string
	once     sync.Once
	forward  *machine
	twice    sync.Once
	backward *machine
}

// Compile takes an expression in the syntax of [regexp.Compile] and fails
// with the same errors, or with ErrTooLong.
func Compile(expr string) (*Program, error) {
	if len(expr) > MaxExpr {
		return nil, ErrTooLong
	}
	if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
		return nil, err
	}
	return &Program{expr: expr}, nil
}

// String returns the expression.
func (p *Program) String() string { return p.expr }

// Match reports whether the expression matches anywhere in text. An invalid
// byte is read as U+FFFD, one byte wide, also where an expression asks for
// U+FFFD (regexp.Match, but not MatchReader, may then look for its encoding
// instead). It allocates only to extend the cache, and time is linear in the
// text.
func (p *Program) Match(c *Cache, text []byte) bool {
	return p.reader().end(c, text, true) >= 0
}

// Find returns the leftmost match, text[start:end], the one of several that
// the expression prefers: what [regexp.Regexp.FindIndex] returns. Both are
// byte offsets, and -1 if there is no match. Cost and invalid bytes are as
// with Match.
func (p *Program) Find(c *Cache, text []byte) (start, end int) {
	end = p.reader().end(c, text, false)
	if end < 0 {
		return -1, -1
	}
	return p.rewinder().start(c, text, end), end
}

// reader returns the automaton that reads forwards.
func (p *Program) reader() *machine {
	p.once.Do(func() {
		prog := compile(p.parse())
		p.forward = newMachine(prog, newAlphabet(prog))
		p.forward.floating = prog.StartCond()&syntax.EmptyBeginText == 0
	})
	return p.forward
}

// rewinder returns the automaton that reads backwards, from the end of a match
// to its start. It takes the longest way because the leftmost match is looked
// for.
func (p *Program) rewinder() *machine {
	p.twice.Do(func() {
		p.backward = newMachine(compile(reversed(p.parse())), p.reader().alphabet)
		p.backward.longest = true
	})
	return p.backward
}

func (p *Program) parse() *syntax.Regexp {
	re, err := syntax.Parse(p.expr, syntax.Perl)
	if err != nil {
		panic(err) // Compile parsed it
	}
	return re
}

func compile(re *syntax.Regexp) *syntax.Prog {
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		panic(err) // compiling what parsed cannot fail
	}
	return prog
}

// reversed returns an expression for the texts of re written backwards.
func reversed(re *syntax.Regexp) *syntax.Regexp {
	back := *re
	switch re.Op {
	case syntax.OpBeginText:
		back.Op = syntax.OpEndText
	case syntax.OpEndText:
		back.Op = syntax.OpBeginText
	case syntax.OpBeginLine:
		back.Op = syntax.OpEndLine
	case syntax.OpEndLine:
		back.Op = syntax.OpBeginLine
	}
	back.Rune = append([]rune(nil), re.Rune...)
	if re.Op == syntax.OpLiteral {
		slices.Reverse(back.Rune)
	}
	back.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, sub := range re.Sub {
		back.Sub[i] = reversed(sub)
	}
	if re.Op == syntax.OpConcat {
		slices.Reverse(back.Sub)
	}
	return &back
}
