package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"slices"
	"time"

	"zhunru/store/vault"
)

// The codes of faults between the ledger and what it is about.
const (
	PayloadAltered = "PAYLOAD_ALTERED" // what an entry recorded is not what is kept
	PayloadMissing = "PAYLOAD_MISSING" // what an entry recorded is not kept any more
	RecordAltered  = "RECORD_ALTERED"  // a record, or the text it is about, is not the one that the ledger stands for
	ChunkAltered   = "CHUNK_ALTERED"   // what is kept of a chunk does not give the root in the ledger
	ProofMissing   = "PROOF_MISSING"   // nothing in the ledger stands for a record
)

// payloads compares the kept bodies of a page of entries with their hashes.
// Chunks have none; those of kinds that others write may have none.
func (v *verification) payloads(ctx context.Context, from queryer, e Engine, page []Entry) error {
	return blocks(page, func(block []Entry) error {
		seqs := make([]int64, len(block))
		for i := range block {
			seqs[i] = block[i].Seq
		}
		bodies, err := readPayloads(ctx, from, e, seqs)
		if err != nil {
			return err
		}
		for i := range block {
			x := &block[i]
			sealed, has := bodies[x.Seq]
			body, err := v.s.openPayload(x.Seq, sealed)
			if err != nil && !errors.Is(err, vault.ErrSealed) {
				return err
			}
			switch {
			case has && (err != nil || sha256.Sum256(body) != x.Payload):
				v.fault(x.Seq, PayloadAltered, "第 %d 条（%s %s）所记的原文与其哈希不符，被修改过，请与备份核对", x.Seq, x.Kind, x.Subject)
			case has || x.Kind == EntryChunk || x.Seq < v.payloadsFrom:
			case slices.Contains([]EntryKind{EntryVerdict, EntryKey, EntryExport, EntryRun}, x.Kind):
				v.fault(x.Seq, PayloadMissing, "第 %d 条（%s %s）所记的原文已不在，若非依法删除，请从备份恢复", x.Seq, x.Kind, x.Subject)
			}
		}
		return nil
	})
}

// VerifyRecords compares every listing and its current verdict, and the
// verdicts before it, with what the ledger stands for, and names those that
// differ. Entries of the report counts verdicts. It trusts the ledger: verify
// that first. Verdicts of a database that is older than the proofs are counted
// as Unproved.
func (s *Store) VerifyRecords(ctx context.Context, progress func(done int64)) (LedgerReport, error) {
	var v verification
	err := s.snapshot(ctx, func(from queryer) error {
		legacy, err := legacyUntil(ctx, from, s.engine)
		if err != nil {
			return err
		}
		p := &prover{ctx: ctx, from: from, engine: s.engine, chunks: map[[2]int64]*provenChunk{}}
		for after := Key(0); ; {
			rows, err := listings(ctx, from, s.engine, nil, Query{After: after, Limit: MaxBatch, Deleted: true})
			if err != nil {
				return err
			}
			if err := v.records(p, rows, legacy); err != nil {
				return err
			}
			if progress != nil {
				progress(v.Entries)
			}
			if len(rows) < MaxBatch {
				return nil
			}
			after = rows[len(rows)-1].Key
		}
	})
	return v.LedgerReport, wrap("verify records", err)
}

// legacyUntil is the time of the last entry without a body, zero where there is
// none.
func legacyUntil(ctx context.Context, from queryer, e Engine) (time.Time, error) {
	var at sql.NullInt64
	err := queryEach(ctx, from, e, "SELECT MAX(at) FROM ledger WHERE seq < (SELECT payloads_from FROM ledger_head WHERE id = 1)", nil,
		func(r *sql.Rows) error { return r.Scan(&at) })
	if err != nil || !at.Valid {
		return time.Time{}, err
	}
	return fromMicros(at.Int64), nil
}

