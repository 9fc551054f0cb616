package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/store"
)

// read takes the lines and dictionaries out of files that the manifest stands
// for.
func (p *Pack) read(files []file) error {
	for _, f := range files {
		var err error
		switch {
		case f.name == fileListings:
			err = eachLine(f.body, func(b []byte) error {
				var l listingLine
				if err := strict(b, &l, false); err != nil {
					return err
				}
				content := store.ContentHash(&l.Listing)
				if want, err := unhex(l.Content); err != nil || content != want {
					return fault(fmt.Sprintf("商品 %s 第 %d 版", l.Listing.ID, l.Version), RecordBroken, "内容与其哈希不符，被改动过")
				}
				p.listings[fmt.Sprintf("%s\x00%d", l.Listing.ID, l.Version)] = l.Listing
				return nil
			})
		case f.name == fileVerdicts:
			err = eachLine(f.body, func(b []byte) error {
				var l verdictLine
				err := strict(b, &l, false)
				p.verdicts = append(p.verdicts, l)
				return err
			})
		case f.name == fileDecisions:
			err = eachLine(f.body, func(b []byte) error {
				var d decisionLine
				err := strict(b, &d, false)
				p.decisions = append(p.decisions, d)
				return err
			})
		case strings.HasPrefix(f.name, "rules/"):
			d := &dictionary.Dictionary{}
			err = json.Unmarshal(f.body, d)
			p.rules[d.Revision] = d
		}
		if found := (*Fault)(nil); err != nil && !errors.As(err, &found) {
			err = fault(f.name, PackFormat, "读不懂：%v", err)
		}
		if err != nil {
			return err
		}
	}
	p.Verdicts = len(p.verdicts)
	return nil
}

func eachLine(b []byte, f func([]byte) error) error {
	for line := range bytes.Lines(b) {
		if err := f(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
			return err
		}
	}
	return nil
}

// checkVerdicts holds every verdict against its text and its entry.
func (p *Pack) checkVerdicts() error {
	for i := range p.verdicts {
		v := &p.verdicts[i]
		where := fmt.Sprintf("商品 %s 的第 %d 个结论", v.Listing, v.N)
		input, err1 := unhex(v.Input)
		want, err2 := unhex(v.Hash)
		hash, err3 := store.VerdictHash(&v.Verdict)
		if err := errors.Join(err1, err2, err3); err != nil || hash != want || v.Verdict.ID != v.Listing {
			return fault(where, RecordBroken, "结论与其哈希不符，被改动过")
		}
		l, has := p.listings[fmt.Sprintf("%s\x00%d", v.Listing, v.Version)]
		if !has {
			return fault(where, RecordBroken, "缺少当时的内容（第 %d 版）", v.Version)
		}
		if store.InputHash(store.ContentHash(&l), v.Answers) != input {
			return fault(where, RecordBroken, "内容和资质答复与当时的输入不符，被改动过")
		}
		if p.rules[v.Verdict.Revision] == nil {
			return fault(where, RecordBroken, "缺少词典版本 %s，或版本被调换", v.Verdict.Revision)
		}
		if err := p.checkProof(where, v, store.LeafData(v.Listing, input, hash)); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pack) checkProof(where string, v *verdictLine, leaf []byte) error {
	e, has := p.entries[v.Entry]
	if !has {
		return fault(where, EntryMissing, "缺少台账第 %d 条", v.Entry)
	}
	if v.Leaf == nil {
		if e.Kind != store.EntryVerdict || e.Subject != v.Listing || e.Payload != sha256.Sum256(leaf) {
			return fault(where, RecordBroken, "与台账第 %d 条所记的不符", e.Seq)
		}
		return nil
	}
	hashes, err := unhexes(v.Leaf.Hashes)
	if err != nil || e.Kind != store.EntryChunk || !store.CheckLeaf(leaf, v.Leaf.Index, v.Leaf.Size, e.Payload, hashes) {
		return fault(where, RecordBroken, "与台账第 %d 条（运行分块 %s）所记的不符", e.Seq, e.Subject)
	}
	return nil
}

// checkNeeded names an entry that is no verdict's, no decision's and not the
// export's.
func (p *Pack) checkNeeded() error {
	needed := map[int64]bool{p.seal.Export.Seq: true}
	for i := range p.verdicts {
		needed[p.verdicts[i].Entry] = true
	}
	for i := range p.decisions {
		needed[p.decisions[i].Entry] = true
	}
	for i := range p.seal.Entries {
		if seq := p.seal.Entries[i].Seq; !needed[seq] {
			return fault(fmt.Sprintf("台账第 %d 条", seq), EntryAdded, "包里没有用到它的结论或决定，是加进来的")
		}
	}
	return nil
}

// exact reports whether a time is written as a pack's are: in UTC, in whole
// microseconds. What a hash does not cover must not be open to change.
func exact(t time.Time) bool {
	_, offset := t.Zone()
	return offset == 0 && t.Location() == time.UTC && t.Nanosecond()%1000 == 0
}

// A Difference is a verdict that replays otherwise.
type Difference struct {
	Listing string
	N       int64
	Was     screening.Outcome
	Is      screening.Outcome
}

// Replay judges every text again by the dictionary of its verdict's revision,
// with the answers of then, and returns the verdicts that come out otherwise.
func (p *Pack) Replay(words screening.Segmenter) ([]Difference, error) {
	var out []Difference
	engines := map[string]*screening.Engine{}
	for i := range p.verdicts {
		v := &p.verdicts[i]
		e := engines[v.Verdict.Revision]
		if e == nil {
			var err error
			if e, err = screening.NewEngine(p.rules[v.Verdict.Revision], words); err != nil {
				return nil, fault("rules/", PackFormat, "版本 %s 的词典用不了：%v", v.Verdict.Revision, err)
			}
			engines[v.Verdict.Revision] = e
		}
		l := p.listings[fmt.Sprintf("%s\x00%d", v.Listing, v.Version)]
		got := e.Screen(&l, &told{answers: v.Answers})
		hash, err := store.VerdictHash(&got)
		if err != nil {
			return nil, err
		}
		if want, _ := unhex(v.Hash); hash != want {
			out = append(out, Difference{v.Listing, v.N, v.Verdict.Outcome, got.Outcome})
		}
	}
	return out, nil
}

// told answers as qualifications answered then, in the order of the questions;
// a question that was not asked then holds nothing.
type told struct{ answers []string }

// Covers gives the next answer.
func (t *told) Covers(category string, _ [][]string) (bool, []qualification.Lack) {
	if len(t.answers) == 0 {
		return false, nil
	}
	var a struct {
		Category string               `json:"category"`
		Held     bool                 `json:"held"`
		Lacks    []qualification.Lack `json:"lacks"`
	}
	if json.Unmarshal([]byte(t.answers[0]), &a) != nil || a.Category != category {
		return false, nil
	}
	t.answers = t.answers[1:]
	return a.Held, a.Lacks
}
