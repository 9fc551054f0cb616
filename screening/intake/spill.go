package intake

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

const (
	partitions  = 64
	placeSize   = 16
	reportBatch = 1 << 20
)

// A spill parts places by hash over temporary files, so that all places of an
// id are in one.
type spill struct {
	dir   string
	files [partitions]*os.File
	bufs  [partitions]*bufio.Writer
	batch int // duplicates sorted at a time
}

// A duplicate is a place whose id stood at first before.
type duplicate struct{ where, first uint64 }

// newSpill opens the files and removes their names at once where the system
// allows it, so that nothing stays behind however the process ends.
func newSpill(parent string) (*spill, error) {
	dir, err := os.MkdirTemp(parent, "zhunru-ids-")
	if err != nil {
		return nil, err
	}
	s := &spill{dir: dir, batch: reportBatch}
	for i := range s.files {
		if s.files[i], err = os.CreateTemp(dir, "part-"); err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.bufs[i] = bufio.NewWriterSize(s.files[i], 16<<10)
	}
	_ = os.RemoveAll(dir) // tried again by close
	return s, nil
}

func (s *spill) add(p place) error {
	var b [placeSize]byte
	binary.LittleEndian.PutUint64(b[:], p.hash)
	binary.LittleEndian.PutUint64(b[8:], p.where)
	_, err := s.bufs[p.hash>>58].Write(b[:])
	return err
}

// duplicates calls report for every place whose hash stood earlier, sorted by
// place within a batch.
func (s *spill) duplicates(report func(duplicate)) error {
	var found []duplicate
	flush := func() {
		slices.SortFunc(found, func(a, b duplicate) int { return cmp.Compare(a.where, b.where) })
		for _, d := range found {
			report(d)
		}
		found = found[:0]
	}
	for i := range s.files {
		places, err := s.read(i)
		if err != nil {
			return err
		}
		first := place{}
		for _, p := range places {
			if p.hash != first.hash {
				first = p
				continue
			}
			if found = append(found, duplicate{p.where, first.where}); len(found) >= s.batch {
				flush()
			}
		}
	}
	flush()
	return nil
}

// read returns the places of a partition, sorted by hash and place.
func (s *spill) read(i int) ([]place, error) {
	if err := s.bufs[i].Flush(); err != nil {
		return nil, err
	}
	if _, err := s.files[i].Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	var places []place
	r := bufio.NewReader(s.files[i])
	for {
		var b [placeSize]byte
		if _, err := io.ReadFull(r, b[:]); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		places = append(places, place{binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:])})
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.where, b.where))
	})
	return places, nil
}

func (s *spill) close() error {
	var err error
	for i, f := range s.files {
		if f != nil {
			err = errors.Join(err, f.Close())
			s.files[i] = nil
		}
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}
