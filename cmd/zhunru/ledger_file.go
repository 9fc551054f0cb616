package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"zhunru/store"
)

// ledgerFormat names the form of an export: a line for the signed head, and one
// for each entry.
const ledgerFormat = "zhunru-ledger-export-v1"

// maxLedgerLine bounds a line of an export, in bytes.
const maxLedgerLine = 1 << 20

type ledgerHeader struct {
	Format    string       `json:"format"`
	PublicKey string       `json:"public_key"`
	Heads     []ledgerHead `json:"heads"`
}

type ledgerHead struct {
	Size     int64     `json:"size"`
	Root     string    `json:"root"`
	SignedAt time.Time `json:"signed_at"`
	Note     string    `json:"note"`
}

type ledgerLine struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"`
	Payload  string    `json:"payload"`
	Revision string    `json:"revision"`
	Prev     string    `json:"prev"`
	Hash     string    `json:"hash"`
}

// export signs the ledger and writes all entries that the head covers.
func (f *ledgerFlags) export(c *cobra.Command) error {
	if f.output == "" {
		return usagef("请用 -o 给出要写的文件")
	}
	return f.with(c, func(ctx context.Context, s *store.Store) (err error) {
		if err := signLedger(ctx, s, f.database.db); err != nil {
			return err
		}
		public, err := publicLedgerKey(f.database.db)
		if err != nil {
			return err
		}
		file, err := os.OpenFile(f.output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("不能新建 %s，导出不覆盖文件：%w", f.output, err)
		}
		n, err := writeLedger(ctx, s, public, file)
		if err = errors.Join(err, file.Close()); err == nil {
			fmt.Fprintf(c.OutOrStdout(), "已导出 %d 条到 %s\n", n, f.output)
		}
		return err
	})
}

func writeLedger(ctx context.Context, s *store.Store, public string, to io.Writer) (int64, error) {
	heads, err := s.TreeHeads(ctx)
	if err != nil {
		return 0, err
	}
	header := ledgerHeader{Format: ledgerFormat, PublicKey: public, Heads: []ledgerHead{}}
	var size int64
	for _, h := range heads {
		header.Heads = append(header.Heads, ledgerHead{h.Size, hex.EncodeToString(h.Root[:]), h.SignedAt, h.Note})
		size = h.Size
	}
	out := bufio.NewWriter(to)
	enc := json.NewEncoder(out)
	if err := enc.Encode(header); err != nil {
		return 0, err
	}
	for n := int64(0); n < size; {
		page, err := s.Ledger(ctx, n, int(min(size-n, store.MaxBatch)))
		if err != nil || len(page) == 0 {
			return n, errors.Join(err, out.Flush())
		}
		for i := range page {
			e := &page[i]
			line := ledgerLine{
				e.Seq, e.At, e.Actor, string(e.Kind), e.Subject, hex.EncodeToString(e.Payload[:]), e.Revision,
				hex.EncodeToString(e.Prev[:]), hex.EncodeToString(e.Hash[:]),
			}
			if err := enc.Encode(line); err != nil {
				return n, err
			}
			n = e.Seq
		}
	}
	return size, out.Flush()
}

// verifyFile verifies an export without a database.
func (f *ledgerFlags) verifyFile(c *cobra.Command, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	if magic := make([]byte, 2); isZip(file, magic) {
		return f.verifyPack(c, file)
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLedgerLine)
	var header ledgerHeader
	if !lines.Scan() || strictLine(lines.Bytes(), &header) != nil || header.Format != ledgerFormat || len(header.Heads) == 0 {
		return fmt.Errorf("%s 第 1 行不是 %s 的文件头，请用 zhunru ledger export 导出（LEDGER_FILE_FORMAT）", path, ledgerFormat)
	}
	key := f.key
	if key == "" {
		key = header.PublicKey
		fmt.Fprintln(c.ErrOrStderr(), "注意：公钥取自文件本身，只能说明文件前后一致；请用 --key 给出机外留存的公钥。")
	}
	heads := make([]store.TreeHead, len(header.Heads))
	for i, h := range header.Heads {
		heads[i] = store.TreeHead{Size: h.Size, SignedAt: h.SignedAt, Note: h.Note}
		if err := unhex(&heads[i].Root, h.Root); err != nil {
			return fmt.Errorf("%s 第 1 行：树根 %w", path, err)
		}
	}
	n := 1
	r, err := store.VerifyEntries(heads, heads[len(heads)-1].Size, key, func() (store.Entry, error) {
		if !lines.Scan() {
			return store.Entry{}, errors.Join(lines.Err(), io.EOF)
		}
		n++
		e, err := parseEntry(lines.Bytes())
		if err != nil {
			return e, fmt.Errorf("%s 第 %d 行不是台账条目，被改动过，请重新导出或与原件核对（LEDGER_FILE_FORMAT）：%w", path, n, err)
		}
		return e, nil
	})
	if err == nil {
		err = lines.Err()
	}
	if err != nil {
		return err
	}
	if key != header.PublicKey {
		r.Total++
		r.Faults = append(r.Faults, store.LedgerFault{Code: store.HeadForged, Why: "文件所写的公钥与 --key 给出的不同，文件不是由那个密钥的主人导出的"})
	}
	return f.show(c, &r)
}

// isZip reports whether a file begins as ZIP files do.
func isZip(file *os.File, magic []byte) bool {
	_, err := file.ReadAt(magic, 0)
	return err == nil && string(magic) == "PK"
}

func parseEntry(line []byte) (store.Entry, error) {
	var l ledgerLine
	if err := strictLine(line, &l); err != nil {
		return store.Entry{}, err
	}
	e := store.Entry{Seq: l.Seq, At: l.At, Actor: l.Actor, Kind: store.EntryKind(l.Kind), Subject: l.Subject, Revision: l.Revision}
	return e, errors.Join(unhex(&e.Payload, l.Payload), unhex(&e.Prev, l.Prev), unhex(&e.Hash, l.Hash))
}

// strictLine reads a line that must be exactly as it would be written.
func strictLine(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	again, err := json.Marshal(into)
	if err == nil && !bytes.Equal(again, line) {
		err = errors.New("写法与导出的不同")
	}
	return err
}

func unhex(h *store.Hash, s string) error {
	b, err := hex.DecodeString(s)
	if err == nil && len(b) != len(h) {
		err = errors.New("哈希长度不是 32 字节")
	}
	copy(h[:], b)
	return err
}
