package store

import (
	"context"
	"time"

	"zhunru/screening"
)

// An Answer is what a request was answered, to be given again to the same one.
type Answer struct {
	Actor, Name string // who asked, and the name it gave the request; required
	Request     Hash   // of route, query and body
	Status      int    // 200 to 299
	ETag        string
	Body        []byte
	ExpiresAt   time.Time
}

type answerRow struct {
	Actor     string `gorm:"primaryKey"`
	Name      string `gorm:"primaryKey"`
	Request   []byte
	Status    int
	ETag      string `gorm:"column:etag"`
	Body      []byte
	ExpiresAt int64
}

func (answerRow) TableName() string { return "answers" }

// SaveAnswer keeps an answer with what the transaction does. Where another one
// of that actor and name is kept and not expired it is screening.ErrConflict:
// whoever comes second must do nothing and give the first one's answer.
func (tx *Tx) SaveAnswer(a Answer) error {
	for _, f := range [...]struct{ name, value string }{{"actor", a.Actor}, {"name", a.Name}} {
		if f.value == "" {
			return &screening.InvalidError{Field: f.name, Reason: "请求的这一项不能为空，请填写"}
		}
		if err := checkText(f.name, f.value); err != nil {
			return err
		}
	}
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	body, err := tx.s.sealAnswer(&a, body)
	if err != nil {
		return wrapKey("save answer", a.Name, err)
	}
	n, err := tx.exec(`INSERT INTO answers (actor, name, request, status, etag, body, expires_at) VALUES (?,?,?,?,?,?,?)
 ON CONFLICT (actor, name) DO UPDATE SET request = excluded.request, status = excluded.status, etag = excluded.etag,
 body = excluded.body, expires_at = excluded.expires_at WHERE answers.expires_at <= ?`,
		a.Actor, a.Name, a.Request[:], a.Status, a.ETag, body, micros(a.ExpiresAt), tx.s.stamp())
	if err == nil && n == 0 {
		err = screening.ErrConflict
	}
	return wrapKey("save answer", a.Name, err)
}

// Answer returns the kept answer to an actor's request, or
// screening.ErrNotFound; one that expired is not found.
func (s *Store) Answer(ctx context.Context, actor, name string) (Answer, error) {
	var r answerRow
	if err := s.read.WithContext(ctx).Where("actor = ? AND name = ? AND expires_at > ?", actor, name, s.stamp()).Take(&r).Error; err != nil {
		return Answer{}, wrapKey("answer", name, err)
	}
	a := Answer{Actor: r.Actor, Name: r.Name, Request: hashOr(r.Request, nil), Status: r.Status, ETag: r.ETag, ExpiresAt: fromMicros(r.ExpiresAt)}
	body, err := s.vault.Open(a.place(), string(r.Body))
	if err != nil {
		return Answer{}, wrapKey("answer", name, &Error{Code: CodeDataKeys, Why: err.Error(), Err: err})
	}
	a.Body = []byte(body)
	return a, nil
}

func (a *Answer) place() string { return "answers/" + a.Actor + "/" + a.Name }

// sealAnswer seals a body, which may hold a document; where there are no keys
// there are no documents, and it is kept as it is.
func (s *Store) sealAnswer(a *Answer, body []byte) ([]byte, error) {
	if keys, _ := s.vault.Keys(); keys == 0 {
		return body, nil
	}
	sealed, err := s.vault.Seal(a.place(), string(body))
	return []byte(sealed), err
}

// RemoveExpiredAnswers removes up to MaxBatch answers that expired and returns
// how many it removed.
func (s *Store) RemoveExpiredAnswers(ctx context.Context) (removed int64, err error) {
	err = s.Write(ctx, func(tx *Tx) (err error) {
		removed, err = tx.exec(`DELETE FROM answers WHERE (actor, name) IN
 (SELECT actor, name FROM answers WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`, s.stamp(), MaxBatch)
		return err
	})
	return removed, wrap("remove expired answers", err)
}
