package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// RunPath is the path of a run.
type RunPath struct {
	ID int64 `path:"id" minimum:"1" doc:"运行的编号"`
}

// RunList is a page of runs, the latest first.
type RunList struct {
	Runs []Run `json:"runs" nullable:"false"`
	Next int64 `json:"next,omitempty" doc:"下一页的 before；没有则到底 / before of the next page"`
}

// FlipList is a page of flips, by listing.
type FlipList struct {
	Flips []Flip `json:"flips" nullable:"false"`
	Next  int64  `json:"next,omitempty" doc:"下一页的 after；没有则到底 / after of the next page"`
}

// AlarmList is a page of alarms, by listing.
type AlarmList struct {
	Alarms []Alarm `json:"alarms" nullable:"false"`
	Next   int64   `json:"next,omitempty" doc:"下一页的 after；没有则到底 / after of the next page"`
}

// RunPage is a page of what a run found.
type RunPage struct {
	RunPath
	After int64 `query:"after" minimum:"0"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type runOut struct{ Body Run }

func (s *Server) routeRuns() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/runs" + path, Tags: []string{"runs"},
			Summary: summary, Description: description, Errors: errors,
		}
	}
	const missing, conflict = http.StatusNotFound, http.StatusConflict
	register(s, op("list-runs", http.MethodGet, "", "列出运行 / list runs", "最近的在前。"), s.listRuns)
	register(s, op("get-run", http.MethodGet, "/{id}", "运行及其进度 / a run and how far it is", "", missing), s.getRun)
	register(s, op("list-run-flips", http.MethodGet, "/{id}/flips", "运行翻转的结论 / outcomes that a run changed", "", missing), s.listFlips)
	register(s, op("list-run-alarms", http.MethodGet, "/{id}/alarms", "运行的报警 / alarms of a run", "全量运行发现、无法解释的差异：定向运行漏判。", missing), s.listAlarms)
	register(s, op("create-run", http.MethodPost, "", "发起运行 / begin a run", "排队后由后台去做；先看后果用 /v1/runs/preview。"), s.createRun)
	register(s, op("preview-run", http.MethodPost, "/preview", "预演运行 / preview a run", "说明会翻转什么，不写任何数据。商品很多时会超时，请改用 zhunru rescreen --dry-run。"), s.previewRun)
	register(s, op("cancel-run", http.MethodPost, "/{id}/cancel", "取消运行 / cancel a run", "一秒内生效；已写入的结论保留。", missing, conflict), moving(s.backend.CancelRun))
	register(s, op("pause-run", http.MethodPost, "/{id}/pause", "暂停运行 / pause a run", "", missing, conflict), moving(s.backend.PauseRun))
	register(s, op("resume-run", http.MethodPost, "/{id}/resume", "继续运行 / resume a run", "被按新词典或新日期的运行超过的，不能继续。", missing, conflict), moving(s.backend.ResumeRun))
}

func moving(move func(ctx context.Context, actor string, id int64) (Run, error)) func(context.Context, *RunPath) (*runOut, error) {
	return func(ctx context.Context, in *RunPath) (*runOut, error) {
		r, err := move(ctx, requestOf(ctx).actor, in.ID)
		return &runOut{r}, err
	}
}

func (s *Server) listRuns(ctx context.Context, in *struct {
	Kind   string `query:"kind" enum:"full,revision,merchant,listing,expiry,import"`
	State  string `query:"state" enum:"planned,running,paused,done,failed,cancelled"`
	Before int64  `query:"before" minimum:"0" doc:"只要这个编号之前的；0 从最近的开始"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}) (*struct{ Body RunList }, error) {
	list, err := s.backend.Runs(ctx, RunFilter{Kind: in.Kind, State: in.State, Before: in.Before, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := RunList{Runs: some(list)}
	if len(list) > in.Limit {
		out.Runs, out.Next = list[:in.Limit], list[in.Limit-1].ID
	}
	return &struct{ Body RunList }{out}, nil
}

func (s *Server) getRun(ctx context.Context, in *RunPath) (*runOut, error) {
	r, err := s.backend.Run(ctx, in.ID)
	return &runOut{r}, err
}

func (s *Server) listFlips(ctx context.Context, in *RunPage) (*struct{ Body FlipList }, error) {
	if _, err := s.backend.Run(ctx, in.ID); err != nil {
		return nil, err
	}
	list, next, err := s.backend.Flips(ctx, in.ID, in.After, in.Limit)
	return &struct{ Body FlipList }{FlipList{some(list), next}}, err
}

func (s *Server) listAlarms(ctx context.Context, in *RunPage) (*struct{ Body AlarmList }, error) {
	if _, err := s.backend.Run(ctx, in.ID); err != nil {
		return nil, err
	}
	list, next, err := s.backend.Alarms(ctx, in.ID, in.After, in.Limit)
	return &struct{ Body AlarmList }{AlarmList{some(list), next}}, err
}

// check refuses a day that is none.
func (p *RunSpec) check() error {
	if _, err := time.Parse(time.DateOnly, p.On); p.On != "" && err != nil {
		return because(inBody("/on", "BAD_DATE"))
	}
	return nil
}

func (s *Server) createRun(ctx context.Context, in *struct{ Body RunSpec }) (*runOut, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	r, err := s.backend.BeginRun(ctx, requestOf(ctx).actor, in.Body)
	return &runOut{r}, err
}

func (s *Server) previewRun(ctx context.Context, in *struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"列出多少条翻转"`
	Body  RunSpec
}) (*struct{ Body RunPreview }, error) {
	if err := in.Body.check(); err != nil {
		return nil, err
	}
	p, err := s.backend.PreviewRun(ctx, in.Body, in.Limit)
	p.Flips = some(p.Flips)
	return &struct{ Body RunPreview }{p}, err
}
