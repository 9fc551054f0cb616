package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/jobs"
)

// A runView is a run as JSON shows it.
type runView struct {
	Run         int64           `json:"run"`
	Kind        store.RunKind   `json:"kind"`
	State       store.RunState  `json:"state"`
	Revision    string          `json:"revision"`
	From        string          `json:"from,omitempty"`
	On          string          `json:"on"`
	Actor       string          `json:"actor"`
	Params      json.RawMessage `json:"params,omitempty"`
	Total       int64           `json:"total"`
	Done        int64           `json:"done"`
	Judged      int64           `json:"judged"`           // the others were proved unchanged, or cannot be touched
	Proved      int64           `json:"proved,omitempty"` // full run: not judged, a full run before did
	Changed     int64           `json:"changed"`
	Flipped     int64           `json:"flipped"`
	Alarms      int64           `json:"alarms"`
	Error       string          `json:"error,omitempty"`
	CreatedAt   time.Time       `json:"created_at"`
	StartedAt   time.Time       `json:"started_at,omitzero"`
	EndedAt     time.Time       `json:"ended_at,omitzero"`
	HeartbeatAt time.Time       `json:"heartbeat_at,omitzero"`
}

func viewOf(r *store.Run) runView {
	proved := int64(0)
	if r.Kind == store.RunFull {
		proved = r.Done - r.Judged
	}
	return runView{
		r.Key, r.Kind, r.State, r.Revision, r.From, r.On, r.Actor, r.Params, r.Total, r.Done, r.Judged, proved, r.Changed, r.Flipped, r.Alarms, r.Error,
		r.CreatedAt, r.StartedAt, r.EndedAt, r.HeartbeatAt,
	}
}

func kindName(k store.RunKind) string {
	switch k {
	case store.RunFull:
		return "全量"
	case store.RunRevision:
		return "词典变动"
	case store.RunMerchant:
		return "商家"
	case store.RunListing:
		return "商品"
	case store.RunExpiry:
		return "到期清扫"
	}
	return "导入"
}

func stateName(s store.RunState) string {
	switch s {
	case store.RunPlanned:
		return "等待"
	case store.RunRunning:
		return "进行中"
	case store.RunPaused:
		return "暂停"
	case store.RunDone:
		return "完成"
	case store.RunCancelled:
		return "已取消"
	}
	return "失败"
}

func becauseName(b string) string {
	switch store.Because(b) {
	case store.BecauseRule:
		return "规则"
	case store.BecauseLicence:
		return "证照"
	case store.BecauseListing:
		return "商品"
	case store.BecauseDate:
		return "日期"
	}
	return "豁免"
}

// A runReport tells what became of a run.
type runReport struct {
	store *store.Store
	run   store.Run
	show  int // flips to list; -1: all
	json  bool
	out   io.Writer
}

