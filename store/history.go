package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"zhunru/screening"
)

// An oldRecord is what SaveVerdicts meets: a listing and its record.
type oldRecord struct {
	version    int64 // of the listing
	content    Hash
	record     int64 // version of the record, 0: none
	judged     int64 // version of the listing that the record is about
	outcome    screening.Outcome
	revision   int64
	input      Hash
	verdict    Hash
	suppressed *string
	run        *int64
	at         int64
	proofRun   *int64
	proofChunk *int64
}

type historyRow struct {
	ListingKey     int64 `gorm:"primaryKey;autoIncrement:false"`
	N              int64 `gorm:"primaryKey;autoIncrement:false"`
	Because        string
	ChangedAt      int64
	RunKey         *int64
	OldOutcome     string
	NewOutcome     string
	OldRevisionKey int64
	NewRevisionKey int64
	OldScreenedAt  int64
	OldFindings    *string
	OldSuppressed  *string

	OldListingVersion *int64
	OldInputHash      []byte
	OldProofRun       *int64
	OldProofChunk     *int64
}

func (historyRow) TableName() string { return "record_history" }

// A keptFinding is a finding of an old verdict: its shared part stays in
// finding_rules.
type keptFinding struct {
	Outcome string          `json:"o"`
	Kind    string          `json:"k"`
	Rule    int64           `json:"r"`
	Body    json.RawMessage `json:"b"`
}

