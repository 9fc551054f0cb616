package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"zhunru/screening"
	"zhunru/store"
)

// Format names the form of a pack; another form takes another name.
const Format = "zhunru-evidence-v1"

// Bounds of a pack, in bytes and files.
const (
	MaxPack  = 256 << 20
	maxFiles = 64
)

// The files of a pack.
const (
	fileReadme    = "README.txt"
	fileListings  = "listings.jsonl"
	fileVerdicts  = "verdicts.jsonl"
	fileLaws      = "laws.jsonl"
	fileDecisions = "decisions.jsonl"
	fileManifest  = "manifest.json"
	fileSeal      = "seal.json"
)

type file struct {
	name string
	body []byte
}

type manifest struct {
	Format string         `json:"format"`
	Scope  string         `json:"scope"`
	Files  []manifestFile `json:"files"`
}

type manifestFile struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type listingLine struct {
	Version int64             `json:"version"`
	Content string            `json:"content_hash"`
	Listing screening.Listing `json:"listing"`
}

type verdictLine struct {
	Listing    string            `json:"listing"`
	N          int64             `json:"n"`
	Version    int64             `json:"listing_version"`
	Content    string            `json:"content_hash"`
	Answers    []string          `json:"answers,omitempty"`
	Input      string            `json:"input_hash"`
	Hash       string            `json:"verdict_hash"`
	Verdict    screening.Verdict `json:"verdict"`
	ScreenedAt time.Time         `json:"screened_at"`
	ReplacedAt time.Time         `json:"replaced_at,omitzero"`
	Because    string            `json:"because,omitempty"`
	Entry      int64             `json:"entry"`
	Leaf       *leafLine         `json:"leaf,omitempty"`
}

type leafLine struct {
	Index  int64    `json:"index"`
	Size   int64    `json:"size"`
	Hashes []string `json:"hashes"`
}

type seal struct {
	PublicKey string      `json:"public_key"`
	Size      int64       `json:"size"`
	Root      string      `json:"root"`
	SignedAt  time.Time   `json:"signed_at"`
	Note      string      `json:"note"`
	Export    sealExport  `json:"export"`
	Entries   []sealEntry `json:"entries"`
}

type sealExport struct {
	Key   int64  `json:"key"`
	Seq   int64  `json:"seq"`
	Actor string `json:"actor"`
	Spec  string `json:"spec"`
	Mask  string `json:"mask"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

type sealEntry struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"`
	Payload  string    `json:"payload"`
	Revision string    `json:"revision"`
	Prev     string    `json:"prev"`
	Hash     string    `json:"hash"`
	Proof    []string  `json:"proof"`
}

// export is the export that a seal says its pack is.
func (x *sealExport) export(name string, manifest store.Hash) store.Export {
	return store.Export{
		Key: x.Key, Kind: store.ExportEvidence, Name: name, Actor: x.Actor, Spec: json.RawMessage(x.Spec), Format: "zip", Mask: x.Mask,
		Rows: x.Rows, Bytes: x.Bytes, FileHash: manifest,
	}
}

// zipped writes files as they are, without compression or times, so that the
// same files are the same bytes everywhere.
func zipped(files []file) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(f.body)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

func hexes(hashes []store.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = hex.EncodeToString(h[:])
	}
	return out
}

func unhex(s string) (h store.Hash, err error) {
	b, err := hex.DecodeString(s)
	if err == nil && (len(b) != len(h) || hex.EncodeToString(b) != s) {
		err = errors.New("不是小写十六进制的 SHA-256")
	}
	copy(h[:], b)
	return h, err
}

func unhexes(list []string) ([]store.Hash, error) {
	out := make([]store.Hash, len(list))
	for i, s := range list {
		h, err := unhex(s)
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}
