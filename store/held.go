package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A Qualification is what the evaluation of a merchant's documents said of one
// category.
type Qualification struct {
	Category    string
	State       qualification.Outcome
	Since       string // first day it holds, YYYY-MM-DD; empty: not known
	Until       string // last day it holds; empty: no end known
	Missing     []qualification.Fault
	EvaluatedOn string // the day it was evaluated for
	Profile     string
}

type qualificationRow struct {
	MerchantKey int64  `gorm:"primaryKey;autoIncrement:false"`
	Category    string `gorm:"primaryKey"`
	State       string
	SinceOn     *string
	UntilOn     *string
	Missing     *string
	EvaluatedOn string
	Profile     string
	RevisionKey *int64
	UpdatedAt   int64 `gorm:"autoUpdateTime:false"`
}

func (qualificationRow) TableName() string { return "qualifications" }

func (r *qualificationRow) qualification() (Qualification, error) {
	q := Qualification{
		Category: r.Category, State: qualification.Outcome(r.State), Since: value(r.SinceOn), Until: value(r.UntilOn),
		EvaluatedOn: r.EvaluatedOn, Profile: r.Profile,
	}
	if r.Missing == nil {
		return q, nil
	}
	return q, json.Unmarshal([]byte(*r.Missing), &q.Missing)
}

// SaveQualifications replaces all qualifications of a merchant by these,
// evaluated with a revision of the dictionary ("" if none is kept). It reports
// whether any state or date differs from before. An unknown merchant is
// screening.ErrNotFound.
func (tx *Tx) SaveQualifications(merchant, revision string, list []Qualification) (changed bool, err error) {
	owner := merchantRow{}
	if err := tx.locking().Where("id = ?", merchant).Take(&owner).Error; err != nil {
		return false, wrapKey("save qualifications of", merchant, err)
	}
	rows := make([]qualificationRow, len(list))
	for i := range list {
		if rows[i], err = tx.qualificationRow(&list[i], owner.Key, revision); err != nil {
			return false, wrapKey("save qualifications of", merchant, err)
		}
	}
	slices.SortFunc(rows, func(a, b qualificationRow) int { return strings.Compare(a.Category, b.Category) })
	old, err := readQualifications(tx.g, owner.Key)
	if err != nil {
		return false, wrapKey("save qualifications of", merchant, err)
	}
	if err := tx.g.Where("merchant_key = ?", owner.Key).Delete(&qualificationRow{}).Error; err != nil {
		return false, wrapKey("save qualifications of", merchant, err)
	}
	if len(rows) > 0 {
		err = tx.g.Create(&rows).Error
	}
	return !slices.EqualFunc(old, rows, sameQualification), wrapKey("save qualifications of", merchant, err)
}

func (tx *Tx) qualificationRow(q *Qualification, merchant int64, revision string) (qualificationRow, error) {
	err := checkEnum("state", q.State, qualification.MayApply, qualification.Review, qualification.Incomplete, qualification.Rejected)
	for _, day := range []struct{ field, value string }{{"since", q.Since}, {"until", q.Until}} {
		if err == nil {
			err = checkDay(day.field, day.value, true)
		}
	}
	if err == nil {
		err = checkDay("evaluated_on", q.EvaluatedOn, false)
	}
	r := qualificationRow{
		MerchantKey: merchant, Category: q.Category, State: string(q.State), SinceOn: optional(q.Since), UntilOn: optional(q.Until),
		EvaluatedOn: q.EvaluatedOn, Profile: q.Profile, UpdatedAt: tx.s.stamp(),
	}
	if err == nil && revision != "" {
		var key int64
		key, err = tx.revisionKey(revision)
		r.RevisionKey = &key
	}
	if err == nil && len(q.Missing) > 0 {
		var b []byte
		b, err = json.Marshal(q.Missing)
		r.Missing = optional(string(b))
	}
	return r, err
}

func sameQualification(a, b qualificationRow) bool {
	return a.Category == b.Category && a.State == b.State && value(a.SinceOn) == value(b.SinceOn) && value(a.UntilOn) == value(b.UntilOn)
}

// readQualifications returns the rows of a merchant by the bytes of their
// categories, whatever the database's collation.
func readQualifications(g *gorm.DB, merchant int64) ([]qualificationRow, error) {
	var rows []qualificationRow
	err := g.Where("merchant_key = ?", merchant).Find(&rows).Error
	slices.SortFunc(rows, func(a, b qualificationRow) int { return strings.Compare(a.Category, b.Category) })
	return rows, err
}

// Qualifications returns what a merchant's documents were found to amount to,
// by category. An unknown merchant is screening.ErrNotFound.
func (s *Store) Qualifications(ctx context.Context, merchant string) ([]Qualification, error) {
	owner := merchantRow{}
	if err := s.read.WithContext(ctx).Where("id = ?", merchant).Take(&owner).Error; err != nil {
		return nil, wrapKey("qualifications of", merchant, err)
	}
	rows, err := readQualifications(s.read.WithContext(ctx), owner.Key)
	out := make([]Qualification, len(rows))
	for i := range rows {
		if err == nil {
			out[i], err = rows[i].qualification()
		}
	}
	return out, wrapKey("qualifications of", merchant, err)
}

// Held returns the categories that each of the merchants holds on a day, for the
// engine. Merchants that hold none are left out.
func (s *Store) Held(ctx context.Context, day time.Time, merchants []string) (map[string]screening.Held, error) {
	if err := checkBatch(len(merchants)); err != nil {
		return nil, err
	}
	on := day.Format(time.DateOnly)
	var rows []struct{ ID, Category string }
	err := s.read.WithContext(ctx).Table("qualifications AS q").Select("m.id AS id, q.category AS category").
		Joins("JOIN merchants m ON m.key = q.merchant_key").
		Where("m.id IN ? AND q.state = 'may_apply'", merchants).
		Where("(q.since_on IS NULL OR q.since_on <= ?) AND (q.until_on IS NULL OR q.until_on >= ?)", on, on).
		Scan(&rows).Error
	out := map[string]screening.Held{}
	for _, r := range rows {
		if out[r.ID] == nil {
			out[r.ID] = screening.Held{}
		}
		out[r.ID][r.Category] = true
	}
	return out, wrap("held categories", err)
}
