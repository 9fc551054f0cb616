package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// merchants answers what each merchant of a screening is qualified for: the
// categories of --held, and what its dossier covers. It is safe for concurrent
// use.
type merchants struct {
	held      screening.Held
	standings map[string]*qualification.Standing // by merchant id; nil without --dossiers

	mu      sync.Mutex
	unknown map[string]bool // merchants of listings without a dossier
}

// of returns the qualifications of a merchant.
func (m *merchants) of(id string) screening.Qualifications {
	if m.standings == nil {
		return m.held
	}
	s := m.standings[id]
	if s == nil {
		m.mu.Lock()
		m.unknown[id] = true
		m.mu.Unlock()
		return m.held
	}
	if len(m.held) == 0 {
		return s
	}
	return both{m.held, s}
}

// both covers what either covers.
type both struct {
	held     screening.Held
	standing *qualification.Standing
}

func (b both) Covers(category string, anyOf [][]string) (bool, []qualification.Lack) {
	if ok, _ := b.held.Covers(category, anyOf); ok {
		return true, nil
	}
	return b.standing.Covers(category, anyOf)
}

// loadDossiers reads the dossiers of merchants: a file of JSON Lines, or a
// folder with one JSON or YAML dossier a file. Every problem is reported; one
// unreadable dossier fails the whole, for its merchant would look unqualified.
func loadDossiers(path string, r *qualification.Registry, profile string, on qualification.Date) (map[string]*qualification.Standing, error) {
	l := dossierLoader{r: r, profile: profile, on: on, standings: map[string]*qualification.Standing{}, from: map[string]string{}}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		err = l.folder(path)
	} else {
		err = l.lines(path)
	}
	return l.standings, errors.Join(append(l.problems, err)...)
}

type dossierLoader struct {
	r         *qualification.Registry
	profile   string
	on        qualification.Date
	standings map[string]*qualification.Standing
	from      map[string]string // merchant id: where its dossier was read
	problems  []error
}

func (l *dossierLoader) folder(path string) error {
	var files []string
	for _, pattern := range []string{"*.json", "*.yaml", "*.yml"} {
		found, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: 文件夹里没有 .json、.yaml 或 .yml 的材料", path)
	}
	slices.Sort(files)
	for _, name := range files {
		data, err := readBounded(name, nil)
		if err != nil {
			return err
		}
		l.add(name, data)
	}
	return nil
}

func (l *dossierLoader) lines(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // read only
	in := bufio.NewScanner(file)
	in.Buffer(nil, qualification.MaxDossierBytes+1)
	for n := 1; in.Scan(); n++ {
		if line := bytes.TrimSpace(in.Bytes()); len(line) > 0 {
			l.add(fmt.Sprintf("%s:%d", path, n), line)
		}
	}
	if err := in.Err(); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (l *dossierLoader) add(name string, data []byte) {
	d, err := qualification.ReadDossier(name, data)
	if err != nil {
		l.problems = append(l.problems, err)
		return
	}
	id := d.Subject.ID
	if id == "" {
		l.problems = append(l.problems, fmt.Errorf("%s: subject.id 为空：须写商家编号，与商品的 merchant_id 对应", name))
		return
	}
	if first, twice := l.from[id]; twice {
		l.problems = append(l.problems, fmt.Errorf("%s: 商家 %s 的材料重复，先前在 %s", name, id, first))
		return
	}
	l.from[id] = name
	s, err := l.r.NewStanding(d, l.profile, l.on)
	if err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s: %w", name, err))
		return
	}
	l.standings[id] = s
}
