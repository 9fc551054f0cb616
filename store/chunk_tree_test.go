package store_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"zhunru/screening"
	"zhunru/store"
)

// TestPackedTreesProveTheirKeptLeaves packs trees of many sizes with any leaves
// kept: the root is that of the whole tree, and each kept leaf is proved.
func TestPackedTreesProveTheirKeptLeaves(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		leaves := make([]store.Leaf, n)
		var whole store.Tree
		for i := range leaves {
			content := sha256.Sum256(fmt.Append(nil, i))
			leaves[i] = store.Leaf{Key: store.Key(i * 3), ID: strconv.Itoa(i), Version: int64(i%4 + 1), Content: content, Input: content, Verdict: barePass(t), Kept: rng.IntN(3) == 0}
			if i%5 == 0 {
				leaves[i].Input, leaves[i].Verdict = store.Hash{byte(i)}, store.Hash{1}
			}
			whole.Add(store.LeafData(leaves[i].ID, leaves[i].Input, leaves[i].Verdict))
		}
		packed, root := store.PackLeaves(leaves)
		if root != whole.Root() {
			t.Fatalf("%d leaves: another root", n)
		}
		tree, err := store.UnpackTree(packed)
		if err != nil || tree.Leaves != n {
			t.Fatalf("%d leaves: %v", n, err)
		}
		data := func(k int) []byte {
			l := &leaves[tree.Kept[k].Index]
			return store.LeafData(l.ID, l.Input, l.Verdict)
		}
		if tree.Resolve(data) != root {
			t.Fatalf("%d leaves: the packed tree has another root", n)
		}
		for k, p := range tree.Kept {
			l := &leaves[p.Index]
			if !l.Kept || p.Key != l.Key || p.Version != l.Version || p.Verdict != l.Verdict || (p.Input == nil) != (l.Input == l.Content) {
				t.Errorf("%d leaves: %+v for %+v", n, p, l)
			}
			if !store.CheckLeaf(data(k), int64(p.Index), int64(n), root, tree.Proof(p.Index)) {
				t.Errorf("%d leaves: leaf %d is not proved", n, p.Index)
			}
		}
	}
}

func barePass(t *testing.T) store.Hash {
	t.Helper()
	h, err := store.VerdictHash(&screening.Verdict{Outcome: screening.OutcomePass, Findings: []screening.Finding{}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// FuzzUnpackTree reads anything without a panic.
func FuzzUnpackTree(f *testing.F) {
	packed, _ := store.PackLeaves([]store.Leaf{{Key: 1, ID: "a", Version: 1, Kept: true}, {Key: 2, ID: "b"}, {Key: 3, ID: "c", Version: 2, Kept: true}})
	f.Add(packed)
	f.Add([]byte{255, 255, 255, 7, 1, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		tree, err := store.UnpackTree(b)
		if err != nil {
			return
		}
		tree.Resolve(func(int) []byte { return nil })
		for _, k := range tree.Kept {
			tree.Proof(k.Index)
		}
	})
}
