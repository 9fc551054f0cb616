package api

import (
	"context"
	"errors"
	"time"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// ErrUnavailable is what a Backend answers, wrapped, where the database cannot
// be used right now and the same request may succeed later.
var ErrUnavailable = errors.New("暂时不可用，请稍后重试（UNAVAILABLE）")

// A Backend is all that the API needs kept and judged. Where a thing does not
// exist its methods answer screening.ErrNotFound, where it was changed
// meanwhile screening.ErrConflict, and for what cannot be accepted a
// *screening.InvalidError; all may be wrapped. Methods are safe for concurrent
// use. Actor is who asks, for the ledger.
type Backend interface {
	Screener
	Archive
	Files
	Keys
	Answers
	Reports
	Evidence
	Runs
	Schedules
	Imports
	Webhooks
	Revisions
	// VerifyLedger reads the whole ledger and names what is wrong with it.
	VerifyLedger(ctx context.Context) (LedgerReport, error)
	// Ready returns nil if requests can be served.
	Ready(ctx context.Context) error
	// LedgerEntries returns up to limit entries after a sequence number, in order.
	LedgerEntries(ctx context.Context, after int64, limit int) ([]LedgerEntry, error)
}

// A Screener judges listings.
type Screener interface {
	// Screen judges up to MaxListings listings as of today, with what is kept of
	// their merchants, and answers in their order. With keep, listings, verdicts
	// and ledger entries are durable when it returns, or none of them is kept.
	Screen(ctx context.Context, actor string, listings []screening.Listing, keep bool) ([]screening.Verdict, error)
}

// An Archive has listings and their verdicts.
type Archive interface {
	Listing(ctx context.Context, id string) (Listing, error)
	// Listings returns up to limit listings after a position, in order, and the
	// position to go on from, 0 at the end. A page may be short before the end.
	Listings(ctx context.Context, f ListingFilter, after int64, limit int) ([]Listing, int64, error)
	// SaveListing screens and keeps a listing. With a version it replaces just
	// that one.
	SaveListing(ctx context.Context, actor string, l screening.Listing, version int64) error
	// RemoveListing marks a listing as deleted, with a version just that one.
	RemoveListing(ctx context.Context, actor, id string, version int64) error
	// Verdicts returns the current verdict of a listing, if there is one, and
	// then those it replaced, the latest first.
	Verdicts(ctx context.Context, id string) ([]Record, error)
}

// Files has merchants and their documents.
type Files interface {
	Merchant(ctx context.Context, id string) (Merchant, error)
	// Merchants returns up to limit merchants whose ids come after one, in the
	// order of their ids.
	Merchants(ctx context.Context, after string, limit int) ([]Merchant, error)
	// SaveMerchant keeps a merchant. With Version 0 it must be new; otherwise
	// Version must be that of the one it replaces.
	SaveMerchant(ctx context.Context, actor string, m Merchant) (Merchant, error)
	// Documents returns a merchant's documents, the oldest first.
	Documents(ctx context.Context, merchant string) ([]Document, error)
	// SaveDocument keeps a document. With ID 0 it is new; otherwise Version must
	// be that of the one it replaces.
	SaveDocument(ctx context.Context, actor, merchant string, d Document) (Document, error)
}

// Keys has what opens the API.
type Keys interface {
	// Key returns the key with a prefix, in force or not.
	Key(ctx context.Context, prefix string) (Key, error)
	// UseKey notes that a key was used.
	UseKey(ctx context.Context, prefix string, at time.Time) error
}

// A Key is what is known of a bearer token.
type Key struct {
	Prefix  string
	Hash    [32]byte // SHA-256 of the token
	Role    Role
	Ends    time.Time // zero: never
	Revoked bool
}

// A Listing is a kept listing and where it stands.
type Listing struct {
	Listing  screening.Listing `json:"listing"`
	Version  int64             `json:"version" doc:"每次改动加一 / grows with every edit"`
	State    string            `json:"state" enum:"active,suspended"`
	Deleted  bool              `json:"deleted"`
	EditedAt time.Time         `json:"edited_at"`
	Outcome  screening.Outcome `json:"outcome,omitempty" enum:"prohibited,needs_category,review,pass" doc:"当前结论；未筛查时没有 / absent until screened"`
}

// A Record is a verdict, and how long it stood.
type Record struct {
	N          int64      `json:"n" doc:"该商品的第几个结论 / counts the listing's verdicts from 1"`
	Verdict    Verdict    `json:"verdict"`
	ScreenedAt time.Time  `json:"screened_at"`
	Run        int64      `json:"run,omitempty" doc:"产生它的运行；没有则为单次筛查 / the run that made it"`
	ReplacedAt *time.Time `json:"replaced_at,omitempty" doc:"当前结论没有此项 / absent for the current verdict"`
	Because    string     `json:"because,omitempty" enum:"rule,licence,listing,date,exemption" doc:"为何被替换 / why it was replaced"`
}

// A Merchant is a subject that sells, or the platform itself.
type Merchant struct {
	qualification.Subject
	JoinedAt  *time.Time
	Exempt    bool
	Identity  Identity
	State     string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A Document is a document of a merchant, and what a person made of it.
type Document struct {
	qualification.Document
	ID        int64
	ExpiresOn string // YYYY-MM-DD, "" if none or not known
	Perpetual bool
	Decision  string // pending, accepted, rejected or superseded
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// A LedgerEntry is one line of the ledger. Hashes are SHA-256 in hex.
type LedgerEntry struct {
	Seq      int64     `json:"seq" doc:"从 1 起连续编号"`
	At       time.Time `json:"at"`
	Actor    string    `json:"actor"`
	Kind     string    `json:"kind" doc:"verdict、chunk、decision、appeal、release、exemption、document、merchant、schedule 等"`
	Subject  string    `json:"subject"`
	Payload  string    `json:"payload_hash" minLength:"64" maxLength:"64"`
	Revision string    `json:"revision,omitempty"`
	Prev     string    `json:"prev_hash" minLength:"64" maxLength:"64"`
	Hash     string    `json:"hash" minLength:"64" maxLength:"64"`
}

// A LedgerReport is what a verification of the ledger found.
type LedgerReport struct {
	OK      bool          `json:"ok"`
	Entries int64         `json:"entries"`
	Heads   int           `json:"heads" doc:"签名树头数 / signed tree heads"`
	Signed  bool          `json:"signed" doc:"树头签名已用公钥核对 / heads were checked against a public key"`
	Root    string        `json:"root" doc:"全部条目的 Merkle 根，十六进制 / Merkle root over all entries, hex"`
	Faults  []LedgerFault `json:"faults" nullable:"false"`
	Total   int64         `json:"total" doc:"问题总数；faults 只列前 1000 个 / all faults; faults holds the first 1000"`
}

// A LedgerFault is one thing that is wrong with the ledger.
type LedgerFault struct {
	Seq  int64  `json:"seq"`
	Code string `json:"code"`
	Why  string `json:"why"`
}