// readOld reads what is kept of the listings. On PostgreSQL their rows are
// locked first, by a statement of its own, so that the second one sees what
// another transaction left behind.
func (tx *Tx) readOld(all []*judged) error {
	bare := barePass()
	at := make(map[Key]*judged, len(all))
	for _, v := range all {
		at[v.Key] = v
	}
	if err := tx.lockListings(all); err != nil {
		return err
	}
	err := blocks(all, func(block []*judged) error {
		args := make([]any, len(block))
		for i, v := range block {
			args[i] = int64(v.Key)
		}
		return tx.each(`SELECT l.key, CASE WHEN l.deleted THEN 0 ELSE l.version END, l.content_hash, COALESCE(r.version, 0), COALESCE(r.listing_version, 0),
 COALESCE(r.outcome, ''), COALESCE(r.revision_key, 0), r.input_hash, r.verdict_hash, r.suppressed, r.run_key, COALESCE(r.screened_at, 0),
 r.proof_run, r.proof_chunk, x.content_hash
 FROM listings l LEFT JOIN records r ON r.listing_key = l.key LEFT JOIN listing_versions x ON x.listing_key = l.key AND x.version = r.listing_version WHERE l.key IN `+marks(len(block)), args, func(r *sql.Rows) error {
			var key Key
			var content, input, verdict, judged sql.RawBytes
			old := &oldRecord{}
			err := r.Scan(&key, &old.version, &content, &old.record, &old.judged, &old.outcome, &old.revision, &input, &verdict,
				&old.suppressed, &old.run, &old.at, &old.proofRun, &old.proofChunk, &judged)
			if judged == nil { // not edited since
				judged = content
			}
			old.content, old.input, old.verdict = hashOr(content, nil), hashOr(input, judged), hashOr(verdict, bare[:])
			at[key].old = old
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, v := range all {
		if v.old == nil {
			return wrapKey("save verdict of", v.Verdict.ID, screening.ErrNotFound)
		}
	}
	return nil
}

// lockListings holds the listings of a batch on PostgreSQL, in the order of
// their ids, which is the order in which SaveListings touches them.
func (tx *Tx) lockListings(all []*judged) error {
	if tx.s.engine != Postgres {
		return nil
	}
	keys := make([]int64, len(all))
	for i, v := range all {
		keys[i] = int64(v.Key)
	}
	_, err := tx.exec("SELECT key FROM listings WHERE key = ANY(?) ORDER BY id FOR NO KEY UPDATE", keys)
	return err
}

// archive moves the records that will be replaced to the history.
func (p *putting) archive(changed []*judged) error {
	findings := map[Key][]keptFinding{}
	err := blocks(changed, func(block []*judged) error {
		args := make([]any, len(block))
		for i, v := range block {
			args[i] = int64(v.Key)
		}
		in := " WHERE listing_key IN " + marks(len(block))
		err := p.tx.each("SELECT listing_key, outcome, kind, rule_key, body FROM findings"+in+" ORDER BY listing_key, n", args, func(r *sql.Rows) error {
			var key Key
			var f keptFinding
			var body string
			err := r.Scan(&key, &f.Outcome, &f.Kind, &f.Rule, &body)
			f.Body = json.RawMessage(body)
			findings[key] = append(findings[key], f)
			return err
		})
		if err == nil {
			_, err = p.tx.exec("DELETE FROM findings"+in, args...)
		}
		return err
	})
	if err != nil {
		return err
	}
	rows := make([]historyRow, len(changed))
	for i, v := range changed {
		if rows[i], err = p.history(v, findings[v.Key]); err != nil {
			return err
		}
	}
	return insertAll(p.tx, `record_history (listing_key, n, because, changed_at, run_key, old_outcome, new_outcome, old_revision_key,
 new_revision_key, old_screened_at, old_findings, old_suppressed, old_listing_version, old_input_hash, old_proof_run, old_proof_chunk)`, 16, rows, func(args []any, r historyRow) []any {
		return append(args, r.ListingKey, r.N, r.Because, r.ChangedAt, r.RunKey, r.OldOutcome, r.NewOutcome, r.OldRevisionKey,
			r.NewRevisionKey, r.OldScreenedAt, r.OldFindings, r.OldSuppressed, r.OldListingVersion, r.OldInputHash, r.OldProofRun, r.OldProofChunk)
	})
}

func (p *putting) history(v *judged, findings []keptFinding) (historyRow, error) {
	r := historyRow{
		ListingKey: int64(v.Key), N: v.old.record, Because: string(v.Because), ChangedAt: p.at, RunKey: p.run,
		OldOutcome: string(v.old.outcome), NewOutcome: string(v.Verdict.Outcome), OldRevisionKey: v.old.revision,
		NewRevisionKey: p.revision, OldScreenedAt: v.old.at, OldSuppressed: v.old.suppressed,
		OldListingVersion: &v.old.judged, OldInputHash: v.old.input[:], OldProofRun: v.old.proofRun, OldProofChunk: v.old.proofChunk,
	}
	if len(findings) == 0 {
		return r, nil
	}
	b, err := json.Marshal(findings)
	r.OldFindings = optional(string(b))
	return r, err
}

// A Past is a verdict that was replaced, and what replaced it.
type Past struct {
	N          int64             // 1 is the first verdict of the listing
	Verdict    screening.Verdict // as it was
	ScreenedAt time.Time
	New        screening.Outcome
	Because    Because
	ChangedAt  time.Time
	Run        int64 // 0: none
	Revision   string
}

// History returns the verdicts of a listing that were replaced, the oldest
// first. Revision is that of the verdict that came after. An unknown listing is
// screening.ErrNotFound.
func (s *Store) History(ctx context.Context, id string) ([]Past, error) {
	row, err := s.Listing(ctx, id)
	if err != nil {
		return nil, err
	}
	pasts, err := readPasts(ctx, s.reader(), s.engine, []Key{row.Key})
	if err != nil {
		return nil, wrapKey("history of", id, err)
	}
	var out []Past
	for i := range pasts {
		out = append(out, pasts[i].Past)
	}
	return out, nil
}

// Changes returns up to limit differences that a run made, after a listing's
// key, by key: the flips of a run and the verdicts whose reasons changed.
func (s *Store) Changes(ctx context.Context, run int64, after Key, limit int) ([]Change, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var out []Change
	err := queryEach(ctx, s.reader(), s.engine, `SELECT h.listing_key, l.id, h.old_outcome, h.new_outcome, h.because FROM record_history h
 JOIN listings l ON l.key = h.listing_key WHERE h.run_key = ? AND h.listing_key > ? ORDER BY h.listing_key, h.n LIMIT ?`,
		[]any{run, int64(after), limit}, func(r *sql.Rows) error {
			var c Change
			err := r.Scan(&c.Key, &c.ID, &c.Old, &c.New, &c.Because)
			out = append(out, c)
			return err
		})
	return out, wrapKey("changes of run", run, err)
}
