package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// A Request says what a pack is about and who asked.
type Request struct {
	Scope      string    // as it is shown: listing/L-1, merchant/M-1
	Listings   []string  // ids
	From       time.Time // only verdicts given from here on; zero: from the first
	Before     time.Time // and before; zero: to the last
	Files      []store.FileEntry
	Merchant   string // Files are told of this one only; "": of all
	Mask       string // store.MaskNone or, without the bodies of Files, MaskPersonal; "": none
	Actor      string
	PrivateKey string // signs the ledger

	Spec     json.RawMessage            // what was asked for, for the ledger; nil: the scope
	Export   *store.Export              // that is being made, for its key, version and times; nil: a new one, which is done with the entry; otherwise the caller saves it as done when its file is in its place
	Progress func(verdicts int64) error // told after each listing; its error ends the work; nil: nobody
}

func (r *Request) mask() string {
	if r.Mask == "" {
		return store.MaskNone
	}
	return r.Mask
}

// holds reports whether a verdict belongs to the pack.
func (r *Request) holds(v *store.StandingVerdict) bool {
	return (r.From.IsZero() || !v.ScreenedAt.Before(r.From)) && (r.Before.IsZero() || v.ScreenedAt.Before(r.Before))
}

// Build makes a pack and enters it in the ledger before it is returned. Nothing
// to tell of, a verdict that the ledger does not stand for, or a pack larger than
// MaxPack, is a *screening.InvalidError that says which.
func Build(ctx context.Context, s *store.Store, r Request) ([]byte, error) {
	b := builder{store: s, revisions: map[string]bool{}}
	for _, id := range r.Listings {
		err := b.listing(ctx, &r, id)
		if err == nil && r.Progress != nil {
			err = r.Progress(b.rows)
		}
		if err == nil && len(b.listings)+len(b.verdicts) > MaxPack/2 {
			err = errTooLarge()
		}
		if errors.Is(err, screening.ErrNotFound) {
			err = nothing(r.Scope)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := b.decisions(&r); err != nil {
		return nil, err
	}
	if b.rows == 0 && len(b.decided) == 0 {
		return nil, nothing(r.Scope)
	}
	if err := b.rules(ctx); err != nil {
		return nil, err
	}
	b.files = append(b.files, file{fileReadme, []byte(readme)}, file{fileListings, b.listings}, file{fileVerdicts, b.verdicts}, file{fileLaws, b.laws}, file{fileDecisions, b.decided})
	slices.SortFunc(b.files, func(x, y file) int { return compare(x.name, y.name) })
	m := manifest{Format: Format, Scope: r.Scope}
	size := 0
	for _, f := range b.files {
		sum := sha256.Sum256(f.body)
		m.Files = append(m.Files, manifestFile{f.name, len(f.body), hex.EncodeToString(sum[:])})
		size += len(f.body)
	}
	if size > MaxPack/2 {
		return nil, errTooLarge()
	}
	body, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	sealed, err := b.seal(ctx, &r, body)
	if err != nil {
		return nil, err
	}
	return zipped(append(b.files, file{fileManifest, body}, file{fileSeal, sealed}))
}

func errTooLarge() error {
	return &screening.InvalidError{Field: "scope", Reason: "证据包超过 128 MB，请缩小范围，分几个包导出"}
}

type builder struct {
	store                    *store.Store
	files                    []file
	listings, verdicts, laws []byte
	decided                  []byte
	rows                     int64
	revisions                map[string]bool
	entries                  []int64
	used                     map[string]bool
}

func appendLine(to []byte, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	return append(append(to, b...), '\n'), err
}

func (b *builder) listing(ctx context.Context, r *Request, id string) error {
	verdicts, err := b.store.StandingVerdicts(ctx, id)
	if err != nil {
		return err
	}
	verdicts = slices.DeleteFunc(verdicts, func(v store.StandingVerdict) bool { return !r.holds(&v) })
	if len(verdicts) == 0 {
		return nil
	}
	versions, err := b.store.Versions(ctx, id)
	if err != nil {
		return err
	}
	contents := map[int64]store.Hash{}
	for i := range versions {
		v := &versions[i]
		contents[v.Version] = v.Content
		if b.listings, err = appendLine(b.listings, listingLine{v.Version, hex.EncodeToString(v.Content[:]), v.Listing}); err != nil {
			return err
		}
	}
	for i := range verdicts {
		if err := b.verdict(ctx, id, &verdicts[i], contents); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) verdict(ctx context.Context, id string, v *store.StandingVerdict, contents map[int64]store.Hash) error {
	if v.Code != "" {
		return &screening.InvalidError{Field: "scope", Reason: fmt.Sprintf("商品 %s 的第 %d 个结论没有证明，不能出证据包：%s（%s）", id, v.N, v.Why, v.Code)}
	}
	answers, err := b.store.Answers(ctx, v.Input)
	if err != nil {
		return err
	}
	hash, err := store.VerdictHash(&v.Verdict)
	if err != nil {
		return err
	}
	content := contents[v.Version]
	line := verdictLine{
		Listing: id, N: v.N, Version: v.Version, Content: hex.EncodeToString(content[:]), Answers: answers, Input: hex.EncodeToString(v.Input[:]),
		Hash: hex.EncodeToString(hash[:]), Verdict: v.Verdict, ScreenedAt: v.ScreenedAt, ReplacedAt: v.ReplacedAt, Because: string(v.Because), Entry: v.Proof.Seq,
	}
	if l := v.Proof.Leaf; l != nil {
		line.Leaf = &leafLine{l.Index, l.Size, hexes(l.Hashes)}
	}
	if !slices.Contains(b.entries, v.Proof.Seq) {
		b.entries = append(b.entries, v.Proof.Seq)
	}
	b.revisions[v.Verdict.Revision] = true
	b.rows++
	if b.used == nil {
		b.used = map[string]bool{}
	}
	for i := range v.Verdict.Findings {
		b.used[v.Verdict.Revision+"\x00"+v.Verdict.Findings[i].Class] = true
	}
	b.verdicts, err = appendLine(b.verdicts, line)
	return err
}

// rules adds the dictionaries, and of the rules that were used the text and the
// sources they cite.
func (b *builder) rules(ctx context.Context) error {
	names := make([]string, 0, len(b.revisions))
	for r := range b.revisions { // sorted below
		names = append(names, r)
	}
	slices.Sort(names)
	for n, name := range names {
		d, err := b.store.Revision(ctx, name)
		if err != nil {
			return err
		}
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		b.files = append(b.files, file{fmt.Sprintf("rules/%d.json", n+1), body})
		for i := range d.Classes {
			c := &d.Classes[i]
			if !b.used[name+"\x00"+c.ID] {
				continue
			}
			line := lawLine{Revision: name, Class: c.ID, Name: c.Name, Disposition: string(c.Disposition)}
			for _, x := range c.Citations {
				cited := citedSource{Source: x.Source, Article: x.Article}
				for k := range d.Sources {
					if q := &d.Sources[k]; q.ID == x.Source {
						cited.Name, cited.Number, cited.Issuer, cited.Effective, cited.Version = q.Name, q.Number, q.Issuer, q.Effective, q.Version
					}
				}
				line.Citations = append(line.Citations, cited)
			}
			if b.laws, err = appendLine(b.laws, line); err != nil {
				return err
			}
		}
	}
	return nil
}

type lawLine struct {
	Revision    string        `json:"revision"`
	Class       string        `json:"class"`
	Name        string        `json:"name"`
	Disposition string        `json:"disposition"`
	Citations   []citedSource `json:"citations"`
}

type citedSource struct {
	Source    string `json:"source"`
	Article   string `json:"article"`
	Name      string `json:"name"`
	Number    string `json:"number,omitempty"`
	Issuer    string `json:"issuer,omitempty"`
	Effective string `json:"effective,omitempty"`
	Version   string `json:"version,omitempty"`
}

// seal enters the pack in the ledger, signs that, and proves every entry.
func (b *builder) seal(ctx context.Context, r *Request, manifest []byte) ([]byte, error) {
	public, err := store.PublicKey(r.PrivateKey)
	if err != nil {
		return nil, err
	}
	spec := r.Spec
	if spec == nil {
		if spec, err = json.Marshal(map[string]string{"scope": r.Scope}); err != nil {
			return nil, err
		}
	}
	was := r.Export
	if was == nil {
		was = &store.Export{}
	}
	x := sealExport{Key: was.Key, Actor: r.Actor, Spec: string(spec), Mask: r.mask(), Rows: b.rows, Bytes: int64(len(manifest))}
	made := x.export(r.Scope, sha256.Sum256(manifest))
	made.Version, made.Kept, made.StartedAt, made.ExpiresAt, made.Schedule, made.Slot = was.Version, was.Kept, was.StartedAt, was.ExpiresAt, was.Schedule, was.Slot
	err = b.store.Write(ctx, func(tx *store.Tx) error {
		if r.Export == nil {
			kept, err := tx.RecordExport(made)
			x.Key = kept.Key
			return err
		}
		made.State = r.Export.State
		kept, err := tx.EnterExport(made)
		*was = kept
		return err
	})
	if err != nil {
		return nil, err
	}
	if _, err := b.store.SignTreeHead(ctx, r.PrivateKey); err != nil && !errors.Is(err, screening.ErrConflict) {
		return nil, err
	}
	heads, err := b.store.TreeHeads(ctx)
	if err != nil {
		return nil, err
	}
	head := heads[len(heads)-1]
	named := x.export(r.Scope, sha256.Sum256(manifest))
	if x.Seq, err = b.store.EntryOf(ctx, store.EntryExport, named.Subject()); err != nil {
		return nil, err
	}
	entries := append(slices.Clone(b.entries), x.Seq)
	slices.Sort(entries)
	entries = slices.Compact(entries)
	proved, err := b.store.ProveEntries(ctx, entries, head.Size)
	if err != nil {
		return nil, err
	}
	out := seal{PublicKey: public, Size: head.Size, Root: hex.EncodeToString(head.Root[:]), SignedAt: head.SignedAt, Note: head.Note, Export: x}
	for i := range proved {
		e := &proved[i]
		out.Entries = append(out.Entries, sealEntry{
			e.Seq, e.At, e.Actor, string(e.Kind), e.Subject, hex.EncodeToString(e.Payload[:]), e.Revision,
			hex.EncodeToString(e.Prev[:]), hex.EncodeToString(e.Hash[:]), hexes(e.Hashes),
		})
	}
	return json.MarshalIndent(out, "", " ")
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
