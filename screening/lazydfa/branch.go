package lazydfa

import (
	"cmp"
	"slices"
)

// A branch is one way on of an opSwitch.
type branch struct{ class, out uint32 }

const (
	fewClasses  = 8 // a set of no more is a branch for each
	fewBranches = 3 // no more are not worth a switch
)

// bundle rewrites alternations so that a step need not look at every branch:
// neighbours that take a rune each become one opSwitch, in which the class is
// looked up. What order the branches are in still decides between those that
// take the same rune. The number of instructions at most doubles.
func (m *machine) bundle() {
	heads := m.heads()
	for pc := range heads {
		if heads[pc] && m.code[pc].op == opFork {
			m.rebuild(uint32(pc), m.leaves(uint32(pc), heads))
		}
	}
}

// heads reports of every instruction whether it is reached by other ways than
// from one fork, so that it has to stay as it is.
func (m *machine) heads() []bool {
	forks := make([]int, len(m.code))
	heads := make([]bool, len(m.code))
	heads[m.first] = true
	for _, x := range m.code {
		switch x.op {
		case opFail, opMatch:
		case opFork:
			forks[x.out]++
			forks[x.arg]++
		default:
			heads[x.out] = true
		}
	}
	for pc, n := range forks {
		heads[pc] = heads[pc] || n > 1
	}
	return heads
}

// leaves returns the instructions that a fork comes to, in order of
// preference, through forks that belong to it alone.
func (m *machine) leaves(fork uint32, heads []bool) []uint32 {
	var found []uint32
	stack := []uint32{m.code[fork].arg, m.code[fork].out}
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if x := m.code[pc]; x.op == opFork && !heads[pc] {
			stack = append(stack, x.arg, x.out)
		} else {
			found = append(found, pc)
		}
	}
	return found
}

// rebuild makes a fork lead to leaves by way of switches.
func (m *machine) rebuild(fork uint32, leaves []uint32) {
	var ways []uint32
	for i := 0; i < len(leaves); {
		run := i
		var branches []branch
		for ; run < len(leaves); run++ {
			more, ok := m.branches(branches, leaves[run])
			if !ok {
				break
			}
			branches = more
		}
		if run-i > fewBranches {
			ways = append(ways, m.add(instruction{opSwitch, uint32(len(branches)), uint32(len(m.switches))}))
			slices.SortStableFunc(branches, func(a, b branch) int { return cmp.Compare(a.class, b.class) })
			m.switches = append(m.switches, branches...)
			i = run
			continue
		}
		run = max(run, i+1)
		ways = append(ways, leaves[i:run]...)
		i = run
	}
	last := ways[len(ways)-1]
	for i := len(ways) - 2; i > 0; i-- {
		last = m.add(instruction{opFork, ways[i], last})
	}
	if len(ways) == 1 {
		m.code[fork] = instruction{opGo, last, 0}
	} else {
		m.code[fork] = instruction{opFork, ways[0], last}
	}
}

func (m *machine) add(x instruction) uint32 {
	m.code = append(m.code, x)
	return uint32(len(m.code) - 1)
}

// branches appends the ways of an instruction to dst. It fails if there are
// many or it is none that takes a rune.
func (m *machine) branches(dst []branch, pc uint32) ([]branch, bool) {
	x := m.code[pc]
	switch x.op {
	case opClass:
		return append(dst, branch{x.arg, x.out}), true
	case opSet:
		known := len(dst)
		for class := range m.alphabet.end() {
			if m.takes(x, class) {
				if len(dst) == known+fewClasses {
					return dst[:known], false
				}
				dst = append(dst, branch{class, x.out})
			}
		}
		return dst, true
	}
	return dst, false
}
