package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunru/screening"
	"zhunru/store"
)

func entry(i int) store.Entry {
	return store.Entry{Actor: "operator", Kind: store.EntryDecision, Subject: fmt.Sprintf("L-%d", i), Payload: sha256.Sum256([]byte{byte(i)}), Revision: revisionA}
}

// grow appends n entries, some together and some alone.
func grow(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for i := 0; i < n; {
		write(t, s, func(tx *store.Tx) error {
			for range 1 + i%3 {
				if i == n {
					break
				}
				if err := tx.Record(entry(i)); err != nil {
					return err
				}
				i++
			}
			return nil
		})
	}
}

func verify(t *testing.T, s *store.Store, key string) store.LedgerReport {
	t.Helper()
	return must(t, func(ctx context.Context) (store.LedgerReport, error) { return s.VerifyLedger(ctx, key, nil) })
}

func ledgerGrows(t *testing.T, s *store.Store) {
	if r := verify(t, s, ""); !r.OK() || r.Entries != 0 {
		t.Errorf("an empty ledger: %+v", r)
	}
	grow(t, s, 40)
	var calls, last int64
	r, err := s.VerifyLedger(t.Context(), "", func(done, all int64) {
		calls, last = calls+1, done
		if done > all {
			t.Errorf("progress %d of %d", done, all)
		}
	})
	if err != nil || !r.OK() || r.Entries != 40 || calls == 0 || last != 40 {
		t.Errorf("%+v, %d calls, last %d, %v", r, calls, last, err)
	}
	list := must(t, func(ctx context.Context) ([]store.Entry, error) { return s.Ledger(ctx, 10, 5) })
	if len(list) != 5 || list[0].Seq != 11 || list[0].Subject != "L-10" || list[1].Prev != list[0].Hash || list[0].Digest() != list[0].Hash {
		t.Errorf("entries %+v", list)
	}
	for _, bad := range []store.Entry{{Kind: store.EntryVerdict, Subject: "x"}, {Actor: "a", Subject: "x"}, {Actor: "a", Kind: store.EntryVerdict}} {
		var invalid *screening.InvalidError
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Record(bad) }); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func ledgerAppendOnly(t *testing.T, s *store.Store) {
	grow(t, s, 5)
	key, _ := signed(t, s)
	for _, q := range []string{
		"UPDATE ledger SET actor = 'x' WHERE seq = 3", "DELETE FROM ledger WHERE seq = 3", "DELETE FROM ledger",
		"INSERT INTO ledger SELECT * FROM ledger WHERE seq = 3", "UPDATE tree_heads SET note = 'x'", "DELETE FROM tree_heads",
	} {
		if _, err := s.Pool().ExecContext(t.Context(), q); err == nil {
			t.Errorf("%s: done", q)
		}
	}
	if s.Engine() == store.SQLite {
		if _, err := s.Pool().ExecContext(t.Context(), "INSERT OR REPLACE INTO ledger SELECT seq, at, 'x', kind, subject, payload_hash, revision, prev_hash, hash FROM ledger WHERE seq = 3"); err == nil {
			t.Error("INSERT OR REPLACE: done")
		}
	} else if _, err := s.Pool().ExecContext(t.Context(), "TRUNCATE ledger"); err == nil {
		t.Error("TRUNCATE: done")
	}
	if r := verify(t, s, key); !r.OK() || r.Entries != 5 {
		t.Errorf("%+v", r)
	}
}

// signed signs the ledger as it is and returns the keys.
func signed(t *testing.T, s *store.Store) (public, private string) {
	t.Helper()
	private, public, err := store.NewKey("zhunru-test")
	if err != nil {
		t.Fatal(err)
	}
	must(t, func(ctx context.Context) (store.TreeHead, error) { return s.SignTreeHead(ctx, private) })
	return public, private
}

// disarm takes the triggers away, as somebody with the database's password can.
func disarm(t *testing.T, s *store.Store) {
	t.Helper()
	drop := []string{"DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete", "DROP TRIGGER tree_heads_no_update"}
	if s.Engine() == store.Postgres {
		drop = []string{"DROP TRIGGER ledger_append_only ON ledger", "DROP TRIGGER tree_heads_append_only ON tree_heads"}
	}
	for _, q := range drop {
		tamper(t, s, q)
	}
}

func tamper(t *testing.T, s *store.Store, q string, args ...any) {
	t.Helper()
	if _, err := s.Pool().ExecContext(t.Context(), q, args...); err != nil {
		t.Fatal(q, err)
	}
}

