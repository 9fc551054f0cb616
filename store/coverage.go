package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunru/screening"
)

// A Coverage says that a full run judged every listing of a range by one revision
// and one program, and what came of it. It serves the next full run: a listing
// whose leaf is under the proof's root need not be judged again. The root is
// that of a chunk, so it stands in the ledger too.
type Coverage struct {
	After, Last Key
	Run, N      int64 // the chunk
	Revision    string
	Program     string    // of those who judged
	Profile     string    // of the qualification rules
	On          string    // the day it holds for, YYYY-MM-DD
	WholeOn     string    // the day for which all of the range was judged last
	SeenAt      time.Time // merchants that changed later are not in it
	Root        Hash
	outcomes    Hash
}

// A Mark is what a proof holds of a listing: the hash of its leaf, and what the
// leaf does not cover: the outcome that is shown.
type Mark struct {
	Key     Key
	Hash    Hash // see LeafHash
	Outcome screening.Outcome
}

// Marks are in the order of their keys.
type Marks []Mark

// Root returns the root of the tree over the leaves.
func (l Marks) Root() Hash {
	var t Tree
	for i := range l {
		t.AddHash(l[i].Hash)
	}
	return t.Root()
}

func (l Marks) letters() []byte {
	b := make([]byte, len(l))
	for i := range l {
		b[i] = letter(l[i].Outcome)
	}
	return b
}

type proofRow struct {
	AfterKey    int64 `gorm:"primaryKey;autoIncrement:false"`
	LastKey     int64
	RunKey      int64
	ChunkN      int64
	RevisionKey int64
	Program     string
	Profile     string
	JudgedOn    string
	WholeOn     string
	SeenAt      int64
	Root        []byte
	Outcomes    []byte
}

func (proofRow) TableName() string { return "proofs" }

type proofLeavesRow struct {
	AfterKey    int64 `gorm:"primaryKey;autoIncrement:false"`
	ListingKeys []byte
	Leaves      []byte
	Outcomes    []byte
}

func (proofLeavesRow) TableName() string { return "proof_leaves" }

// Matches reports whether leaves are exactly those of the proof.
func (p *Coverage) Matches(root Hash, l Marks) bool {
	return root == p.Root && sha256.Sum256(l.letters()) == p.outcomes
}

// SaveCoverage keeps what a chunk proved in place of what was proved of the range
// before; p.Root must be that of the leaves. Marks that stay are not written
// again.
func (tx *Tx) SaveCoverage(p Coverage, l Marks) error {
	revision, err := tx.revisionKey(p.Revision)
	if err != nil {
		return wrap("save proof", err)
	}
	letters := l.letters()
	outcomes := sha256.Sum256(letters)
	stays := int64(0)
	err = tx.each("SELECT COUNT(*) FROM proofs p JOIN proof_leaves x ON x.after_key = p.after_key WHERE p.after_key = ? AND p.root = ? AND p.outcomes = ?",
		[]any{int64(p.After), p.Root[:], outcomes[:]}, func(r *sql.Rows) error { return r.Scan(&stays) })
	if err == nil && stays == 0 {
		err = tx.saveLeaves(p.After, l, letters)
	}
	if err == nil {
		_, err = tx.exec(`INSERT INTO proofs (after_key, last_key, run_key, chunk_n, revision_key, program, profile, judged_on, whole_on, seen_at, root, outcomes)
 VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (after_key) DO UPDATE SET last_key = excluded.last_key, run_key = excluded.run_key, chunk_n = excluded.chunk_n,
 revision_key = excluded.revision_key, program = excluded.program, profile = excluded.profile, judged_on = excluded.judged_on,
 whole_on = excluded.whole_on, seen_at = excluded.seen_at, root = excluded.root, outcomes = excluded.outcomes`,
			int64(p.After), int64(p.Last), p.Run, p.N, revision, p.Program, p.Profile, p.On, p.WholeOn, micros(p.SeenAt), p.Root[:], outcomes[:])
	}
	return wrap("save proof", err)
}