func (v *verification) records(p *prover, rows []Row, legacy time.Time) error {
	byKey := make(map[Key]*Row, len(rows))
	keys := make([]Key, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		byKey[r.Key], keys = r, append(keys, r.Key)
		if ContentHash(&r.Listing) != r.Content {
			v.fault(0, RecordAltered, "商品 %s 的内容与其哈希不符，被修改过，请与备份核对", r.Listing.ID)
		}
	}
	return blocks(keys, func(block []Key) error {
		records, err := provedRecords(p, block)
		if err != nil {
			return err
		}
		for i := range records {
			r := &records[i]
			v.Entries++
			if err := v.record(p, byKey[r.Key], r, legacy); err != nil {
				return err
			}
		}
		return v.pasts(p, byKey, block, legacy)
	})
}

// A provedRecord is a current verdict and where its proof is.
type provedRecord struct {
	Record
	run, chunk sql.NullInt64
}

func provedRecords(p *prover, keys []Key) ([]provedRecord, error) {
	records, err := readRecords(p.ctx, p.from, p.engine, keys)
	if err == nil {
		err = attachFindings(p.ctx, p.from, p.engine, keys, records)
	}
	if err != nil {
		return nil, err
	}
	out := make([]provedRecord, len(records))
	at := make(map[Key]*provedRecord, len(records))
	for i := range records {
		out[i].Record = records[i]
		at[records[i].Key] = &out[i]
	}
	err = queryEach(p.ctx, p.from, p.engine, "SELECT listing_key, proof_run, proof_chunk FROM records WHERE listing_key IN "+marks(len(keys)), keyArgs(keys), func(r *sql.Rows) error {
		var key Key
		var run, chunk sql.NullInt64
		err := r.Scan(&key, &run, &chunk)
		if x := at[key]; x != nil {
			x.run, x.chunk = run, chunk
		}
		return err
	})
	return out, err
}

func (v *verification) record(p *prover, row *Row, r *provedRecord, legacy time.Time) error {
	hash, err := VerdictHash(&r.Verdict)
	if err != nil {
		return err
	}
	if hash != r.Stamp.Verdict {
		v.fault(0, RecordAltered, "商品 %s 的当前结论与其哈希不符，被修改过，请与备份核对", row.Listing.ID)
		return nil
	}
	return v.prove(p, &provable{
		key: r.Key, id: row.Listing.ID, input: r.Stamp.Input, verdict: hash, run: r.run, chunk: r.chunk, current: true,
	}, r.ScreenedAt, legacy)
}

func (v *verification) prove(p *prover, r *provable, at, legacy time.Time) error {
	_, code, why, err := p.prove(r)
	switch {
	case err != nil || code == "":
	case code == ProofMissing && !r.run.Valid && !at.After(legacy):
		v.Unproved++
	default:
		v.name(code, why)
	}
	return err
}

// name names a fault, that of a chunk once for all its records.
func (v *verification) name(code, why string) {
	if code == ChunkAltered {
		if v.told[why] {
			return
		}
		if v.told == nil {
			v.told = map[string]bool{}
		}
		v.told[why] = len(v.told) < MaxBatch
	}
	v.fault(0, code, "%s", why)
}

// pasts judges the verdicts before the current ones.
func (v *verification) pasts(p *prover, rows map[Key]*Row, keys []Key, legacy time.Time) error {
	pasts, err := readPasts(p.ctx, p.from, p.engine, keys)
	if err != nil {
		return err
	}
	for i := range pasts {
		x := &pasts[i]
		v.Entries++
		id := rows[x.key].Listing.ID
		if x.input == nil {
			v.Unproved++
			continue
		}
		hash, err := VerdictHash(&x.Verdict)
		if err != nil {
			return err
		}
		r := &provable{key: x.key, id: id, input: *x.input, verdict: hash, run: x.run, chunk: x.chunk}
		_, code, why, err := p.prove(r)
		if err != nil {
			return err
		}
		switch {
		case code == "":
		case code == ProofMissing && !r.run.Valid && !x.ScreenedAt.After(legacy):
			v.Unproved++
		case code == ChunkAltered:
			v.name(code, why)
		default:
			v.fault(0, code, "历史第 %d 个结论：%s", x.N, why)
		}
	}
	return nil
}
