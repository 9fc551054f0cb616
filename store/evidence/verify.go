package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/store"
)

// The codes of a Fault.
const (
	PackFormat   = "PACK_FORMAT"   // it is no pack, or a file in it is not as it would be written
	PackHostile  = "PACK_HOSTILE"  // a name, size or form that no pack has
	FileAltered  = "FILE_ALTERED"  // a file is not the one in the manifest
	FileMissing  = "FILE_MISSING"  // a file of the manifest is not there
	FileAdded    = "FILE_ADDED"    // a file is not in the manifest
	SealAltered  = "SEAL_ALTERED"  // the entry of the export does not stand for the manifest
	HeadForged   = "HEAD_FORGED"   // the tree head is not signed by the key
	EntryAltered = "ENTRY_ALTERED" // an entry does not give its hash, or is not under the head
	EntryMissing = "ENTRY_MISSING" // an entry that a verdict needs is not there
	EntryAdded   = "ENTRY_ADDED"   // an entry is there that nothing in the pack needs
	RecordBroken = "RECORD_ALTERED"
)

// A Fault is the first thing of a pack that does not fit: in which file, or of
// which listing or entry.
type Fault struct {
	Where string
	Code  string
	Why   string
}

// Error says all of it in Chinese.
func (f *Fault) Error() string { return f.Where + "：" + f.Why + "（" + f.Code + "）" }

func fault(where, code, format string, args ...any) error {
	return &Fault{where, code, fmt.Sprintf(format, args...)}
}

// A Pack is a pack that was verified.
type Pack struct {
	Scope     string
	Verdicts  int
	Decisions int // entries about merchants and documents
	Masked    int // of these, whose content is not in the pack
	Entries   int
	Size      int64 // of the ledger when it was signed
	PublicKey string

	listings  map[string]screening.Listing // by id and version
	verdicts  []verdictLine
	decisions []decisionLine
	rules     map[string]*dictionary.Dictionary
	seal      seal
	entries   map[int64]store.Entry
}

// Open verifies a pack without the database. The error is a *Fault that names
// the first thing that does not fit. publicKey is the one kept elsewhere; with
// "" the pack's own is believed, which proves only that it is whole. It reads at
// most MaxPack bytes.
func Open(r io.Reader, publicKey string) (*Pack, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxPack+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxPack {
		return nil, fault("证据包", PackHostile, "超过 %d MB，不是本程序做的证据包", MaxPack>>20)
	}
	files, err := unzip(raw)
	if err != nil {
		return nil, err
	}
	p := &Pack{listings: map[string]screening.Listing{}, rules: map[string]*dictionary.Dictionary{}, entries: map[int64]store.Entry{}}
	m, err := checkFiles(files)
	if err != nil {
		return nil, err
	}
	p.Scope = m.Scope
	body := map[string][]byte{}
	for _, f := range files {
		body[f.name] = f.body
	}
	if err := p.checkSeal(body[fileSeal], body[fileManifest], publicKey); err != nil {
		return nil, err
	}
	if err := p.read(files); err != nil {
		return nil, err
	}
	if err := p.checkVerdicts(); err != nil {
		return nil, err
	}
	if err := p.checkDecisions(); err != nil {
		return nil, err
	}
	return p, p.checkNeeded()
}

// unzip takes the files out of a ZIP that must be, byte for byte, the one that
// they would be written as: nothing is compressed, doubled, hidden or elsewhere.
func unzip(raw []byte) ([]file, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, fault("证据包", PackFormat, "不是 ZIP 文件或已损坏，请重新取得原件")
	}
	if len(z.File) > maxFiles {
		return nil, fault("证据包", PackHostile, "有 %d 个文件，最多 %d 个", len(z.File), maxFiles)
	}
	files := make([]file, 0, len(z.File))
	seen := map[string]bool{}
	for _, f := range z.File {
		switch {
		case f.Name != path.Clean(f.Name) || strings.HasPrefix(f.Name, "/") || strings.HasPrefix(f.Name, "..") || strings.ContainsAny(f.Name, "\\\x00:"):
			return nil, fault(fmt.Sprintf("%q", f.Name), PackHostile, "文件名指向包外，请勿解压")
		case seen[f.Name]:
			return nil, fault(fmt.Sprintf("%q", f.Name), PackHostile, "同名文件出现两次")
		case f.Method != zip.Store || f.UncompressedSize64 > uint64(len(raw)) || f.UncompressedSize64 != f.CompressedSize64:
			return nil, fault(fmt.Sprintf("%q", f.Name), PackHostile, "被压缩过或大小不实，证据包里的文件都不压缩")
		}
		seen[f.Name] = true
		in, err := f.Open()
		if err != nil {
			return nil, fault(fmt.Sprintf("%q", f.Name), PackFormat, "读不出来，请重新取得原件")
		}
		body, err := io.ReadAll(io.LimitReader(in, int64(len(raw))))
		if err != nil {
			return nil, fault(fmt.Sprintf("%q", f.Name), FileAltered, "内容与 ZIP 里的校验和不符，被改动过")
		}
		files = append(files, file{f.Name, body})
	}
	again, err := zipped(files)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, raw) {
		return nil, fault("证据包", PackFormat, "ZIP 的结构被改动过（文件之外的字节、时间或说明），请重新取得原件")
	}
	return files, nil
}

