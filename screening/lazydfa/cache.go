package lazydfa

import "slices"

// DefaultCacheSize bounds the memory of a Cache that names no bound, in bytes.
const DefaultCacheSize = 3 << 20

// maxCacheSize keeps the number of states within 20 bits.
const maxCacheSize = 16 << 20

// A Cache is the working memory of programs, any number of them: the states
// they have been in and where these lead. When it is full it forgets
// everything and starts anew, also in the middle of a text; answers do not
// depend on it. It is not safe for concurrent use. The zero value is ready for
// use and bounded by DefaultCacheSize.
type Cache struct {
	size    int
	numbers map[*machine]int32
	opening [][borders]uint32 // by machine: the states at the beginning
	states  []state
	lists   []uint32 // threads of states
	rows    []uint32 // transitions of busy states, by class
	byList  []uint32 // states by the hash of their threads; a power of two
	steps   []uint64 // the other transitions, by hash; a power of two
	used    int      // steps
	work    work
}

// NewCache returns a cache bounded to about so many bytes, besides some that
// grow with the largest program it is used with. Too small a bound makes
// programs slow, not wrong.
func NewCache(size int) *Cache { return &Cache{size: size} }

// A state is a list of threads, those preferred first, each the instruction it
// is about to execute. What has none but is seeking is where most of a text is
// read; it has its transitions in a row of its own.
type state struct {
	common  uint32 // where class 0 leads, 0 if not known
	at      uint32 // its threads in lists, or its transitions in rows
	machine int32
	form    form
}

// A form is the number of threads of a state, the border read last, and
// whether a match may still begin: one more thread, the last.
type form uint32

func formOf(threads int, before border, seeking bool) form {
	f := form(threads)<<3 | form(before)<<1
	if seeking {
		f |= 1
	}
	return f
}

func (f form) threads() uint32 { return uint32(f >> 3) }
func (f form) before() border  { return border(f >> 1 & 3) }
func (f form) seeking() bool   { return f&1 != 0 }

// dead is the state without threads. It and state 0, for what is not known,
// are in every cache.
const dead = 1

const minTable = 1 << 8

// number returns the number of a machine.
func (c *Cache) number(m *machine) int32 {
	n, ok := c.numbers[m]
	if !ok {
		n = int32(len(c.opening))
		c.numbers[m] = n
		c.opening = append(c.opening, [borders]uint32{})
	}
	return n
}

// open returns the state of a machine that has read nothing but a border.
func (c *Cache) open(m *machine, before border) uint32 {
	if n, ok := c.numbers[m]; ok {
		if id := c.opening[n][before]; id != 0 {
			return id
		}
	}
	c.work.next = c.work.next[:0]
	if !m.floating {
		c.work.next = append(c.work.next, m.first)
	}
	c.makeRoom(m)
	id := c.intern(m, before, m.floating)
	c.opening[c.number(m)][before] = id
	return id
}

// intern returns the state whose threads are in c.work.next.
func (c *Cache) intern(m *machine, before border, seeking bool) uint32 {
	list := c.work.next
	if len(list) == 0 && !seeking {
		return dead
	}
	s := state{at: uint32(len(c.lists)), machine: c.number(m), form: formOf(len(list), before, seeking)}
	if len(c.states) >= len(c.byList)/2 {
		c.growStates()
	}
	h := hash(&s, list)
	for mask := uint32(len(c.byList) - 1); ; h++ {
		id := c.byList[h&mask]
		if id == 0 {
			c.byList[h&mask] = uint32(len(c.states))
			break
		}
		if o := &c.states[id]; o.machine == s.machine && o.form == s.form && slices.Equal(c.threads(o), list) {
			return id
		}
	}
	c.lists = append(c.lists, list...)
	if len(list) == 0 {
		s.at = uint32(len(c.rows))
		c.rows = append(c.rows, make([]uint32, m.alphabet.end()+1)...)
	}
	c.states = append(c.states, s)
	return uint32(len(c.states) - 1)
}

func (c *Cache) threads(s *state) []uint32 {
	if n := s.form.threads(); n > 0 {
		return c.lists[s.at : s.at+n]
	}
	return nil
}

func hash(s *state, list []uint32) uint32 {
	h := (uint64(s.machine)<<32 | uint64(s.form)) * spread
	for _, pc := range list {
		h = (h ^ h>>29 ^ uint64(pc)) * spread
	}
	return uint32(h >> 32)
}

// spread is 2^64 divided by the golden ratio.
const spread = 0x9E3779B97F4A7C15

// growStates doubles the table of states by their threads.
func (c *Cache) growStates() {
	table := make([]uint32, 2*len(c.byList))
	mask := uint32(len(table) - 1)
	for id := dead + 1; id < len(c.states); id++ {
		s := &c.states[id]
		h := hash(s, c.threads(s))
		for table[h&mask] != 0 {
			h++
		}
		table[h&mask] = uint32(id)
	}
	c.byList = table
}

// bound returns the bytes that the states and transitions may take.
func (c *Cache) bound() int {
	if c.size <= 0 {
		return DefaultCacheSize
	}
	return min(c.size, maxCacheSize)
}

// makeRoom forgets everything if the state in c.work.next and a transition to
// it could pass the bound. It reports whether it did.
func (c *Cache) makeRoom(m *machine) bool {
	if c.steps != nil && c.needs(m) <= c.bound() {
		return false
	}
	if c.steps == nil {
		c.steps, c.byList = make([]uint64, minTable), make([]uint32, minTable)
	}
	clear(c.steps)
	clear(c.byList)
	clear(c.numbers)
	if c.numbers == nil {
		c.numbers = map[*machine]int32{}
	}
	c.opening, c.used = c.opening[:0], 0
	none := formOf(1, plain, false)
	c.states = append(c.states[:0], state{form: none}, state{form: none}) // unknown and dead
	c.lists, c.rows = c.lists[:0], append(c.rows[:0], 0)
	return true
}

// needs returns the bytes taken when one more state and transition are added.
func (c *Cache) needs(m *machine) int {
	const stateSize, numberSize = 16, 48
	entries := 4 * (len(c.lists) + len(c.work.next) + len(c.rows))
	if len(c.work.next) == 0 {
		entries += 4 * int(m.alphabet.end()+1)
	}
	entries += stateSize*(len(c.states)+1) + numberSize*(len(c.opening)+1)
	tables := 8*len(c.steps) + 4*len(c.byList)
	if c.used >= len(c.steps)/4*3 {
		tables += 8 * len(c.steps)
	}
	if len(c.states) >= len(c.byList)/2 {
		tables += 4 * len(c.byList)
	}
	return entries + entries/4 + tables // append takes up to a quarter more
}
