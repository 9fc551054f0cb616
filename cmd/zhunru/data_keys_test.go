package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/store"
)

// Not parallel: these tests take the keys out of the environment.
func TestDataKeysBesideTheDatabase(t *testing.T) {
	t.Setenv(dataKeysEnv, "")
	dir := t.TempDir()
	db := filepath.Join(dir, "z.db")
	for kind, line := range map[string]string{
		"merchants": `{"id":"M","name":"某人"}`, "documents": `{"merchant_id":"M","type":"营业执照","number":"11010119900307123X"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, kind+".jsonl"), []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"merchants", "documents"} {
		if status, out, problems := said(t, "import", kind, filepath.Join(dir, kind+".jsonl"), "--db", db); status != exitDone {
			t.Fatal(out, problems)
		}
	}
	info, err := os.Stat(db + ".keys")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	for _, args := range [][]string{{"rotate"}, {"reseal"}, {"prune"}, {"reseal"}} {
		if status, out, problems := said(t, append(append([]string{"data-keys"}, args...), "--db", db)...); status != exitDone {
			t.Fatal(args, out, problems)
		}
	}
	s, err := openDatabase(context.Background(), db, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	documents, err := s.Documents(t.Context(), "M")
	if err != nil || len(documents) != 1 || documents[0].Number != "11010119900307123X" {
		t.Error(documents, err)
	}
	if err := os.Chmod(db+".keys", 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, problems := said(t, "data-keys", "rotate", "--db", db); status != exitInput || !strings.Contains(problems, "chmod 600") {
		t.Errorf("keys that all may read: %d, %s", status, problems)
	}
}

func TestDataKeysAreNamedByTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	keys, db := filepath.Join(dir, "data.keys"), filepath.Join(dir, "z.db")
	t.Setenv(dataKeysEnv, keys)
	if status, _, problems := said(t, "migrate", "up", "--db", db); status != exitDone {
		t.Fatal(problems)
	}
	if status, _, problems := said(t, "demo", "--listings", "1", "--merchants", "1", "--db", db); status != exitInput || !strings.Contains(problems, keys) {
		t.Errorf("keys that are missing: %d, %s", status, problems)
	}
	if status, _, problems := said(t, "data-keys", "new", keys); status != exitDone {
		t.Fatal(problems)
	}
	if status, _, problems := said(t, "data-keys", "new", keys); status != exitInput || !strings.Contains(problems, "已经存在") {
		t.Errorf("keys that exist: %d, %s", status, problems)
	}
	if status, _, problems := said(t, "demo", "--listings", "1", "--merchants", "1", "--db", db); status != exitDone {
		t.Error(problems)
	}
	if _, err := os.Stat(db + ".keys"); err == nil {
		t.Error("keys were made beside the database although the environment names others")
	}
}
