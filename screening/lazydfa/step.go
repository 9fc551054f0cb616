package lazydfa

import (
	"cmp"
	"regexp/syntax"
	"slices"
)

// work is the memory of one step. The marks hold the number of the step that
// set them, so that they need no clearing.
type work struct {
	step    uint32
	visited []uint32 // by instruction
	queued  []uint32 // by instruction
	stack   []uint32
	next    []uint32 // threads of the state reached
}

// step finds out where a state leads on a class and keeps it. The answer
// counts also if the cache had to forget the state itself.
func (c *Cache) step(m *machine, id, class uint32) uint32 {
	s := c.states[id]
	after := edge
	if class != m.alphabet.end() {
		after = m.border(m.alphabet.sample[class])
	}
	matched := c.advance(m, &s, class, meets(s.form.before(), after))
	to := uint32(0)
	if matched {
		to = 1
	}
	seeking := s.form.seeking() && (!matched || m.longest)
	forgot := c.makeRoom(m)
	to |= c.intern(m, after, seeking) << 1
	if !forgot {
		c.record(id, class, to)
	}
	return to
}

// advance puts the threads of s that can take a rune of the class into
// c.work.next, and reports whether the text before the rune is a match. Threads
// less preferred than the one that matched are dropped.
func (c *Cache) advance(m *machine, s *state, class uint32, here syntax.EmptyOp) (matched bool) {
	w := &c.work
	w.begin(len(m.code))
	for _, pc := range c.threads(s) {
		if w.follow(m, pc, class, here) {
			matched = true
			if !m.longest {
				return true
			}
		}
	}
	if s.form.seeking() && w.follow(m, m.first, class, here) {
		return true
	}
	if m.longest {
		slices.Sort(w.next) // their order means nothing
	}
	return matched
}

// begin readies the marks for a program of so many instructions.
func (w *work) begin(code int) {
	w.next, w.stack = w.next[:0], w.stack[:0]
	if w.step++; w.step == 0 || len(w.visited) < code {
		size := max(code, len(w.visited))
		w.visited, w.queued, w.step = make([]uint32, size), make([]uint32, size), 1
	}
}

// follow runs a thread up to the instructions that take a rune and appends the
// threads beyond those to w.next. It reports whether a match was reached; what
// is less preferred is then left out, unless the longest match is wanted.
func (w *work) follow(m *machine, pc, class uint32, here syntax.EmptyOp) (matched bool) {
	w.stack = append(w.stack, pc)
	for len(w.stack) > 0 {
		pc = w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		if w.visited[pc] == w.step {
			continue
		}
		w.visited[pc] = w.step
		switch x := m.code[pc]; x.op {
		case opMatch:
			if matched = true; !m.longest {
				w.stack = w.stack[:0]
			}
		case opGo:
			w.stack = append(w.stack, x.out)
		case opFork:
			w.stack = append(w.stack, x.arg, x.out)
		case opEmpty:
			if syntax.EmptyOp(x.arg)&^here == 0 {
				w.stack = append(w.stack, x.out)
			}
		case opClass, opSet, opAny:
			if m.takes(x, class) {
				w.queue(x.out)
			}
		case opSwitch:
			ways := m.switches[x.arg : x.arg+x.out]
			i, _ := slices.BinarySearchFunc(ways, class, func(b branch, class uint32) int { return cmp.Compare(b.class, class) })
			for ; i < len(ways) && ways[i].class == class; i++ {
				w.queue(ways[i].out)
			}
		}
	}
	return matched
}

// queue adds a thread to those of the state reached.
func (w *work) queue(pc uint32) {
	if w.queued[pc] != w.step {
		w.queued[pc] = w.step
		w.next = append(w.next, pc)
	}
}