func checkFiles(files []file) (*manifest, error) {
	if len(files) < 2 || files[len(files)-2].name != fileManifest || files[len(files)-1].name != fileSeal {
		return nil, fault("证据包", PackFormat, "末尾应是 %s 和 %s，文件被删去、增加或调换", fileManifest, fileSeal)
	}
	m := &manifest{}
	if err := strict(files[len(files)-2].body, m, true); err != nil || m.Format != Format {
		return nil, fault(fileManifest, PackFormat, "读不懂或写法被改动过")
	}
	rest := files[:len(files)-2]
	for i, want := range m.Files {
		if i >= len(rest) || rest[i].name > want.Name {
			return nil, fault(want.Name, FileMissing, "清单里有，包里没有")
		}
		if rest[i].name < want.Name {
			return nil, fault(rest[i].name, FileAdded, "清单里没有这个文件")
		}
		sum := sha256.Sum256(rest[i].body)
		if hex.EncodeToString(sum[:]) != want.SHA256 || len(rest[i].body) != want.Bytes {
			return nil, fault(want.Name, FileAltered, "内容与清单里的 SHA-256 不符，被改动过")
		}
	}
	if len(rest) > len(m.Files) {
		return nil, fault(rest[len(m.Files)].name, FileAdded, "清单里没有这个文件")
	}
	return m, nil
}

// strict reads JSON that must be exactly as it would be written.
func strict(b []byte, into any, indent bool) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	again, err := json.Marshal(into)
	if indent {
		again, err = json.MarshalIndent(into, "", " ")
	}
	if err == nil && !bytes.Equal(again, b) {
		err = errors.New("写法被改动过")
	}
	return err
}

// checkSeal judges the head, the entries and the export.
func (p *Pack) checkSeal(body, manifestBody []byte, publicKey string) error {
	s := &p.seal
	if err := strict(body, s, true); err != nil {
		return fault(fileSeal, PackFormat, "读不懂或写法被改动过")
	}
	root, err := unhex(s.Root)
	if err != nil {
		return fault(fileSeal, PackFormat, "树根%v", err)
	}
	if publicKey != "" && publicKey != s.PublicKey {
		return fault(fileSeal, HeadForged, "包里的公钥与给出的不同，树头不是由那个密钥签的")
	}
	head := store.TreeHead{Size: s.Size, Root: root, SignedAt: s.SignedAt, Note: s.Note}
	if !head.Signed(s.PublicKey) {
		return fault(fileSeal, HeadForged, "树头的签名与公钥不符，树头或公钥被改动过")
	}
	if !exact(s.SignedAt) {
		return fault(fileSeal, HeadForged, "签名时间的写法被改动过")
	}
	for i := range s.Entries {
		if i > 0 && s.Entries[i].Seq <= s.Entries[i-1].Seq {
			return fault(fmt.Sprintf("台账第 %d 条", s.Entries[i].Seq), EntryAltered, "出现两次或次序被调换")
		}
		if err := p.checkEntry(&s.Entries[i], root); err != nil {
			return err
		}
	}
	x := s.Export.export(p.Scope, sha256.Sum256(manifestBody))
	e, has := p.entries[s.Export.Seq]
	switch {
	case !has:
		return fault(fileSeal, EntryMissing, "缺少本次导出的台账条目")
	case e.Kind != store.EntryExport || e.Payload != x.Digest() || e.Subject != x.Subject() || e.Actor != s.Export.Actor:
		return fault(fileManifest, SealAltered, "与台账第 %d 条所记的导出不符，清单被改动过", e.Seq)
	}
	p.Entries, p.Size, p.PublicKey = len(p.entries), s.Size, s.PublicKey
	return nil
}

func (p *Pack) checkEntry(x *sealEntry, root store.Hash) error {
	where := fmt.Sprintf("台账第 %d 条", x.Seq)
	e := store.Entry{Seq: x.Seq, At: x.At, Actor: x.Actor, Kind: store.EntryKind(x.Kind), Subject: x.Subject, Revision: x.Revision}
	var errs [4]error
	var proof []store.Hash
	e.Payload, errs[0] = unhex(x.Payload)
	e.Prev, errs[1] = unhex(x.Prev)
	e.Hash, errs[2] = unhex(x.Hash)
	proof, errs[3] = unhexes(x.Proof)
	for _, err := range errs {
		if err != nil {
			return fault(where, EntryAltered, "%v", err)
		}
	}
	if e.Digest() != e.Hash || !exact(e.At) {
		return fault(where, EntryAltered, "内容与其哈希不符，被改动过")
	}
	if !store.CheckLeaf(e.Hash[:], e.Seq-1, p.seal.Size, root, proof) {
		return fault(where, EntryAltered, "不在签名的树头之下，被替换过")
	}
	p.entries[e.Seq] = e
	return nil
}
