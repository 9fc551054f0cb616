package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"zhunru/screening"
)

// A ChunkState is how far a chunk is. The empty value is invalid.
type ChunkState string

// The states of a chunk.
const (
	ChunkPlanned ChunkState = "planned"
	ChunkRunning ChunkState = "running"
	ChunkDone    ChunkState = "done"
	ChunkFailed  ChunkState = "failed"
)

// A Chunk is a range of listings of a run: those after After, through Last. Its
// root proves which listings were judged, on what input and with what verdict.
type Chunk struct {
	Run         int64
	N           int64 // 1, 2, 3, …
	After, Last Key
	Keys        []Key // only these listings; nil: every one between
	State       ChunkState
	Attempt     int
	Worker      string
	LeaseAt     time.Time // the worker holds it until then
	Listings    int64
	Judged      int64 // of them; the others were proved or passed over
	Changed     int64
	Flipped     int64
	Root        *Hash // of the Tree over LeafData; needed when done
	Error       string
	StartedAt   time.Time
	EndedAt     time.Time
}

type chunkRow struct {
	RunKey      int64 `gorm:"primaryKey;autoIncrement:false"`
	N           int64 `gorm:"primaryKey;autoIncrement:false"`
	AfterKey    int64
	LastKey     int64
	ListingKeys []byte
	State       string
	Attempt     int
	Worker      string
	LeaseAt     *int64
	Listings    int64
	Judged      int64
	Changed     int64
	Flipped     int64
	Root        []byte
	Error       string
	StartedAt   *int64
	EndedAt     *int64
}

func (chunkRow) TableName() string { return "chunks" }

func chunkToRow(c *Chunk) chunkRow {
	r := chunkRow{
		RunKey: c.Run, N: c.N, AfterKey: int64(c.After), LastKey: int64(c.Last), ListingKeys: packKeys(c.Keys), State: string(c.State), Attempt: c.Attempt,
		Worker: c.Worker, LeaseAt: optMicros(c.LeaseAt), Listings: c.Listings, Judged: c.Judged, Changed: c.Changed, Flipped: c.Flipped,
		Error: c.Error, StartedAt: optMicros(c.StartedAt), EndedAt: optMicros(c.EndedAt),
	}
	if c.Root != nil {
		r.Root = c.Root[:]
	}
	return r
}

func (r *chunkRow) chunk() Chunk {
	c := Chunk{
		Run: r.RunKey, N: r.N, After: Key(r.AfterKey), Last: Key(r.LastKey), Keys: unpackKeys(r.ListingKeys), State: ChunkState(r.State), Attempt: r.Attempt,
		Worker: r.Worker, LeaseAt: fromOptMicros(r.LeaseAt), Listings: r.Listings, Judged: r.Judged, Changed: r.Changed, Flipped: r.Flipped,
		Error: r.Error, StartedAt: fromOptMicros(r.StartedAt), EndedAt: fromOptMicros(r.EndedAt),
	}
	if r.Root != nil {
		h := hashOr(r.Root, nil)
		c.Root = &h
	}
	return c
}

// SaveChunk inserts or replaces a chunk, unless the one that is kept is done: a
// chunk is done once, and the answer is then screening.ErrConflict. A run that
// is not kept is screening.ErrNotFound.
func (tx *Tx) SaveChunk(c Chunk) error {
	if err := checkEnum("state", c.State, ChunkPlanned, ChunkRunning, ChunkDone, ChunkFailed); err != nil {
		return err
	}
	if c.State == ChunkDone && c.Root == nil {
		return &screening.InvalidError{Field: "root", Reason: "完成的分块必须有摘要树根，请先计算"}
	}
	row := chunkToRow(&c)
	done := tx.g.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "run_key"}, {Name: "n"}},
		UpdateAll: true,
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "chunks.state <> 'done'"}}},
	}).Create(&row)
	if done.Error == nil && done.RowsAffected == 0 {
		return wrapKey("save chunk", c.N, screening.ErrConflict)
	}
	return wrapKey("save chunk", c.N, done.Error)
}

// Chunks returns up to limit chunks of a run after a number, in order.
func (s *Store) Chunks(ctx context.Context, run, after int64, limit int) ([]Chunk, error) {
	if err := checkBatch(limit); err != nil {
		return nil, err
	}
	var rows []chunkRow
	err := s.read.WithContext(ctx).Where("run_key = ? AND n > ?", run, after).Order("n").Limit(limit).Find(&rows).Error
	out := make([]Chunk, len(rows))
	for i := range rows {
		out[i] = rows[i].chunk()
	}
	return out, wrapKey("chunks of run", run, err)
}
