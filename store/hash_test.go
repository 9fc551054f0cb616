package store_test

import (
	"encoding/binary"
	"strconv"
	"strings"
	"testing"

	"zhunru/screening"
	"zhunru/store"
)

// TestContentHashParts shows that every part counts and that no text can move
// from one part to the next unnoticed.
func TestContentHashParts(t *testing.T) {
	t.Parallel()
	seen := map[store.Hash]string{}
	for name, l := range map[string]screening.Listing{
		"empty": {}, "title": {Title: "ab"}, "description": {Description: "ab"}, "category": {Category: "ab"}, "brand": {Brand: "ab"},
		"merchant": {MerchantID: "ab"}, "split": {Title: "a", Description: "b"}, "attribute": {Attributes: map[string]string{"ab": ""}},
		"attribute value": {Attributes: map[string]string{"a": "b"}}, "two": {Attributes: map[string]string{"a": "", "b": ""}},
	} {
		h := store.ContentHash(&l)
		if other, ok := seen[h]; ok {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[h] = name
		l.ID = "other"
		if store.ContentHash(&l) != h {
			t.Errorf("%s: the id counts", name)
		}
	}
}

func TestInputHashDependsOnWhatIsHeldOnly(t *testing.T) {
	t.Parallel()
	c := store.Hash{1}
	if store.InputHash(c, nil) != c {
		t.Error("nothing held is not the content's hash")
	}
	a, b := store.InputHash(c, []string{"x", "y"}), store.InputHash(c, []string{"xy"})
	if a == c || a == b || a != store.InputHash(c, []string{"y", "x"}) {
		t.Error("what is held does not count as it should")
	}
}

func TestLeafHashIsThatOfLeafData(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "L-1", strings.Repeat("长", 200)} {
		var one, other store.Tree
		one.Add(store.LeafData(id, store.Hash{1}, store.Hash{2}))
		other.AddHash(store.LeafHash(id, store.Hash{1}, store.Hash{2}))
		if one.Root() != other.Root() {
			t.Errorf("%q: the roots differ", id)
		}
	}
}

func TestTreeProvesEveryLeaf(t *testing.T) {
	t.Parallel()
	for size := 1; size <= 33; size++ {
		var tree store.Tree
		leaves := make([][]byte, size)
		for i := range leaves {
			leaves[i] = store.LeafData(strconv.Itoa(i), store.Hash{byte(i)}, store.Hash{})
			tree.Add(leaves[i])
		}
		for i := range leaves {
			proof, err := store.ProveLeaf(leaves, i)
			if err != nil {
				t.Fatal(err)
			}
			if !store.CheckLeaf(leaves[i], int64(i), int64(size), tree.Root(), proof) {
				t.Errorf("size %d: leaf %d is not proved", size, i)
			}
			if store.CheckLeaf(append([]byte("x"), leaves[i]...), int64(i), int64(size), tree.Root(), proof) {
				t.Errorf("size %d: another leaf is proved at %d", size, i)
			}
		}
	}
}

// FuzzEntryDigest shows that no two entries that differ have one digest, however
// their texts are cut.
func FuzzEntryDigest(f *testing.F) {
	f.Add("a", "bc", "ab", "c", int64(1), int64(1))
	f.Add("", "", "\x00", "", int64(0), int64(-1))
	f.Fuzz(func(t *testing.T, actor1, subject1, actor2, subject2 string, seq1, seq2 int64) {
		a := store.Entry{Seq: seq1, Actor: actor1, Kind: store.EntryVerdict, Subject: subject1}
		b := store.Entry{Seq: seq2, Actor: actor2, Kind: store.EntryVerdict, Subject: subject2}
		same := seq1 == seq2 && actor1 == actor2 && subject1 == subject2
		if (a.Digest() == b.Digest()) != same {
			t.Errorf("%+v and %+v", a, b)
		}
	})
}

// FuzzContentHash shows the same for listings.
func FuzzContentHash(f *testing.F) {
	f.Add("a", "bc", "ab", "c")
	f.Add("a\x00\x00\x00\x00\x00\x00\x00\x01b", "", "a", string(binary.BigEndian.AppendUint64(nil, 1))+"b")
	f.Fuzz(func(t *testing.T, title1, text1, title2, text2 string) {
		a, b := screening.Listing{Title: title1, Description: text1}, screening.Listing{Title: title2, Description: text2}
		if (store.ContentHash(&a) == store.ContentHash(&b)) != (title1 == title2 && text1 == text2) {
			t.Errorf("%+v and %+v", a, b)
		}
	})
}
