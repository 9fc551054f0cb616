package lazydfa

// A transition is twice the state it leads to, and one more if the text before
// the rune read is a match. 0 stands for one not known yet.
//
// Those that are not in a state or a row are packed into 64 bits: the state
// they come from, the class, the transition.
const (
	classBits = 17
	nextBits  = 21
)

// next returns the transition from a state on a class, 0 if it is not known.
func (c *Cache) next(id, class uint32) uint32 {
	s := &c.states[id]
	if class == 0 {
		return s.common
	}
	if s.form.threads() == 0 {
		return c.rows[s.at+class]
	}
	key := uint64(id)<<classBits | uint64(class)
	for h, mask := slot(key), uint64(len(c.steps)-1); ; h++ {
		x := c.steps[h&mask]
		if x>>nextBits == key {
			return uint32(x & (1<<nextBits - 1))
		}
		if x == 0 {
			return 0
		}
	}
}

func slot(key uint64) uint64 { return key * spread >> 40 }

// record keeps a transition.
func (c *Cache) record(id, class, to uint32) {
	s := &c.states[id]
	switch {
	case class == 0:
		s.common = to
	case s.form.threads() == 0:
		c.rows[s.at+class] = to
	default:
		if c.used >= len(c.steps)/4*3 {
			old := c.steps
			c.steps = make([]uint64, 2*len(old))
			for _, x := range old {
				if x != 0 {
					c.put(x)
				}
			}
		}
		c.put((uint64(id)<<classBits|uint64(class))<<nextBits | uint64(to))
		c.used++
	}
}

func (c *Cache) put(x uint64) {
	mask := uint64(len(c.steps) - 1)
	h := slot(x >> nextBits)
	for c.steps[h&mask] != 0 {
		h++
	}
	c.steps[h&mask] = x
}
