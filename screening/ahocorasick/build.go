package ahocorasick

import "slices"

// A builder grows a trie with linked siblings, then lays it out as a double
// array whose slot numbers are the final states.
type builder struct {
	a                  *Automaton
	symbols            int
	nodes              []node
	children           map[edge]int32 // trie edges
	slot               []int32        // trie node → state
	nextFree, prevFree []int32        // list of the free slots
	firstFree          int32
}

type node struct {
	first, next int32 // first child, next sibling; 0 = none
	symbol      uint16
	out         []int32 // patterns that end here
}

type edge struct {
	parent int32
	symbol uint16
}

func newBuilder(patterns [][]rune) *builder {
	b := &builder{
		a:        &Automaton{astral: map[rune]uint16{}, size: make([]int32, len(patterns)), outputs: make([]output, 1, len(patterns)+1)},
		nodes:    []node{{}},
		children: map[edge]int32{},
	}
	b.number(patterns)
	return b
}

// number gives the commonest characters the smallest symbols, which keeps the
// array dense.
func (b *builder) number(patterns [][]rune) {
	count := map[rune]int{}
	for _, p := range patterns {
		for _, r := range p {
			count[r]++
		}
	}
	runes := make([]rune, 0, len(count))
	for r := range count {
		runes = append(runes, r)
	}
	slices.SortFunc(runes, func(x, y rune) int {
		if d := count[y] - count[x]; d != 0 {
			return d
		}
		return int(x - y)
	})
	for i, r := range runes {
		if uint32(r) < 1<<16 {
			b.a.alphabet[r] = uint16(i + 1)
		} else {
			b.a.astral[r] = uint16(i + 1)
		}
	}
	b.symbols = len(runes)
	b.a.first = int32(len(runes))
	b.a.pairs = make(pairFilter, 1<<pairBits/64)
}

func (b *builder) insert(id int, pattern []rune) {
	n := int32(0)
	if len(pattern) > 1 {
		b.a.pairs.add(int32(b.a.symbol(pattern[0])), int32(b.a.symbol(pattern[1])))
	}
	for _, r := range pattern {
		n = b.child(n, b.a.symbol(r))
	}
	b.a.size[id] = int32(len(pattern))
	b.nodes[n].out = append(b.nodes[n].out, int32(id))
}

func (b *builder) child(parent int32, symbol uint16) int32 {
	if c, ok := b.children[edge{parent, symbol}]; ok {
		return c
	}
	c := int32(len(b.nodes))
	b.nodes = append(b.nodes, node{symbol: symbol, next: b.nodes[parent].first})
	b.nodes[parent].first = c
	b.children[edge{parent, symbol}] = c
	return c
}

// place finds for every trie node a base so that the slots of its children are
// free, walking a linked list of the free slots. Nodes with one child, nearly
// all of them, fill the first hole; the others search from a cursor that
// leaves crowded ground behind.
func (b *builder) place() {
	a := b.a
	b.slot = make([]int32, len(b.nodes))
	b.grow(b.symbols + len(b.nodes)*2 + 256)
	b.take(0, 0)
	cursor := int32(0)
	queue := []int32{0}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if b.nodes[n].first == 0 {
			continue
		}
		state := b.slot[n]
		base := b.fit(n, &cursor)
		a.states[state].base = base
		for c := b.nodes[n].first; c != 0; c = b.nodes[c].next {
			s := base + int32(b.nodes[c].symbol)
			b.take(s, state)
			b.slot[c] = s
			queue = append(queue, c)
		}
		if n == 0 {
			b.reserve()
		}
	}
}

// reserve keeps the slots up to the last symbol for the root's children, so
// that the number of a state tells whether it is one.
func (b *builder) reserve() {
	for s := int32(1); s <= int32(b.symbols); s++ {
		if b.a.states[s].check < 0 {
			b.take(s, nobody)
		}
	}
}

// nobody owns a reserved slot.
const nobody = 1<<31 - 1

// grow adds free slots at the end.
func (b *builder) grow(n int) {
	a := b.a
	for i := len(a.states); i < n; i++ {
		a.states = append(a.states, state{check: -1})
		b.nextFree = append(b.nextFree, int32(i+1))
		b.prevFree = append(b.prevFree, int32(i-1))
	}
}

// take gives a free slot to a state and unlinks it.
func (b *builder) take(slot, owner int32) {
	b.a.states[slot].check = owner
	next, prev := b.nextFree[slot], b.prevFree[slot]
	if prev >= 0 {
		b.nextFree[prev] = next
	} else {
		b.firstFree = next
	}
	if int(next) < len(b.prevFree) {
		b.prevFree[next] = prev
	}
}

// maxTries is how many free slots a node with several children may refuse
// before the cursor leaves them to the others.
const maxTries = 32

// fit returns a base at which every child of n has a free slot. The root's is
// 0, so a root transition is the symbol itself.
func (b *builder) fit(n int32, cursor *int32) int32 {
	if n == 0 {
		return 0
	}
	lowest, single := b.lowest(n)
	at := b.firstFree
	if !single {
		for int(*cursor) < len(b.a.states) && b.a.states[*cursor].check >= 0 {
			*cursor++
		}
		at = *cursor
	}
	for tries := 0; ; tries++ {
		b.grow(int(at) + b.symbols + 1)
		if at > lowest && b.fits(n, at-lowest) {
			if !single && tries > maxTries {
				*cursor = at
			}
			return at - lowest
		}
		at = b.nextFree[at]
	}
}

// lowest returns the smallest symbol among the children of n, and whether
// there is only one.
func (b *builder) lowest(n int32) (symbol int32, single bool) {
	c := b.nodes[n].first
	symbol, single = int32(b.nodes[c].symbol), b.nodes[c].next == 0
	for c = b.nodes[c].next; c != 0; c = b.nodes[c].next {
		symbol = min(symbol, int32(b.nodes[c].symbol))
	}
	return symbol, single
}

func (b *builder) fits(n, base int32) bool {
	for c := b.nodes[n].first; c != 0; c = b.nodes[c].next {
		if b.a.states[base+int32(b.nodes[c].symbol)].check >= 0 {
			return false
		}
	}
	return true
}

// connect computes the failure and output links breadth first.
func (b *builder) connect() {
	a := b.a
	queue := []int32{0}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for c := b.nodes[n].first; c != 0; c = b.nodes[c].next {
			s := b.slot[c]
			if n != 0 {
				a.states[s].fail = b.next(a.states[b.slot[n]].fail, int32(b.nodes[c].symbol))
			}
			a.states[s].hit = b.output(b.nodes[c].out, a.states[a.states[s].fail].hit)
			queue = append(queue, c)
		}
	}
}

// output chains the patterns that end in a state before what ends in its
// links, and returns the first.
func (b *builder) output(patterns []int32, links int32) int32 {
	a := b.a
	for i := len(patterns) - 1; i >= 0; i-- {
		p := patterns[i]
		a.outputs = append(a.outputs, output{p, a.size[p], links})
		links = int32(len(a.outputs) - 1)
	}
	return links
}

func (b *builder) next(at, symbol int32) int32 {
	a := b.a
	for {
		if n := a.states[at].base + symbol; int(n) < len(a.states) && a.states[n].check == at {
			return n
		}
		if at == 0 {
			return 0
		}
		at = a.states[at].fail
	}
}
