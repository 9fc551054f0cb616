package store_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// TestKilledInTheMiddleLeavesNothing kills a process that holds an open
// transaction, and one between two of them.
func TestKilledInTheMiddleLeavesNothing(t *testing.T) {
	if path := os.Getenv("ZHUNRU_TEST_VICTIM"); path != "" {
		victim(t, path)
		return
	}
	t.Parallel()
	path := migrated(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledInTheMiddleLeavesNothing$")
	cmd.Env = append(os.Environ(), "ZHUNRU_TEST_VICTIM="+path)
	said, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := said.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
	s := open(t, path)
	rows, err := s.Listings(t.Context(), store.Query{Limit: 10})
	if err != nil || len(rows) != 1 || rows[0].Listing.ID != "committed" {
		t.Errorf("%+v, %v", rows, err)
	}
	if r, err := s.VerifyLedger(t.Context(), "", nil); err != nil || !r.OK() || r.Entries != 1 {
		t.Errorf("ledger %+v, %v", r, err)
	}
}

// victim commits one listing, begins with another, says so, and waits to be
// killed.
func victim(t *testing.T, path string) {
	s := open(t, path)
	for _, id := range []string{"committed", "begun"} {
		err := s.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.Record(store.Entry{Actor: "a", Kind: store.EntryVerdict, Subject: id, Body: []byte("{}")}); err != nil {
				return err
			}
			if _, err := tx.SaveListings([]screening.Listing{{ID: id, Title: "x"}}); err != nil || id == "committed" {
				return err
			}
			if _, err := os.Stdout.WriteString("x"); err != nil {
				return err
			}
			<-time.After(time.Minute)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFullDiskAndForeignLockAreSaid(t *testing.T) {
	t.Parallel()
	path := migrated(t)
	s := open(t, path)
	insert := func(n int) error {
		return s.Write(t.Context(), func(tx *store.Tx) error {
			batch := make([]screening.Listing, n)
			for i := range batch {
				batch[i] = screening.Listing{ID: strings.Repeat("i", i+1), Title: strings.Repeat("长", 2000)}
			}
			_, err := tx.SaveListings(batch)
			return err
		})
	}
	for _, pragma := range []string{"PRAGMA max_page_count = 100", "PRAGMA busy_timeout = 1"} {
		if _, err := s.Pool().ExecContext(t.Context(), pragma); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, insert(500), store.CodeDiskFull)
	if _, err := s.Pool().ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := insert(1); err != nil {
		t.Errorf("with room again: %v", err)
	}
	other := open(t, path)
	err := other.Write(t.Context(), func(*store.Tx) error {
		wantCode(t, insert(2), store.CodeLocked)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if rows, err := s.Listings(t.Context(), store.Query{Limit: 10}); err != nil || len(rows) != 1 {
		t.Errorf("%d listings, want 1, %v", len(rows), err)
	}
}
