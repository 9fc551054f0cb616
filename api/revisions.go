package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

// Revisions has the dictionaries that were in use, and judges by them again.
type Revisions interface {
	// Revisions returns up to limit revisions before a position, the latest
	// first; 0 begins with the latest.
	Revisions(ctx context.Context, before int64, limit int) ([]Revision, error)
	// Dictionary returns the dictionary of a revision.
	Dictionary(ctx context.Context, revision string) (*dictionary.Dictionary, error)
	// Replay judges a listing again by the revision and as of the day of one of
	// its verdicts.
	Replay(ctx context.Context, r *Record) (Replayed, error)
}

// A Revision is a dictionary that is or was in use.
type Revision struct {
	Revision string    `json:"revision"`
	LoadedAt time.Time `json:"loaded_at" doc:"首次启用"`
	Classes  int       `json:"classes"`
	Current  bool      `json:"current"`

	// At is its position among the revisions.
	At int64 `json:"-"`
}

// RevisionList is a page of revisions, the latest first.
type RevisionList struct {
	Revisions []Revision `json:"revisions" nullable:"false"`
	Next      string     `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / absent at the end"`
}

// Replayed is what a Backend made of a verdict to be replayed.
type Replayed struct {
	Verdict screening.Verdict
	Input   string // same, listing_changed, licence_changed or unproven
}

// A Replay compares a verdict with what its revision says of the listing now.
type Replay struct {
	ID           string              `json:"id"`
	N            int64               `json:"n"`
	Revision     string              `json:"revision"`
	Identical    bool                `json:"identical" doc:"逐字节相同"`
	Input        string              `json:"input" enum:"same,listing_changed,licence_changed,unproven" doc:"unproven：被替换的结论不留输入摘要，无从证明商品与资质未变"`
	Why          string              `json:"why"`
	Replayed     Verdict             `json:"replayed"`
	OnlyKept     []screening.Finding `json:"only_kept,omitempty" doc:"只在原结论里的命中"`
	OnlyReplayed []screening.Finding `json:"only_replayed,omitempty" doc:"只在重放结论里的命中"`
}

func (s *Server) routeRevisions() {
	op := func(id, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{"dictionary"}, Summary: summary, Description: description, Errors: errors}
	}
	register(s, op("list-revisions", "/v1/dictionary/revisions", "词典版本 / revisions of the dictionary", "最近启用的在前。"), s.listRevisions)
	register(s, op("diff-revisions", "/v1/dictionary/diff", "比较两个词典版本 / compare two revisions", "样例不计：它们不参与判断。", http.StatusNotFound), s.diffRevisions)
	replay := op("replay-verdict", "/v1/verdicts/{id}/replay", "重放结论 / judge again by the pinned revision", "用当时的词典版本和日期重新判断，逐字节比较；不保存。", http.StatusNotFound)
	replay.Tags = []string{"verdicts"}
	register(s, replay, s.replayVerdict)
}

func (s *Server) listRevisions(ctx context.Context, in *PageQuery) (*struct{ Body RevisionList }, error) {
	name, before := listName("list-revisions"), int64(0)
	if err := s.position(name, in.Cursor, &before); err != nil {
		return nil, err
	}
	list, err := s.backend.Revisions(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body RevisionList }{RevisionList{Revisions: append([]Revision{}, list[:min(len(list), in.Limit)]...)}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].At)
	}
	for i := range out.Body.Revisions {
		r := &out.Body.Revisions[i]
		r.Current = r.Revision == s.dictionary.Revision
	}
	return out, nil
}

func (s *Server) diffRevisions(ctx context.Context, in *struct {
	From string `query:"from" required:"true" minLength:"1" maxLength:"100" doc:"旧版本"`
	To   string `query:"to" maxLength:"100" doc:"新版本；默认为当前版本"`
}) (*struct{ Body dictionary.Diff }, error) {
	from, err := s.revision(ctx, in.From)
	if err != nil {
		return nil, err
	}
	to, err := s.revision(ctx, in.To)
	if err != nil {
		return nil, err
	}
	return &struct{ Body dictionary.Diff }{dictionary.Compare(from, to)}, nil
}

func (s *Server) revision(ctx context.Context, hash string) (*dictionary.Dictionary, error) {
	if hash == "" || hash == s.dictionary.Revision {
		return s.dictionary, nil
	}
	return s.backend.Dictionary(ctx, hash)
}

func (s *Server) replayVerdict(ctx context.Context, in *VerdictQuery) (*struct{ Body Replay }, error) {
	r, err := s.record(ctx, in)
	if err != nil {
		return nil, err
	}
	again, err := s.backend.Replay(ctx, r)
	if err != nil {
		return nil, err
	}
	kept := &r.Verdict.Verdict
	out := Replay{ID: in.ID, N: r.N, Revision: kept.Revision, Input: again.Input, Replayed: Verdict{again.Verdict}}
	out.Identical = sameJSON(r.Verdict, out.Replayed)
	out.OnlyKept = without(kept.Findings, again.Verdict.Findings)
	out.OnlyReplayed = without(again.Verdict.Findings, kept.Findings)
	out.Why = requestOf(ctx).lang.pick(replayText(out.Identical, out.Input))
	return &struct{ Body Replay }{out}, nil
}

func replayText(identical bool, input string) text {
	switch {
	case identical:
		return text{"重放与原结论逐字节相同", "The verdict is the same, byte for byte"}
	case input == "listing_changed":
		return text{"商品在判断之后改过，差别可能由此而来", "The listing was edited since; that may be the difference"}
	case input == "licence_changed":
		return text{"商家的资质在判断之后变过，差别可能由此而来", "The merchant's qualifications changed since; that may be the difference"}
	case input == "unproven":
		return text{"结论已被替换，无从证明商品与资质未变，差别可能由此而来", "The verdict was replaced; the listing or the qualifications may have changed since"}
	}
	return text{"输入相同而结论不同，请查看程序版本的变化并报告管理员", "Same input and another verdict: see what changed in the program, and tell the administrator"}
}
