package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunru/store/evidence"
)

// packed makes a pack of a listing that was edited and screened again.
func packed(t *testing.T) (pack []byte, key string) {
	t.Helper()
	dir := t.TempDir()
	db, list, out := filepath.Join(dir, "z.db"), filepath.Join(dir, "l.jsonl"), filepath.Join(dir, "p.zip")
	for _, title := range []string{"催情香水包邮", "家用电子血压计", "陶瓷茶杯"} {
		if err := os.WriteFile(list, []byte(`{"id":"L-1","title":"`+title+`"}`+"\n"+`{"id":"L-2","title":"`+title+`二"}`+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if status, said := ledgerCommand(t, "import", "listings", list, "--db", db); status != exitDone {
			t.Fatal(said)
		}
	}
	if status, said := ledgerCommand(t, "evidence", "listing", "L-1", "-o", out, "--db", db); status != exitDone {
		t.Fatal(said)
	}
	_, key = ledgerCommand(t, "ledger", "key", "--db", db)
	key = strings.TrimSpace(key)
	status, said := ledgerCommand(t, "ledger", "verify", out, "--key", key, "--replay")
	if status != exitDone || !strings.Contains(said, "3 个结论") || !strings.Contains(said, "全部一致") {
		t.Fatalf("%d %s", status, said)
	}
	if status, said := ledgerCommand(t, "ledger", "verify", "--records", "--db", db); status != exitDone {
		t.Errorf("%d %s", status, said)
	}
	if status, said := ledgerCommand(t, "evidence", "listing", "none", "-o", out+"2", "--db", db); status != exitInput {
		t.Errorf("%d %s", status, said)
	}
	pack, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return pack, key
}

// TestAnythingChangedInAPackIsNamed changes bytes everywhere, and drops, adds,
// doubles and swaps files.
func TestAnythingChangedInAPackIsNamed(t *testing.T) {
	t.Parallel()
	pack, key := packed(t)
	named := func(what string, b []byte, key string) {
		t.Helper()
		_, err := evidence.Open(bytes.NewReader(b), key)
		found := (*evidence.Fault)(nil)
		if !errors.As(err, &found) || found.Code == "" || found.Where == "" || found.Why == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		damaged, at := bytes.Clone(pack), rng.IntN(len(pack))
		damaged[at] ^= byte(1 + rng.IntN(255))
		named("a byte at "+string(rune(at)), damaged, key)
	}
	for at := len(pack) - 3000; at < len(pack); at += 7 { // seal and directory
		damaged := bytes.Clone(pack)
		damaged[at] ^= 1
		named("a byte of the end", damaged, key)
	}
	named("cut short", pack[:len(pack)-1], key)
	named("something behind", append(bytes.Clone(pack), 0), key)
	_, other := ledgerCommand(t, "ledger", "key", "--db", filepath.Join(t.TempDir(), "other.db"))
	named("another key", pack, strings.TrimSpace(other))
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range z.File {
		named("without "+z.File[i].Name, rezip(t, z, func(k int) []string {
			if k == i {
				return nil
			}
			return []string{z.File[k].Name}
		}, zip.Store), key)
		named("twice "+z.File[i].Name, rezip(t, z, func(k int) []string {
			if k == i {
				return []string{z.File[k].Name, z.File[k].Name}
			}
			return []string{z.File[k].Name}
		}, zip.Store), key)
	}
	for _, name := range []string{"../x", "/etc/x", "a/../../x", "C:\\x", "extra.txt"} {
		named("added "+name, rezip(t, z, func(k int) []string {
			if k == 0 {
				return []string{name, z.File[k].Name}
			}
			return []string{z.File[k].Name}
		}, zip.Store), key)
	}
	named("compressed", rezip(t, z, func(k int) []string { return []string{z.File[k].Name} }, zip.Deflate), key)
}

// rezip writes the files of a ZIP again under the names that are given for each.
func rezip(t *testing.T, z *zip.Reader, names func(k int) []string, method uint16) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for k, f := range z.File {
		for _, name := range names(k) {
			to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			from, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			var body bytes.Buffer
			if _, err := body.ReadFrom(from); err != nil {
				t.Fatal(err)
			}
			if _, err := to.Write(body.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