func (tx *Tx) saveLeaves(after Key, l Marks, letters []byte) error {
	keys, hashes := make([]Key, len(l)), make([]byte, 0, len(l)*len(Hash{}))
	for i := range l {
		keys[i] = l[i].Key
		hashes = append(hashes, l[i].Hash[:]...)
	}
	packed := packKeys(keys)
	if packed == nil {
		packed = []byte{}
	}
	_, err := tx.exec(`INSERT INTO proof_leaves (after_key, listing_keys, leaves, outcomes) VALUES (?,?,?,?)
 ON CONFLICT (after_key) DO UPDATE SET listing_keys = excluded.listing_keys, leaves = excluded.leaves, outcomes = excluded.outcomes`,
		int64(after), packed, hashes, letters)
	return err
}

// Coverage returns what is proved of exactly the range after one key, through
// another; ok is false where nothing is, or where the ledger does not say the
// same.
func (s *Store) Coverage(ctx context.Context, after, last Key) (p Coverage, ok bool, err error) {
	p = Coverage{After: after, Last: last}
	var root, outcomes sql.RawBytes
	err = queryEach(ctx, s.reader(), s.engine, `SELECT p.run_key, p.chunk_n, v.hash, p.program, p.profile, p.judged_on, p.whole_on, p.seen_at, p.root, p.outcomes
 FROM proofs p JOIN revisions v ON v.key = p.revision_key WHERE p.after_key = ? AND p.last_key = ?`, []any{int64(after), int64(last)}, func(r *sql.Rows) error {
		var seen int64
		err := r.Scan(&p.Run, &p.N, &p.Revision, &p.Program, &p.Profile, &p.On, &p.WholeOn, &seen, &root, &outcomes)
		p.SeenAt, p.Root, p.outcomes, ok = fromMicros(seen), hashOr(root, nil), hashOr(outcomes, nil), true
		return err
	})
	if err != nil || !ok {
		return p, false, wrap("proof", err)
	}
	subject := strconv.FormatInt(p.Run, 10) + "/" + strconv.FormatInt(p.N, 10)
	n := 0
	err = queryEach(ctx, s.reader(), s.engine, "SELECT COUNT(*) FROM ledger WHERE kind = 'chunk' AND subject = ? AND payload_hash = ? AND revision = ?",
		[]any{subject, p.Root[:], p.Revision}, func(r *sql.Rows) error { return r.Scan(&n) })
	return p, n > 0, wrap("proof", err)
}

// CoveredMarks returns the leaves of a proof; ok is false where what is kept
// does not give its root, so that nothing is proved.
func (s *Store) CoveredMarks(ctx context.Context, p *Coverage) (l Marks, ok bool, err error) {
	var packed, hashes, letters sql.RawBytes
	err = queryEach(ctx, s.reader(), s.engine, "SELECT listing_keys, leaves, outcomes FROM proof_leaves WHERE after_key = ?", []any{int64(p.After)}, func(r *sql.Rows) error {
		if err := r.Scan(&packed, &hashes, &letters); err != nil {
			return err
		}
		keys := unpackKeys(packed)
		if len(hashes) != len(keys)*len(Hash{}) || len(letters) != len(keys) {
			return nil
		}
		l = make(Marks, len(keys))
		for i, k := range keys {
			l[i] = Mark{Key: k, Hash: Hash(hashes[i*len(Hash{}):]), Outcome: outcomeOf(letters[i])}
		}
		ok = true
		return nil
	})
	return l, ok && err == nil && p.Matches(l.Root(), l), wrap("leaves of proof", err)
}

// outcomeLetters name the outcomes in proofs.
const outcomeLetters = "xnrp"

// letter returns the letter of an outcome, '?' for one that is none.
func letter(o screening.Outcome) byte {
	if i := slices.Index(screening.Outcomes, o); i >= 0 {
		return outcomeLetters[i]
	}
	return '?'
}

// outcomeOf returns the outcome of a letter, "" if there is none.
func outcomeOf(c byte) screening.Outcome {
	if i := strings.IndexByte(outcomeLetters, c); i >= 0 {
		return screening.Outcomes[i]
	}
	return ""
}
