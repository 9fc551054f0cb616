package store

import (
	"slices"
	"time"

	"zhunru/screening"
)

// A Because says what made a verdict differ from the one before. The empty value
// is invalid.
type Because string

// The causes.
const (
	BecauseRule      Because = "rule"
	BecauseLicence   Because = "licence"
	BecauseListing   Because = "listing"
	BecauseDate      Because = "date"
	BecauseExemption Because = "exemption"
)

// A Judged listing is a verdict to be kept, with what it was made from.
type Judged struct {
	Key     Key
	Version int64    // of the listing that was judged: Row.Version or Saved.Version
	Content Hash     // of that listing
	Input   Hash     // see InputHash
	Answers []string // that Input was made with, in the order of the questions
	Verdict screening.Verdict
	Because Because // why it may differ; needed where there is a record already

	packed *packed // see Pack
}

// A Judging is what a batch of verdicts has in common.
type Judging struct {
	Revision string    // kept by SaveRevision
	Run      int64     // 0: none
	Chunk    int64     // of the run; its root must cover what is written
	At       time.Time // zero: now
}

// A Change is a verdict that differs from the one it replaced.
type Change struct {
	Key      Key
	ID       string
	Old, New screening.Outcome
	Because  Because
}

// Flipped reports whether the outcome differs, and not only its reasons.
func (c Change) Flipped() bool { return c.Old != c.New }

// Kept tells what SaveVerdicts did. The numbers of First, Touched, Unchanged,
// Changes and Stale add up to the batch.
type Kept struct {
	First     int      // listings that had no record
	Touched   int      // same verdict on another input: only the stamp was renewed
	Unchanged int      // nothing was written
	Changes   []Change // by key
	Written   []Key    // of those First, Touched and changed, by key
	Stale     []Key    // edited or removed since they were judged: nothing was written, judge them again
}

// judged is a verdict on its way in, with the record it meets.
type judged struct {
	*Judged
	old *oldRecord
}

// SaveVerdicts makes up to MaxBatch verdicts the current ones of their listings,
// writing only what differs: the same verdict on the same input costs a read. A
// verdict that differs replaces the record and its findings, and the old one
// goes to the history; where the outcome differs that is an event, too. Verdicts on a version of a listing that is no longer the
// current one are not kept. A listing that does not exist is
// screening.ErrNotFound, and so is a revision that is not kept.
func (tx *Tx) SaveVerdicts(j Judging, batch []Judged) (Kept, error) {
	kept, err := tx.saveVerdicts(j, batch)
	if err == nil {
		err = tx.verdictsChanged(j, kept.Changes)
	}
	return kept, wrap("save verdicts", err)
}

func (tx *Tx) saveVerdicts(j Judging, batch []Judged) (Kept, error) {
	var kept Kept
	if err := checkBatch(len(batch)); err != nil {
		return kept, err
	}
	revision, err := tx.revisionKey(j.Revision)
	if err != nil {
		return kept, err
	}
	all, err := tx.meet(batch)
	if err != nil {
		return kept, err
	}
	write, changed, err := kept.sort(all)
	if err != nil || len(write) == 0 {
		return kept, err
	}
	at := micros(j.At)
	if j.At.IsZero() {
		at = tx.s.stamp()
	}
	p := putting{tx: tx, revision: revision, run: optional(j.Run), at: at}
	if j.Run != 0 {
		p.chunk = optional(j.Chunk)
	}
	if err := p.archive(changed); err != nil {
		return kept, err
	}
	return kept, p.put(write, putTail)
}

// meet hashes a batch, sorts it by key and reads the records that are there.
func (tx *Tx) meet(batch []Judged) ([]*judged, error) {
	all := make([]*judged, len(batch))
	for i := range batch {
		if _, err := batch[i].Pack(); err != nil {
			return nil, err
		}
		all[i] = &judged{Judged: &batch[i]}
	}
	slices.SortFunc(all, func(a, b *judged) int { return int(a.Key - b.Key) })
	for i := 1; i < len(all); i++ {
		if all[i].Key == all[i-1].Key {
			return nil, &screening.InvalidError{Field: "key", Reason: "同一批里有两个同一商品的结论，请先合并"}
		}
	}
	return all, tx.readOld(all)
}