// write prints the report; its error carries the exit status.
func (p *runReport) write(ctx context.Context) error {
	flips := []jobs.Flip{}
	sum, err := jobs.Flips(ctx, p.store, p.run.Key, func(x *jobs.Flip) error {
		if p.show < 0 || len(flips) < p.show {
			flips = append(flips, *x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	alarms, err := p.store.Alarms(ctx, p.run.Key, 0, store.MaxBatch)
	if err != nil {
		return err
	}
	if p.json {
		err = encodeJSON(p.out, struct {
			runView
			Summary jobs.Summary  `json:"summary"`
			Flips   []jobs.Flip   `json:"flips"`
			Alarm   []store.Alarm `json:"alarm_list,omitempty"`
		}{viewOf(&p.run), sum, flips, alarms})
	} else {
		p.print(&sum, flips, alarms)
	}
	if err != nil {
		return err
	}
	return p.status()
}

// status turns a run that did not end well into an exit status.
func (p *runReport) status() error {
	switch {
	case p.run.State == store.RunFailed:
		return &statusError{status: exitInput}
	case p.run.Alarms > 0:
		return &statusError{status: exitFindings}
	}
	return nil
}

func (p *runReport) print(sum *jobs.Summary, flips []jobs.Flip, alarms []store.Alarm) {
	r := &p.run
	fmt.Fprintf(p.out, "运行 %d：%s，%s，判断日 %s\n", r.Key, kindName(r.Kind), stateName(r.State), r.On)
	fmt.Fprintf(p.out, "词典版本 %s\n", r.Revision)
	if r.From != "" {
		fmt.Fprintf(p.out, "原来版本 %s\n", r.From)
	}
	fmt.Fprintf(p.out, "商品 %s / %s 件，结论有变 %s 件，其中翻转 %s 件", grouped(int(r.Done)), grouped(int(r.Total)), grouped(int(r.Changed)), grouped(int(r.Flipped)))
	if !r.StartedAt.IsZero() && !r.EndedAt.IsZero() {
		took := r.EndedAt.Sub(r.StartedAt)
		fmt.Fprintf(p.out, "，用时 %s，%s 件/秒", took.Round(10*time.Millisecond), grouped(int(float64(r.Done)/max(took.Seconds(), 0.001))))
	}
	fmt.Fprintln(p.out)
	switch r.Kind {
	case store.RunFull:
		fmt.Fprintf(p.out, "其中判断 %s 件；核对 %s 件：上次全量运行已证明，其后未变\n", grouped(int(r.Judged)), grouped(int(r.Done-r.Judged)))
	case store.RunRevision:
		fmt.Fprintf(p.out, "其中判断 %s 件；其余 %s 件不含变动的词\n", grouped(int(r.Judged)), grouped(int(r.Done-r.Judged)))
	}
	if r.Error != "" {
		fmt.Fprintf(p.out, "原因：%s\n", r.Error)
	}
	printSummary(p.out, sum)
	printFlips(p.out, flips, sum.Flips)
	listed := alarms
	if p.show >= 0 {
		listed = alarms[:min(p.show, len(alarms))]
	}
	for i := range listed {
		a := &listed[i]
		fmt.Fprintf(p.out, "报警 %s：%s\n", a.ID, fmt.Sprintf(alarmText(a.Why), outcomeName(a.Old.Outcome), findingsLine(&a.Old), outcomeName(a.New.Outcome), findingsLine(&a.New)))
	}
	if int64(len(listed)) < r.Alarms {
		fmt.Fprintf(p.out, "另有 %s 条报警，--show -1 列出更多\n", grouped(int(r.Alarms)-len(listed)))
	}
}

// alarmText says what an alarm is about, around the two verdicts.
func alarmText(why store.AlarmWhy) string {
	switch why {
	case store.AlarmAltered:
		return "商品内容被绕过本系统改动，原为%s（%s），现为%s（%s）；已按改动后的内容判断，请查明谁改了数据库（LISTING_ALTERED）"
	case store.AlarmProgram:
		return "程序版本不同使结论不同，原为%s（%s），现为%s（%s）；请核对两份结论（PROGRAM_CHANGED）"
	}
	return "定向运行漏判或结论被改动，原为%s（%s），应为%s（%s）；请核对两份结论并报告缺陷（TARGETED_MISSED）"
}

func findingsLine(v *screening.Verdict) string {
	if len(v.Findings) == 0 {
		return "无命中"
	}
	parts := make([]string, len(v.Findings))
	for i := range v.Findings {
		parts[i] = v.Findings[i].Class + "“" + v.Findings[i].Term + "”"
	}
	return strings.Join(parts, "、")
}

func printSummary(out io.Writer, s *jobs.Summary) {
	line := func(title string, list []jobs.Count, name func(string) string) {
		if len(list) == 0 {
			return
		}
		fmt.Fprint(out, title)
		for i, c := range list {
			if i == 10 {
				fmt.Fprint(out, " …")
				break
			}
			fmt.Fprintf(out, "  %s %s", name(c.Name), grouped(c.N))
		}
		fmt.Fprintln(out)
	}
	same := func(s string) string { return s }
	line("翻转：", s.ByMove, same)
	line("原因：", s.ByBecause, becauseName)
	line("品类：", s.ByClass, same)
	line("商家：", s.ByMerchant, same)
}

func printFlips(out io.Writer, flips []jobs.Flip, all int) {
	for i := range flips {
		f := &flips[i]
		fmt.Fprintf(out, "  %s  %s → %s（%s）  %s\n", f.Listing, outcomeName(f.Old), outcomeName(f.New), becauseName(string(f.Because)), f.Title)
	}
	if rest := all - len(flips); rest > 0 {
		fmt.Fprintf(out, "  另有 %s 条翻转，--show -1 列出全部\n", grouped(rest))
	}
}
