package lazydfa

import "regexp/syntax"

// A machine is one direction of a program. It is immutable; what it learns of
// states is in a Cache.
type machine struct {
	alphabet *alphabet
	code     []instruction
	sets     []uint64 // by set: a bit for every class
	switches []branch
	first    uint32 // instruction
	heeds    syntax.EmptyOp
	floating bool // a match may begin anywhere
	longest  bool // prefer the longest match to the first in order
}

// An instruction is a syntax.Inst with classes for runes.
type instruction struct {
	op  operation
	out uint32
	arg uint32 // second branch, class, offset in sets or switches, or syntax.EmptyOp
}

type operation uint8

const (
	opFail operation = iota
	opMatch
	opGo     // on to out
	opFork   // to out, or else to arg
	opEmpty  // to out if the empty-width conditions arg hold here
	opClass  // takes a rune of class arg
	opSet    // takes a rune of the set at arg
	opAny    // takes any rune
	opSwitch // out is a number of branches
)

const (
	lineOps = syntax.EmptyBeginLine | syntax.EmptyEndLine
	wordOps = syntax.EmptyWordBoundary | syntax.EmptyNoWordBoundary
	textOps = syntax.EmptyBeginText | syntax.EmptyEndText
)

func newMachine(prog *syntax.Prog, a *alphabet) *machine {
	m := &machine{alphabet: a, code: make([]instruction, len(prog.Inst)), first: uint32(prog.Start)}
	known := map[*rune]instruction{}
	for i := range prog.Inst {
		in := &prog.Inst[i]
		x := instruction{op: opGo, out: in.Out, arg: in.Arg}
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			x.op = opFork
		case syntax.InstEmptyWidth:
			x.op = opEmpty
			m.heeds |= syntax.EmptyOp(in.Arg)
		case syntax.InstMatch:
			x.op = opMatch
		case syntax.InstFail:
			x.op = opFail
		case syntax.InstRuneAny:
			x.op = opAny
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAnyNotNL:
			x = m.taking(in, known)
		}
		m.code[i] = x
	}
	m.bundle()
	return m
}

// taking translates an instruction that takes a rune. Copies of one set are
// known by their slice.
func (m *machine) taking(in *syntax.Inst, known map[*rune]instruction) instruction {
	if in.Op == syntax.InstRune1 {
		return instruction{op: opClass, out: in.Out, arg: m.alphabet.class(in.Rune[0])}
	}
	var key *rune
	if len(in.Rune) > 0 {
		key = &in.Rune[0]
	}
	x, ok := known[key]
	if !ok {
		x = m.classesOf(in)
		known[key] = x
	}
	x.out = in.Out
	return x
}

func (m *machine) classesOf(in *syntax.Inst) instruction {
	n := len(m.alphabet.sample)
	set := make([]uint64, n/64+1) // with a bit for the end of the text, never set
	taken, last := 0, 0
	for k, r := range m.alphabet.sample {
		if in.MatchRune(r) {
			set[k/64] |= 1 << (k % 64)
			taken, last = taken+1, k
		}
	}
	switch taken {
	case 0:
		return instruction{op: opFail}
	case 1:
		return instruction{op: opClass, arg: uint32(last)}
	case n:
		return instruction{op: opAny}
	}
	at := uint32(len(m.sets))
	m.sets = append(m.sets, set...)
	return instruction{op: opSet, arg: at}
}

// takes reports whether an instruction takes a rune of a class, never the end.
func (m *machine) takes(x instruction, class uint32) bool {
	switch x.op {
	case opClass:
		return x.arg == class
	case opSet:
		return m.sets[x.arg+class/64]>>(class%64)&1 != 0
	}
	return x.op == opAny && class != m.alphabet.end()
}

// A border is what stands on one side of a place in the text, as far as
// empty-width conditions can tell.
type border uint8

const (
	plain border = iota
	word
	line
	edge // of the text
	borders
)

// border returns the border that a rune makes, -1 for the edge of the text.
// What the program does not ask for counts as plain, so that it makes no
// states of its own.
func (m *machine) border(r rune) border {
	switch {
	case r < 0:
		if m.heeds&(lineOps|textOps) != 0 {
			return edge
		}
	case r == '\n':
		if m.heeds&lineOps != 0 {
			return line
		}
	case m.heeds&wordOps != 0 && syntax.IsWordChar(r):
		return word
	}
	return plain
}

// meets returns the empty-width conditions that hold between two borders.
func meets(before, after border) syntax.EmptyOp {
	runes := [borders]rune{plain: ' ', word: 'a', line: '\n', edge: -1}
	return syntax.EmptyOpContext(runes[before], runes[after])
}
