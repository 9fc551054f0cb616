package intake

import (
	"fmt"
	"hash/maphash"
)

// seenLimit is how many ids a Seen holds in memory, in at most 64 MiB.
const seenLimit = 3 << 20

// Seen finds ids that come twice in all files of one run. It compares 64-bit
// keyed hashes: two different ids are taken for one with a chance of less than
// one in ten thousand for fifty million rows.
//
// Up to a few million ids are held in memory, and their duplicates are found
// at once. The later ones go to temporary files of 16 bytes an id, and Finish
// finds the duplicates among them, so memory stays the same for any number.
// A Seen is not safe for concurrent use.
type Seen struct {
	seed  maphash.Seed
	files []string
	table []place // open addressing, a power of two
	used  int
	limit int
	spill *spill
	dir   string // for temporary files, "" for the system's
}

// A place is an id's hash and where it stood.
type place struct {
	hash  uint64 // never 0 in use
	where uint64 // file<<lineBits | line
}

const lineBits = 40

// NewSeen returns an empty set.
func NewSeen() *Seen {
	return &Seen{seed: maphash.MakeSeed(), table: make([]place, 1<<16), limit: seenLimit}
}

func (s *Seen) addFile(name string) int {
	s.files = append(s.files, name)
	return len(s.files) - 1
}

// add notes an id. If it was there before, it returns where, as file:line.
func (s *Seen) add(id string, file, line int) (first string, twice bool, err error) {
	h := max(maphash.String(s.seed, id), 1)
	p := place{h, uint64(file)<<lineBits | uint64(line)}
	i := s.slot(h)
	if s.table[i].hash == h {
		return s.name(s.table[i].where), true, nil
	}
	if s.used >= s.limit {
		if s.spill == nil {
			if s.spill, err = newSpill(s.dir); err != nil {
				return "", false, err
			}
		}
		return "", false, s.spill.add(p)
	}
	s.table[i] = p
	if s.used++; s.used*4 > len(s.table)*3 {
		s.grow()
	}
	return "", false, nil
}

// slot returns where a hash is or would be.
func (s *Seen) slot(h uint64) int {
	mask := len(s.table) - 1
	i := int(h>>1) & mask
	for s.table[i].hash != 0 && s.table[i].hash != h {
		i = (i + 1) & mask
	}
	return i
}

func (s *Seen) grow() {
	old := s.table
	s.table = make([]place, 2*len(old))
	for _, p := range old {
		if p.hash != 0 {
			s.table[s.slot(p.hash)] = p
		}
	}
}

func (s *Seen) name(where uint64) string {
	return fmt.Sprintf("%s:%d", s.files[where>>lineBits], where&(1<<lineBits-1))
}

// Finish reports the duplicates that add could not see, in the order of files
// and lines (of a million at a time). Their rows were passed on, so Refused is
// false. It may be called once.
func (s *Seen) Finish(report func(*RowError)) error {
	if s.spill == nil {
		return nil
	}
	return s.spill.duplicates(func(d duplicate) {
		report(&RowError{
			File: s.files[d.where>>lineBits], Line: int(d.where & (1<<lineBits - 1)), Field: fieldID, Code: CodeDuplicate,
			Reason: "duplicate, found after it was screened; first at " + s.name(d.first) + "（编号重复，已筛查）",
		})
	})
}

// Close removes the temporary files.
func (s *Seen) Close() error {
	if s.spill == nil {
		return nil
	}
	return s.spill.close()
}

// duplicateOf is the reason for an id that was found in time. The id is shown
// shortened.
func duplicateOf(id, first string) string {
	return "duplicate " + quoteHeader(id) + ", first at " + first + "（编号重复）"
}
