package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// A ScheduleBody is a schedule as it is sent in.
type ScheduleBody struct {
	Task   string         `json:"task" enum:"full,expiry,reverify,identity_report,check,report"`
	Spec   string         `json:"spec" minLength:"1" maxLength:"200" doc:"分 时 日 月 周，如 0 2 * * *；或 @daily、@every 6h"`
	Zone   string         `json:"zone,omitempty" maxLength:"60" default:"Asia/Shanghai"`
	Params *ScheduleParam `json:"params,omitempty"`
	State  string         `json:"state,omitempty" enum:"active,paused" default:"active"`
}

// A ScheduleParam tunes the task of a schedule.
type ScheduleParam struct {
	Rate  int   `json:"rate,omitempty" minimum:"0" maximum:"1000000" doc:"full、expiry：每进程每秒件数，0 不限"`
	Leads []int `json:"leads,omitempty" minItems:"1" maxItems:"20" doc:"expiry：证照到期前几天提醒，默认 90、30、15、7、1"`
	Days  int   `json:"days,omitempty" minimum:"0" maximum:"366" doc:"identity_report：报送窗口几天，默认到月底"`
	ReportParam
}

// A ReportParam is what a schedule of the task report makes, every time anew.
type ReportParam struct {
	Kind     string              `json:"kind,omitempty" maxLength:"40" doc:"report：报表，见 /v1/report-kinds"`
	Period   string              `json:"period,omitempty" enum:"day,week,month,half_year" doc:"report：之前的整天、整周、整月、半年；没有则不分期间"`
	Format   string              `json:"format,omitempty" enum:"csv,xlsx,jsonl,html" doc:"report"`
	Encoding string              `json:"encoding,omitempty" enum:"utf-8,gb18030" doc:"report：csv 的编码"`
	Mask     string              `json:"mask,omitempty" enum:"none,personal" doc:"report：personal 遮盖个人信息；none 的只有看得到个人信息的角色能下载"`
	Columns  []string            `json:"columns,omitempty" maxItems:"100" doc:"report：只要这些列，按此顺序"`
	Where    []ReportFilterValue `json:"where,omitempty" maxItems:"20" doc:"report：都要符合"`
}

// ScheduleList are all schedules.
type ScheduleList struct {
	Schedules []Schedule `json:"schedules" nullable:"false"`
}

// SchedulePath is the path of a schedule.
type SchedulePath struct {
	Name string `path:"name" maxLength:"100" pattern:"^[A-Za-z0-9._-]+$" doc:"定时任务的名称"`
}

type scheduleOut struct {
	ETag string `header:"ETag"`
	Body Schedule
}

func (s *Server) routeSchedules() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/schedules" + path, Tags: []string{"schedules"},
			Summary: summary, Description: description, Errors: errors,
		}
	}
	const missing, conflict = http.StatusNotFound, http.StatusConflict
	register(s, op("list-schedules", http.MethodGet, "", "列出定时任务 / list schedules", "各带今后五次时间。"), s.listSchedules)
	register(s, op("get-schedule", http.MethodGet, "/{name}", "读取定时任务 / get a schedule", "", missing), s.getSchedule)
	register(s, op("put-schedule", http.MethodPut, "/{name}", "保存定时任务 / keep a schedule", "没有 If-Match 时新建；修改时用读取得到的 ETag 作 If-Match。", missing, conflict), s.putSchedule)
	register(s, op("delete-schedule", http.MethodDelete, "/{name}", "删除定时任务 / delete a schedule", "用读取得到的 ETag 作 If-Match；答复为删除前的样子。默认的定时任务不能删除，请暂停。", missing, conflict), s.deleteSchedule)
	register(s, op("pause-schedule", http.MethodPost, "/{name}/pause", "暂停定时任务 / pause a schedule", "暂停期间不补做。", missing, conflict), s.settingState("paused"))
	register(s, op("resume-schedule", http.MethodPost, "/{name}/resume", "恢复定时任务 / resume a schedule", "从下一个时间开始。", missing, conflict), s.settingState("active"))
}

func (s *Server) listSchedules(ctx context.Context, _ *struct{}) (*struct{ Body ScheduleList }, error) {
	list, err := s.backend.Schedules(ctx)
	for i := range list {
		list[i].Next = some(list[i].Next)
	}
	return &struct{ Body ScheduleList }{ScheduleList{some(list)}}, err
}

func answerSchedule(x Schedule, err error) (*scheduleOut, error) {
	if err != nil {
		return nil, err
	}
	x.Next = some(x.Next)
	return &scheduleOut{etag(x.Version), x}, nil
}

func (s *Server) getSchedule(ctx context.Context, in *SchedulePath) (*scheduleOut, error) {
	return answerSchedule(s.backend.Schedule(ctx, in.Name))
}

func (s *Server) putSchedule(ctx context.Context, in *struct {
	SchedulePath
	IfMatch string `header:"If-Match" maxLength:"40"`
	Body    ScheduleBody
}) (*scheduleOut, error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	x := Schedule{Name: in.Name, Task: in.Body.Task, Spec: in.Body.Spec, Zone: in.Body.Zone, State: in.Body.State, Version: v}
	if p := in.Body.Params; p != nil {
		if x.Task == "report" && p.Mask == "" {
			p.Mask = "personal"
		}
		if x.Params, err = json.Marshal(in.Body.Params); err != nil {
			return nil, err
		}
	}
	return answerSchedule(s.backend.SaveSchedule(ctx, requestOf(ctx).actor, x))
}

func (s *Server) deleteSchedule(ctx context.Context, in *struct {
	SchedulePath
	IfMatch string `header:"If-Match" maxLength:"40" required:"true"`
}) (*scheduleOut, error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.backend.Schedule(ctx, in.Name)
	if err == nil {
		err = s.backend.DeleteSchedule(ctx, requestOf(ctx).actor, in.Name, v)
	}
	return answerSchedule(x, err)
}

func (s *Server) settingState(state string) func(context.Context, *SchedulePath) (*scheduleOut, error) {
	return func(ctx context.Context, in *SchedulePath) (*scheduleOut, error) {
		x, err := s.backend.Schedule(ctx, in.Name)
		if err != nil {
			return nil, err
		}
		x.State = state
		return answerSchedule(s.backend.SaveSchedule(ctx, requestOf(ctx).actor, x))
	}
}
