package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"zhunru/screening"
)

// A keptPast is a verdict that was replaced, and where its proof is.
type keptPast struct {
	Past
	key        Key
	version    int64 // of the listing
	input      *Hash // nil: older than the proofs
	run, chunk sql.NullInt64
	findings   []keptFinding
}

// readPasts reads the replaced verdicts of listings whole, by key and number.
func readPasts(ctx context.Context, from queryer, e Engine, keys []Key) ([]keptPast, error) {
	var out []keptPast
	err := queryEach(ctx, from, e, `SELECT h.listing_key, l.id, h.n, h.because, h.changed_at, COALESCE(h.run_key, 0), h.old_outcome, h.new_outcome, o.hash, w.hash,
 h.old_screened_at, h.old_findings, h.old_suppressed, COALESCE(h.old_listing_version, 0), h.old_input_hash, h.old_proof_run, h.old_proof_chunk
 FROM record_history h JOIN listings l ON l.key = h.listing_key
 JOIN revisions o ON o.key = h.old_revision_key JOIN revisions w ON w.key = h.new_revision_key
 WHERE h.listing_key IN `+marks(len(keys))+` ORDER BY h.listing_key, h.n`, keyArgs(keys), func(r *sql.Rows) error {
		p, err := scanKeptPast(r)
		out = append(out, p)
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, joinPasts(ctx, from, e, out)
}

func scanKeptPast(r *sql.Rows) (p keptPast, err error) {
	var changed, screened int64
	var kept, suppressed sql.NullString
	var input sql.RawBytes
	v := &p.Verdict
	err = r.Scan(&p.key, &v.ID, &p.N, &p.Because, &changed, &p.Run, &v.Outcome, &p.New, &v.Revision, &p.Revision, &screened, &kept, &suppressed,
		&p.version, &input, &p.run, &p.chunk)
	p.ChangedAt, p.ScreenedAt = fromMicros(changed), fromMicros(screened)
	v.Findings = []screening.Finding{}
	if input != nil {
		h := hashOr(input, nil)
		p.input = &h
	}
	if err == nil && suppressed.Valid {
		err = json.Unmarshal([]byte(suppressed.String), &v.Suppressed)
	}
	if err == nil && kept.Valid {
		err = json.Unmarshal([]byte(kept.String), &p.findings)
	}
	return p, err
}

// joinPasts puts kept findings together with their shared parts.
func joinPasts(ctx context.Context, from queryer, e Engine, pasts []keptPast) error {
	rules := map[int64][]byte{}
	var need []int64
	for i := range pasts {
		for _, f := range pasts[i].findings {
			if _, has := rules[f.Rule]; !has {
				rules[f.Rule] = nil
				need = append(need, f.Rule)
			}
		}
	}
	err := blocks(need, func(block []int64) error {
		return queryEach(ctx, from, e, "SELECT key, body FROM finding_rules WHERE key IN "+marks(len(block)), anys(block), func(r *sql.Rows) error {
			var key int64
			var body []byte
			err := r.Scan(&key, &body)
			rules[key] = body
			return err
		})
	})
	if err != nil {
		return err
	}
	for i := range pasts {
		p := &pasts[i]
		for _, k := range p.findings {
			f, err := joinFinding(k.Outcome, k.Kind, rules[k.Rule], k.Body)
			if err != nil {
				return err
			}
			p.Verdict.Findings = append(p.Verdict.Findings, f)
		}
	}
	return nil
}