// sort counts what becomes of each verdict and returns those to write, and of
// these the ones that replace another.
func (k *Kept) sort(all []*judged) (write, changed []*judged, err error) {
	for _, v := range all {
		switch old := v.old; {
		case old.version != v.Version || old.content != v.Content:
			k.Stale = append(k.Stale, v.Key)
			continue
		case old.record == 0:
			k.First++
		case old.verdict == v.packed.hash && old.outcome == v.Verdict.Outcome:
			if old.judged == v.Version && old.input == v.Input {
				k.Unchanged++
				continue
			}
			k.Touched++
		default:
			if err := checkEnum("because", v.Because, BecauseRule, BecauseLicence, BecauseListing, BecauseDate, BecauseExemption); err != nil {
				return nil, nil, wrapKey("save verdict of", v.Verdict.ID, err)
			}
			k.Changes = append(k.Changes, Change{v.Key, v.Verdict.ID, old.outcome, v.Verdict.Outcome, v.Because})
			changed = append(changed, v)
		}
		write, k.Written = append(write, v), append(k.Written, v.Key)
	}
	return write, changed, nil
}

// A putting writes the verdicts of one batch.
type putting struct {
	tx       *Tx
	revision int64
	run      *int64
	chunk    *int64
	at       int64
}

const putHead = `INSERT INTO records (listing_key, listing_version, outcome, revision_key, input_hash, verdict_hash, suppressed, run_key, version, screened_at, proof_run, proof_chunk) VALUES `
const putTail = ` ON CONFLICT (listing_key) DO UPDATE SET listing_version = excluded.listing_version, outcome = excluded.outcome,
 revision_key = excluded.revision_key, input_hash = excluded.input_hash, verdict_hash = excluded.verdict_hash,
 suppressed = excluded.suppressed, run_key = excluded.run_key, version = excluded.version, screened_at = excluded.screened_at,
 proof_run = excluded.proof_run, proof_chunk = excluded.proof_chunk`

// put writes records, and the findings of those that are not merely touched.
func (p *putting) put(write []*judged, tail string) error {
	bare := barePass()
	var args []any
	err := blocks(write, func(block []*judged) error {
		args = args[:0]
		for _, v := range block {
			revision, run, version, at := p.revision, p.run, v.old.record+1, p.at
			if v.touched() {
				revision, run, version, at = v.old.revision, v.old.run, v.old.record, v.old.at
			}
			args = append(args, int64(v.Key), v.Version, string(v.Verdict.Outcome), revision, hashUnless(&v.Input, &v.Content),
				hashUnless(&v.packed.hash, &bare), v.packed.suppressed, run, version, at, p.run, p.chunk)
		}
		_, err := p.tx.exec(putHead+tuples(len(block), 12)+tail, args...)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.tx.saveInputs(write); err != nil {
		return err
	}
	return p.putFindings(slices.DeleteFunc(slices.Clone(write), (*judged).touched))
}

// touched reports whether only the input differs.
func (v *judged) touched() bool {
	return v.old.record != 0 && v.old.verdict == v.packed.hash && v.old.outcome == v.Verdict.Outcome
}

func (p *putting) putFindings(verdicts []*judged) error {
	rules := map[Hash]*screening.Finding{}
	var rows []findingRow
	var hashes []Hash
	for _, v := range verdicts {
		for n := range v.packed.findings {
			f, own := &v.Verdict.Findings[n], &v.packed.findings[n]
			if _, met := rules[own.rule]; !met {
				rules[own.rule] = f
			}
			hashes = append(hashes, own.rule)
			rows = append(rows, findingRow{ListingKey: int64(v.Key), N: n, Class: f.Class, Outcome: string(f.Outcome), Kind: string(f.Kind), Body: own.own})
		}
	}
	if err := p.tx.ruleKeys(rules); err != nil {
		return err
	}
	for i := range rows {
		rows[i].RuleKey = p.tx.rules[hashes[i]]
	}
	return insertAll(p.tx, "findings (listing_key, n, class, outcome, kind, rule_key, body)", 7, rows, func(args []any, r findingRow) []any {
		return append(args, r.ListingKey, r.N, r.Class, r.Outcome, r.Kind, r.RuleKey, r.Body)
	})
}

// hashUnless keeps a hash that is known anyway as NULL.
func hashUnless(h, known *Hash) any {
	if *h == *known {
		return nil
	}
	return h[:]
}
