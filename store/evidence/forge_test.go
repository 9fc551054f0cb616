package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
)

// honest makes a pack of three listings, each judged twice, and tells the key
// that signed it.
func honest(tb testing.TB) (pack []byte, public string) {
	tb.Helper()
	_, pack, public = kept(tb)
	return pack, public
}

// kept is honest with the store that the pack is of.
func kept(tb testing.TB) (s *store.Store, pack []byte, public string) {
	tb.Helper()
	s, err := store.Open(tb.Context(), filepath.Join(tb.TempDir(), "z.db"), store.Options{Migrate: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	ids := []string{"L-1", "L-2", "L-3"}
	for n, revision := range []string{"sha256:a", "sha256:b"} {
		err := s.Write(tb.Context(), func(tx *store.Tx) error { return screened(tx, ids, revision, n) })
		if err != nil {
			tb.Fatal(err)
		}
	}
	private, public, err := store.NewKey("zhunru")
	if err == nil {
		pack, err = Build(tb.Context(), s, Request{Scope: "merchant/M-1", Listings: ids, Actor: "cli", PrivateKey: private})
	}
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := Open(bytes.NewReader(pack), public); err != nil {
		tb.Fatal("the honest pack: ", err)
	}
	return s, pack, public
}

func screened(tx *store.Tx, ids []string, revision string, round int) error {
	if err := tx.SaveRevision(&dictionary.Dictionary{Revision: revision}); err != nil {
		return err
	}
	for _, id := range ids {
		l := screening.Listing{ID: id, Title: id + strings.Repeat("茶杯", round+1)}
		saved, err := tx.SaveListings([]screening.Listing{l})
		if err != nil {
			return err
		}
		outcome := []screening.Outcome{screening.OutcomeReview, screening.OutcomePass}[round]
		v := screening.Verdict{ID: id, Outcome: outcome, Revision: revision, Findings: []screening.Finding{}}
		j := store.Judged{Key: saved[0].Key, Version: saved[0].Version, Content: saved[0].Content, Verdict: v, Because: store.BecauseListing}
		j.Input = store.InputHash(j.Content, nil)
		hash, err := store.VerdictHash(&v)
		if err == nil {
			_, err = tx.SaveVerdicts(store.Judging{Revision: revision}, []store.Judged{j})
		}
		if err == nil {
			err = tx.Record(store.Entry{Actor: "key/a", Kind: store.EntryVerdict, Subject: id, Body: store.LeafData(id, j.Input, hash), Revision: revision})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A forgery is a pack taken apart by someone who knows its form.
type forgery struct {
	files []file // without manifest and seal
	m     manifest
	s     seal
}

func apart(tb testing.TB, pack []byte) *forgery {
	tb.Helper()
	files, err := unzip(pack)
	if err != nil {
		tb.Fatal(err)
	}
	f := &forgery{files: slices.Clone(files[:len(files)-2])}
	if err := errors.Join(json.Unmarshal(files[len(files)-2].body, &f.m), json.Unmarshal(files[len(files)-1].body, &f.s)); err != nil {
		tb.Fatal(err)
	}
	return f
}

// sealed puts a pack together, as deep as the forger goes: 0 leaves the manifest
// as it was, 1 writes it anew, 2 the export's entry and every entry's hash, too.
func (f *forgery) sealed(tb testing.TB, depth int) []byte {
	tb.Helper()
	if depth > 0 {
		f.m.Files = nil
		for _, x := range f.files {
			sum := sha256.Sum256(x.body)
			f.m.Files = append(f.m.Files, manifestFile{x.name, len(x.body), hex.EncodeToString(sum[:])})
		}
	}
	m, err := json.MarshalIndent(f.m, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	if depth > 1 {
		f.s.Export.Bytes = int64(len(m))
		x := f.s.Export.export(f.m.Scope, sha256.Sum256(m))
		for i := range f.s.Entries {
			if e := &f.s.Entries[i]; e.Seq == f.s.Export.Seq {
				d := x.Digest()
				e.Payload = hex.EncodeToString(d[:])
			}
			f.rehash(&f.s.Entries[i])
		}
	}
	s, err := json.MarshalIndent(f.s, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	out, err := zipped(append(slices.Clone(f.files), file{fileManifest, m}, file{fileSeal, s}))
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func (f *forgery) rehash(x *sealEntry) {
	e := store.Entry{Seq: x.Seq, At: x.At, Actor: x.Actor, Kind: store.EntryKind(x.Kind), Subject: x.Subject, Revision: x.Revision}
	e.Payload, _ = unhex(x.Payload)
	e.Prev, _ = unhex(x.Prev)
	d := e.Digest()
	x.Hash = hex.EncodeToString(d[:])
}

// resign has the head signed by a key of the forger, over another root.
func (f *forgery) resign(tb testing.TB, root store.Hash) {
	tb.Helper()
	private, public, err := store.NewKey("zhunru")
	if err != nil {
		tb.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		tb.Fatal(err)
	}
	text, _, _ := strings.Cut(f.s.Note, "\n\n")
	was, _ := unhex(f.s.Root)
	text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString(was[:]), base64.StdEncoding.EncodeToString(root[:]))
	text = strings.ReplaceAll(text, f.s.Root, hex.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
	if err != nil {
		tb.Fatal(err)
	}
	f.s.Note, f.s.Root, f.s.PublicKey = string(signed), hex.EncodeToString(root[:]), public
}

// edit changes one byte of a file, or swaps what stands in verdicts.jsonl.
func (f *forgery) edit(rng *rand.Rand, name, old, with string) {
	for i := range f.files {
		x := &f.files[i]
		switch {
		case name == "" && len(x.body) > 0 && (i == len(f.files)-1 || rng.IntN(len(f.files)) == 0):
			x.body = bytes.Clone(x.body)
			x.body[rng.IntN(len(x.body))] ^= byte(1 + rng.IntN(255))
			return
		case name == x.name:
			x.body = bytes.Replace(x.body, []byte(old), []byte(with), 1)
		}
	}
}

// forgeries are what a forger may try, each with the codes that may name it.
func forgeries() []struct {
	name string
	do   func(testing.TB, *rand.Rand, *forgery) []byte
	want []string
} {
	type do = func(testing.TB, *rand.Rand, *forgery) []byte
	byteAt := func(depth int) do {
		return func(tb testing.TB, rng *rand.Rand, f *forgery) []byte {
			f.edit(rng, "", "", "")
			return f.sealed(tb, depth)
		}
	}
	swap := func(name, old, with string, depth int) do {
		return func(tb testing.TB, rng *rand.Rand, f *forgery) []byte {
			f.edit(rng, name, old, with)
			return f.sealed(tb, depth)
		}
	}
	entries := func(change func(*rand.Rand, *forgery)) do {
		return func(tb testing.TB, rng *rand.Rand, f *forgery) []byte { change(rng, f); return f.sealed(tb, 0) }
	}
	return []struct {
		name string
		do   do
		want []string
	}{
		{"ByteOfAFile", byteAt(0), []string{FileAltered}},
		{"ByteAndManifest", byteAt(1), []string{SealAltered}},
		{"ByteManifestAndEntries", byteAt(2), []string{EntryAltered}},
		{"RevisionSwapped", swap(fileVerdicts, `"sha256:a"`, `"sha256:b"`, 1), []string{SealAltered}},
		{"RevisionSwappedAndEntries", swap(fileVerdicts, `"sha256:a"`, `"sha256:b"`, 2), []string{EntryAltered}},
		{"OutcomeSoftened", swap(fileVerdicts, `"review"`, `"pass"`, 2), []string{EntryAltered}},
		{"EntryDropped", entries(func(rng *rand.Rand, f *forgery) {
			i := rng.IntN(len(f.s.Entries))
			f.s.Entries = slices.Delete(f.s.Entries, i, i+1)
		}), []string{EntryMissing}},
		{"EntriesTruncated", entries(func(rng *rand.Rand, f *forgery) { f.s.Entries = f.s.Entries[:rng.IntN(len(f.s.Entries))] }), []string{EntryMissing}},
		{"EntriesReordered", entries(func(rng *rand.Rand, f *forgery) {
			i := 1 + rng.IntN(len(f.s.Entries)-1)
			f.s.Entries[i-1], f.s.Entries[i] = f.s.Entries[i], f.s.Entries[i-1]
		}), []string{EntryAltered}},
		{"EntryTwice", entries(func(_ *rand.Rand, f *forgery) { f.s.Entries = append(f.s.Entries[:1:1], f.s.Entries...) }), []string{EntryAltered}},
		{"ActorOfAnEntry", entries(func(rng *rand.Rand, f *forgery) {
			e := &f.s.Entries[rng.IntN(len(f.s.Entries))]
			e.Actor = "other"
			f.rehash(e)
		}), []string{EntryAltered}},
		{"TimeWrittenOtherwise", entries(func(rng *rand.Rand, f *forgery) {
			e := &f.s.Entries[rng.IntN(len(f.s.Entries))]
			e.At = e.At.Add(time.Nanosecond)
		}), []string{EntryAltered}},
		{"TimeOfTheHead", entries(func(_ *rand.Rand, f *forgery) { f.s.SignedAt = f.s.SignedAt.Add(time.Nanosecond) }), []string{HeadForged}},
		{"SizeOfTheHead", entries(func(_ *rand.Rand, f *forgery) { f.s.Size-- }), []string{HeadForged}},
		{"RootChanged", entries(func(_ *rand.Rand, f *forgery) { f.s.Root = strings.Repeat("0", 64) }), []string{HeadForged}},
		{"HeadOfAnotherKey", func(tb testing.TB, _ *rand.Rand, f *forgery) []byte {
			root, _ := unhex(f.s.Root)
			f.resign(tb, root)
			return f.sealed(tb, 0)
		}, []string{HeadForged}},
		{"SignedByAnotherKey", func(tb testing.TB, _ *rand.Rand, f *forgery) []byte {
			root, _ := unhex(f.s.Root)
			public := f.s.PublicKey
			f.resign(tb, root)
			f.s.PublicKey = public
			return f.sealed(tb, 0)
		}, []string{HeadForged}},
		{"AllOfItAnew", func(tb testing.TB, rng *rand.Rand, f *forgery) []byte {
			f.edit(rng, fileVerdicts, `"review"`, `"pass"`)
			f.sealed(tb, 2)
			f.resign(tb, anew(f))
			return f.sealed(tb, 2)
		}, []string{HeadForged}},
	}
}

// anew cuts the ledger down to one entry and returns the root over it.
func anew(f *forgery) store.Hash {
	var t store.Tree
	h, _ := unhex(f.s.Entries[0].Hash)
	t.AddHash(sha256.Sum256(append([]byte{0}, h[:]...)))
	return t.Root()
}

// TestForgeriesAreNamed tries each forgery in many random ways.
func TestForgeriesAreNamed(t *testing.T) {
	t.Parallel()
	pack, public := honest(t)
	for _, test := range forgeries() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(6, uint64(len(test.name))))
			for range 40 {
				forged := test.do(t, rng, apart(t, pack))
				if bytes.Equal(forged, pack) {
					t.Fatal("nothing was forged")
				}
				_, err := Open(bytes.NewReader(forged), public)
				found := (*Fault)(nil)
				if !errors.As(err, &found) || !slices.Contains(test.want, found.Code) || found.Where == "" || found.Why == "" {
					t.Fatalf("%v, want %v", err, test.want)
				}
			}
		})
	}
}

// TestAGenuineEntryThatNothingNeedsIsNamed adds an entry with its proof.
func TestAGenuineEntryThatNothingNeedsIsNamed(t *testing.T) {
	t.Parallel()
	s, _, _ := kept(t)
	private, public, err := store.NewKey("zhunru")
	if err != nil {
		t.Fatal(err)
	}
	pack, err := Build(t.Context(), s, Request{Scope: "listing/L-1", Listings: []string{"L-1"}, Actor: "cli", PrivateKey: private})
	if err != nil {
		t.Fatal(err)
	}
	f := apart(t, pack)
	more, err := s.ProveEntries(t.Context(), []int64{2}, f.s.Size)
	if err != nil {
		t.Fatal(err)
	}
	e := &more[0]
	f.s.Entries = slices.Insert(f.s.Entries, 1, sealEntry{
		e.Seq, e.At, e.Actor, string(e.Kind), e.Subject, hex.EncodeToString(e.Payload[:]), e.Revision, hex.EncodeToString(e.Prev[:]), hex.EncodeToString(e.Hash[:]), hexes(e.Hashes),
	})
	_, err = Open(bytes.NewReader(f.sealed(t, 0)), public)
	found := (*Fault)(nil)
	if !errors.As(err, &found) || found.Code != EntryAdded {
		t.Errorf("%v", err)
	}
}

// FuzzOpen holds that a pack opens only as it was made, whatever else comes.
func FuzzOpen(f *testing.F) {
	pack, public := honest(f)
	f.Add(uint(0), byte(1), uint(0))
	f.Add(uint(len(pack)-1), byte(255), uint(3))
	f.Fuzz(func(t *testing.T, at uint, with byte, cut uint) {
		changed := bytes.Clone(pack)
		changed[at%uint(len(changed))] ^= with
		changed = changed[:len(changed)-int(cut%uint(len(changed)))]
		_, err := Open(bytes.NewReader(changed), public)
		found := (*Fault)(nil)
		if same := bytes.Equal(changed, pack); same != (err == nil) || !same && !errors.As(err, &found) {
			t.Errorf("byte %d ^ %d, %d cut off: %v", at, with, cut, err)
		}
	})
}