func ledgerTampering(t *testing.T, first *store.Store, open Open) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s *store.Store)
		want []string // SEQ CODE
	}{
		{"NothingIsWrong", func(*testing.T, *store.Store) {}, nil},
		{"AlteredField", func(t *testing.T, s *store.Store) { tamper(t, s, "UPDATE ledger SET actor = 'other' WHERE seq = 7") }, []string{"7 LEDGER_ALTERED"}},
		{"AlteredPayloadTwice", func(t *testing.T, s *store.Store) {
			tamper(t, s, "UPDATE ledger SET payload_hash = prev_hash WHERE seq IN (4, 9)")
		}, []string{"4 LEDGER_ALTERED", "9 LEDGER_ALTERED"}},
		{"AlteredAndHashedAgain", func(t *testing.T, s *store.Store) { rehash(t, s, 7, 7) }, []string{"8 LEDGER_ALTERED"}},
		{"RewrittenToTheEnd", func(t *testing.T, s *store.Store) { rehash(t, s, 7, 20) }, []string{"20 LEDGER_REWRITTEN"}},
		{"DroppedInTheMiddle", func(t *testing.T, s *store.Store) { tamper(t, s, "DELETE FROM ledger WHERE seq IN (7, 8)") }, []string{"7 LEDGER_DROPPED"}},
		{"Reordered", func(t *testing.T, s *store.Store) {
			tamper(t, s, "UPDATE ledger SET seq = 1000 WHERE seq = 7")
			tamper(t, s, "UPDATE ledger SET seq = 7 WHERE seq = 8")
			tamper(t, s, "UPDATE ledger SET seq = 8 WHERE seq = 1000")
		}, []string{"7 LEDGER_REORDERED", "8 LEDGER_REORDERED"}},
		{"Truncated", func(t *testing.T, s *store.Store) { tamper(t, s, "DELETE FROM ledger WHERE seq > 15") }, []string{"16 LEDGER_TRUNCATED"}},
		{"TruncatedWithItsHead", func(t *testing.T, s *store.Store) {
			tamper(t, s, "DELETE FROM ledger WHERE seq > 15")
			tamper(t, s, "UPDATE ledger_head SET size = 15, hash = (SELECT hash FROM ledger WHERE seq = 15)")
		}, []string{"16 LEDGER_TRUNCATED"}},
		{"EmptiedAltogether", func(t *testing.T, s *store.Store) { tamper(t, s, "DELETE FROM ledger") }, []string{"1 LEDGER_TRUNCATED"}},
		{"ForgedHeadRoot", func(t *testing.T, s *store.Store) {
			tamper(t, s, "UPDATE tree_heads SET root = (SELECT hash FROM ledger WHERE seq = 1)")
		}, []string{"20 HEAD_FORGED", "20 LEDGER_REWRITTEN"}},
		{"HeadSignedByAnotherKey", func(t *testing.T, s *store.Store) {
			other, _, err := store.NewKey("zhunru-test")
			if err != nil {
				t.Fatal(err)
			}
			grow(t, s, 1)
			must(t, func(ctx context.Context) (store.TreeHead, error) { return s.SignTreeHead(ctx, other) })
		}, []string{"21 HEAD_FORGED"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := first
			if test.want != nil {
				s = open(t)
			}
			grow(t, s, 20)
			key, _ := signed(t, s)
			disarm(t, s)
			test.do(t, s)
			faults := verify(t, s, key).Faults
			got := make([]string, len(faults))
			for i, f := range faults {
				got[i] = fmt.Sprintf("%d %s", f.Seq, f.Code)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// rehash changes an entry and makes the chain fit again through a last one, as
// somebody who knows the encoding would.
func rehash(t *testing.T, s *store.Store, from, through int64) {
	t.Helper()
	list := must(t, func(ctx context.Context) ([]store.Entry, error) { return s.Ledger(ctx, from-1, int(through-from)+1) })
	list[0].Actor = "other"
	for i := range list {
		if i > 0 {
			list[i].Prev = list[i-1].Hash
		}
		list[i].Hash = list[i].Digest()
		e := list[i]
		q := "UPDATE ledger SET actor = $1, prev_hash = $2, hash = $3 WHERE seq = $4"
		tamper(t, s, q, e.Actor, e.Prev[:], e.Hash[:], e.Seq)
	}
	last := list[len(list)-1]
	tamper(t, s, "UPDATE ledger_head SET hash = $1 WHERE size = $2", last.Hash[:], last.Seq)
}

func treeHeads(t *testing.T, s *store.Store) {
	grow(t, s, 7)
	public, private := signed(t, s)
	if _, err := s.SignTreeHead(t.Context(), private); !errors.Is(err, screening.ErrConflict) {
		t.Errorf("no entry since: %v", err)
	}
	for _, n := range []int{1, 13, 1200} {
		grow(t, s, n)
		head := must(t, func(ctx context.Context) (store.TreeHead, error) { return s.SignTreeHead(ctx, private) })
		if r := verify(t, s, public); !r.OK() || r.Root != head.Root || r.Entries != head.Size {
			t.Errorf("after %d more: %+v", n, r)
		}
	}
	var e *store.Error
	if _, err := s.SignTreeHead(t.Context(), "PRIVATE+KEY+broken"); !errors.As(err, &e) || e.Code != store.CodeBadKey {
		t.Errorf("a broken key: %v", err)
	}
}
