package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func ledgerCommand(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(t.Context(), args, strings.NewReader(""), &out, &errs)
	return status, out.String() + errs.String()
}

// TestLedgerIsVerifiedOffline exports a ledger and damages the file in every
// way; each is named, and nothing is passed by.
func TestLedgerIsVerifiedOffline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, file := filepath.Join(dir, "z.db"), filepath.Join(dir, "ledger.jsonl")
	for i := range 8 {
		if status, said := ledgerCommand(t, "keys", "create", "--name", "甲", "--role", "operator", "--db", db); status != exitDone {
			t.Fatal(i, said)
		}
	}
	if status, said := ledgerCommand(t, "ledger", "export", "-o", file, "--db", db); status != exitDone {
		t.Fatal(said)
	}
	_, key := ledgerCommand(t, "ledger", "key", "--db", db)
	key = strings.TrimSpace(key)
	if info, err := os.Stat(db + ".ledger-key"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
	if status, said := ledgerCommand(t, "ledger", "verify", "--records", "--db", db); status != exitDone || !strings.Contains(said, "签名已核对") {
		t.Errorf("%d %s", status, said)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	swap := append([]string{}, lines...)
	swap[3], swap[4] = swap[4], swap[3]
	_, other := ledgerCommand(t, "ledger", "key", "--db", filepath.Join(dir, "other.db"))
	for _, test := range []struct {
		name, file, key, want string
		status                int
	}{
		{"Whole", string(whole), key, "签名已核对", exitDone},
		{"Dropped", strings.Join(lines[:3], "") + strings.Join(lines[4:], ""), key, "3\tLEDGER_DROPPED", exitFindings},
		{"Truncated", strings.Join(lines[:6], ""), key, "6\tLEDGER_TRUNCATED", exitFindings},
		{"Doubled", strings.Join(lines[:4], "") + strings.Join(lines[3:], ""), key, "3\tLEDGER_", exitFindings},
		{"Swapped", strings.Join(swap, ""), key, "LEDGER_", exitFindings},
		{"ActorAltered", strings.Replace(string(whole), `"actor":"cli"`, `"actor":"clj"`, 1), key, "1\tLEDGER_ALTERED", exitFindings},
		{"AnotherKey", string(whole), strings.TrimSpace(other), "HEAD_FORGED", exitFindings},
		{"NoHeader", strings.Join(lines[1:], ""), key, "LEDGER_FILE_FORMAT", exitInput},
		{"UnknownField", strings.Replace(string(whole), `"seq":2`, `"x":1,"seq":2`, 1), key, "LEDGER_FILE_FORMAT", exitInput},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "x.jsonl")
			if err := os.WriteFile(path, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, said := ledgerCommand(t, "ledger", "verify", path, "--key", test.key); status != test.status || !strings.Contains(said, test.want) {
				t.Errorf("%d %s", status, said)
			}
		})
	}
	t.Run("AnyByte", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "x.jsonl")
		for at := 0; at < len(whole); at += 5 {
			damaged := bytes.Clone(whole)
			damaged[at] ^= 1
			if err := os.WriteFile(path, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			if status, said := ledgerCommand(t, "ledger", "verify", path, "--key", key); status == exitDone {
				t.Errorf("byte %d: %s", at, said)
			}
		}
	})
}

func TestALostLedgerKeyIsNamed(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	ledgerCommand(t, "keys", "create", "--name", "甲", "--role", "operator", "--db", db)
	if status, said := ledgerCommand(t, "ledger", "sign", "--db", db); status != exitDone {
		t.Fatal(said)
	}
	if err := os.Chmod(db+".ledger-key", 0o644); err != nil {
		t.Fatal(err)
	}
	if status, said := ledgerCommand(t, "ledger", "sign", "--db", db); status != exitInput || !strings.Contains(said, "LEDGER_KEY_OPEN") {
		t.Errorf("%d %s", status, said)
	}
	if err := os.Remove(db + ".ledger-key"); err != nil {
		t.Fatal(err)
	}
	if status, said := ledgerCommand(t, "ledger", "key", "--db", db); status != exitInput || !strings.Contains(said, "LEDGER_KEY_MISSING") {
		t.Errorf("%d %s", status, said)
	}
}
