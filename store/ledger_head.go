package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"zhunru/screening"
)

// A TreeHead is the root of the Merkle tree over the first Size entries of the
// ledger, signed. Its leaves are the entries' hashes. Kept outside the machine,
// it shows later that none of those entries was changed.
type TreeHead struct {
	Size     int64
	Root     Hash
	SignedAt time.Time
	Note     string // a signed note (golang.org/x/mod/sumdb/note) of treeText
}

type ledgerNodeRow struct {
	Idx  int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash []byte
}

func (ledgerNodeRow) TableName() string { return "ledger_nodes" }

type treeHeadRow struct {
	Size     int64 `gorm:"primaryKey;autoIncrement:false"`
	Root     []byte
	SignedAt int64
	Note     string
}

func (treeHeadRow) TableName() string { return "tree_heads" }

// treeText is what is signed: the name of the form, the size, the root in base64
// and the time, a line each.
func treeText(size int64, root Hash, at time.Time) string {
	return fmt.Sprintf("zhunru-tree-v1\n%d\n%s\n%s\n", size, base64.StdEncoding.EncodeToString(root[:]), at.UTC().Format(time.RFC3339Nano))
}

// NewKey makes a pair of keys for tree heads, in the form of
// golang.org/x/mod/sumdb/note; name says whose they are and has no space or +.
func NewKey(name string) (private, public string, err error) {
	private, public, err = note.GenerateKey(nil, name)
	if err != nil {
		return "", "", &Error{Code: CodeBadKey, Why: "密钥名称为空或含有空格、加号，请换一个名称", Err: err}
	}
	return private, public, nil
}

// SignTreeHead signs the ledger as it is with a private key and keeps the head
// and the tree's hashes. A ledger that did not grow since the last head, or is
// empty, returns screening.ErrConflict. It takes time in proportion to the
// entries since.
func (s *Store) SignTreeHead(ctx context.Context, privateKey string) (TreeHead, error) {
	signer, err := note.NewSigner(privateKey)
	if err != nil {
		// The cause is left out: it may repeat the key.
		return TreeHead{}, &Error{Code: CodeBadKey, Why: "签名密钥无效，请检查环境变量里的密钥是否完整"}
	}
	var head TreeHead
	err = s.Write(ctx, func(tx *Tx) error {
		size, last, err := tx.ledgerHead()
		if err != nil {
			return err
		}
		var done int64
		if err := tx.each("SELECT COALESCE(MAX(size), 0) FROM tree_heads", nil, func(r *sql.Rows) error { return r.Scan(&done) }); err != nil {
			return err
		}
		if size <= done {
			return fmt.Errorf("no entry since the head of %d: %w", done, screening.ErrConflict)
		}
		head = TreeHead{Size: size, SignedAt: fromMicros(tx.s.stamp())}
		if head.Root, err = tx.growTree(done, size, last); err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: treeText(size, head.Root, head.SignedAt)}, signer)
		if err != nil {
			return err
		}
		head.Note = string(signed)
		_, err = tx.exec("INSERT INTO tree_heads (size, root, signed_at, note) VALUES (?,?,?,?)", size, head.Root[:], micros(head.SignedAt), head.Note)
		return err
	})
	return head, wrap("sign tree head", err)
}

// growTree adds the hashes of the entries after done to the kept tree and returns
// its root. It signs nothing that is visibly damaged.
func (tx *Tx) growTree(done, size int64, last Hash) (Hash, error) {
	damaged := &Error{Code: CodeLedgerDamaged, Why: "台账前后不连续，未签名；请运行 zhunru ledger verify 查看是哪一条"}
	nodes := &nodeReader{tx: tx, base: tlog.StoredHashCount(done)}
	var prev Hash
	for n := done; n < size; {
		page, err := readLedger(tx.ctx, tx.sql, tx.s.engine, n, MaxBatch)
		if err != nil {
			return Hash{}, err
		}
		if len(page) == 0 {
			return Hash{}, damaged
		}
		for i := range page {
			e := &page[i]
			if e.Seq != n+1 || e.Hash != e.Digest() || n > done && e.Prev != prev {
				return Hash{}, damaged
			}
			hashes, err := tlog.StoredHashes(n, e.Hash[:], nodes)
			if err != nil {
				return Hash{}, err
			}
			nodes.fresh = append(nodes.fresh, hashes...)
			prev, n = e.Hash, n+1
		}
		if err := nodes.flush(n); err != nil {
			return Hash{}, err
		}
	}
	if prev != last {
		return Hash{}, damaged
	}
	root, err := tlog.TreeHash(size, nodes)
	return Hash(root), err
}

// A nodeReader reads the kept hashes of the tree and gathers new ones.
type nodeReader struct {
	tx    *Tx
	fresh []tlog.Hash // from the index base on
	base  int64
}

// ReadHashes returns hashes by index, as tlog wants them.
func (r *nodeReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if len(r.fresh) > 0 && x >= r.base {
			out[i] = r.fresh[x-r.base]
			continue
		}
		found := false
		err := r.tx.each("SELECT hash FROM ledger_nodes WHERE idx = ?", []any{x}, func(rows *sql.Rows) error {
			var h sql.RawBytes
			err := rows.Scan(&h)
			out[i], found = tlog.Hash(hashOr(h, nil)), true
			return err
		})
		if err == nil && !found {
			err = errors.New("a hash of the tree is missing")
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// flush keeps the new hashes of a tree that has grown to n entries.
func (r *nodeReader) flush(n int64) error {
	first := tlog.StoredHashCount(n) - int64(len(r.fresh))
	rows := make([]ledgerNodeRow, len(r.fresh))
	for i, h := range r.fresh {
		rows[i] = ledgerNodeRow{first + int64(i), bytes.Clone(h[:])}
	}
	r.fresh, r.base = r.fresh[:0], tlog.StoredHashCount(n)
	return insertAll(r.tx, "ledger_nodes (idx, hash)", 2, rows, func(args []any, n ledgerNodeRow) []any { return append(args, n.Idx, n.Hash) })
}

// TreeHeads returns all tree heads, the smallest first.
func (s *Store) TreeHeads(ctx context.Context) ([]TreeHead, error) {
	var rows []treeHeadRow
	err := s.read.WithContext(ctx).Order("size").Find(&rows).Error
	out := make([]TreeHead, len(rows))
	for i, r := range rows {
		out[i] = TreeHead{Size: r.Size, Root: hashOr(r.Root, nil), SignedAt: fromMicros(r.SignedAt), Note: r.Note}
	}
	return out, wrap("tree heads", err)
}

// check reports whether the head's note is signed by the key and says what the
// head says.
func (h *TreeHead) check(v note.Verifier) bool {
	n, err := note.Open([]byte(h.Note), note.VerifierList(v))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) > 0 {
		return false
	}
	// One signature has one spelling, or a byte could be changed unnoticed.
	if _, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64); err != nil {
		return false
	}
	return strings.TrimSpace(n.Text) == strings.TrimSpace(treeText(h.Size, h.Root, h.SignedAt))
}
