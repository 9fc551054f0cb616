package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"zhunru/screening"
	"zhunru/screening/report"
)

// Reports makes files of what is kept.
type Reports interface {
	// CreateReport asks for a report, which is made in the background.
	CreateReport(ctx context.Context, actor string, s report.Spec) (Report, error)
	Report(ctx context.Context, id int64) (Report, error)
	// Reports returns up to limit reports before an id (0: from the latest), the
	// latest first.
	Reports(ctx context.Context, before int64, limit int) ([]Report, error)
	// ReportFile opens the file of a report that is done; one that is not, or
	// whose file was removed, is screening.ErrNotFound. The caller closes it.
	ReportFile(ctx context.Context, id int64) (io.ReadSeekCloser, error)
	// CancelReport ends a report that waits or is being made; one that has ended
	// is screening.ErrConflict.
	CancelReport(ctx context.Context, id int64) (Report, error)
}

// A Report is a file that was asked for, and how far it is.
type Report struct {
	ID        int64       `json:"id"`
	Spec      report.Spec `json:"spec"`
	Actor     string      `json:"actor"`
	State     string      `json:"state" enum:"waiting,running,done,failed,cancelled,removed" doc:"removed：已过保存期限，文件已删除"`
	Rows      int64       `json:"rows" doc:"已写的行数 / rows written so far"`
	Bytes     int64       `json:"bytes"`
	SHA256    string      `json:"sha256,omitempty" doc:"文件的 SHA-256，与台账中的一致 / as entered in the ledger"`
	Error     string      `json:"error,omitempty"`
	CreatedAt time.Time   `json:"created_at"`
	StartedAt *time.Time  `json:"started_at,omitempty"`
	EndedAt   *time.Time  `json:"ended_at,omitempty"`
	ExpiresAt *time.Time  `json:"expires_at,omitempty" doc:"届时文件被删除 / the file is removed then"`
}

// A ReportKindList is every kind of report, in the order that `zhunru report list` shows.
type ReportKindList struct {
	Kinds []ReportKind `json:"kinds" nullable:"false"`
}

// A ReportBody is what a report is asked for with.
type ReportBody struct {
	Kind     string              `json:"kind" maxLength:"40" doc:"报表，见 /v1/report-kinds"`
	From     string              `json:"from,omitempty" maxLength:"10" doc:"期间的第一天，2026-01-01"`
	To       string              `json:"to,omitempty" maxLength:"10" doc:"期间的最后一天"`
	Format   string              `json:"format" enum:"csv,xlsx,jsonl,html"`
	Encoding string              `json:"encoding,omitempty" enum:"utf-8,gb18030" doc:"csv 的编码"`
	Columns  []string            `json:"columns,omitempty" maxItems:"100" doc:"只要这些列，按此顺序"`
	Where    []ReportFilterValue `json:"where,omitempty" maxItems:"20" doc:"都要符合"`
}

// A ReportFilterValue keeps the rows whose column has one of the values.
type ReportFilterValue struct {
	Column string   `json:"column" maxLength:"40"`
	Values []string `json:"values" minItems:"1" maxItems:"1000"`
}

// ReportList is a page of reports, the latest first.
type ReportList struct {
	Reports []Report `json:"reports" nullable:"false"`
	Next    string   `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / absent at the end"`
}

// A ReportKind is a report that can be asked for.
type ReportKind struct {
	Name    string         `json:"name"`
	Title   string         `json:"title"`
	About   string         `json:"about"`
	Period  string         `json:"period,omitempty" doc:"期间指什么；没有则是当前状态，不分期间"`
	Columns []ReportColumn `json:"columns" nullable:"false"`
}

// A ReportColumn is a column of a report.
type ReportColumn struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Type    string `json:"type" enum:"text,int,time,day,flag"`
	Private bool   `json:"private" doc:"对部分角色脱敏 / masked for some roles"`
}

// ReportPath is the path of a report.
type ReportPath struct {
	ID int64 `path:"id" minimum:"1" doc:"报表编号"`
}

type reportOut struct{ Body Report }

func (s *Server) routeReports() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"reports"}, Summary: summary, Description: description, Errors: errors}
	}
	register(s, op("list-report-kinds", http.MethodGet, "/v1/report-kinds", "报表种类 / kinds of reports", ""), s.listReportKinds)
	create := op("create-report", http.MethodPost, "/v1/reports", "生成报表 / ask for a report", "在后台生成；个人信息按密钥的角色脱敏；每次导出记入台账。")
	create.DefaultStatus = http.StatusAccepted
	register(s, create, s.createReport)
	register(s, op("list-reports", http.MethodGet, "/v1/reports", "报表列表 / list reports", "最新的在前。"), s.listReports)
	register(s, op("get-report", http.MethodGet, "/v1/reports/{id}", "报表进度 / get a report", "", http.StatusNotFound), s.getReport)
	register(s, op("cancel-report", http.MethodDelete, "/v1/reports/{id}", "取消报表 / cancel a report", "只能取消等待和生成中的报表。", http.StatusNotFound, http.StatusConflict), s.cancelReport)
	file := op("get-report-file", http.MethodGet, "/v1/reports/{id}/file", "下载报表 / download a report", "支持 Range。未脱敏的报表只有看得到个人信息的角色能下载。", http.StatusNotFound)
	file.Responses = fileAnswer()
	register(s, file, s.getReportFile)
}

// fileAnswer documents an answer that is a file.
func fileAnswer() map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: "文件 / the file", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}}
}

func (s *Server) listReportKinds(context.Context, *struct{}) (*struct{ Body ReportKindList }, error) {
	out := &struct{ Body ReportKindList }{}
	for _, k := range report.Kinds() {
		kind := ReportKind{Name: k.Name, Title: k.Title, About: k.About, Period: k.Period, Columns: make([]ReportColumn, len(k.Columns))}
		for i := range k.Columns {
			c := &k.Columns[i]
			kind.Columns[i] = ReportColumn{c.Name, c.Title, string(c.Type), c.Privacy != ""}
		}
		out.Body.Kinds = append(out.Body.Kinds, kind)
	}
	return out, nil
}

func (s *Server) createReport(ctx context.Context, in *struct{ Body ReportBody }) (*reportOut, error) {
	r, b := requestOf(ctx), &in.Body
	spec := report.Spec{
		Kind: b.Kind, From: b.From, To: b.To, Format: report.Format(b.Format), Encoding: report.Encoding(b.Encoding), Columns: b.Columns, Mask: report.MaskOf(string(r.role)),
	}
	for _, w := range b.Where {
		spec.Where = append(spec.Where, report.Filter(w))
	}
	if err := spec.Check(); err != nil {
		return nil, err
	}
	rendering(ctx, func(r Report) (any, string) { return r, "" })
	made, err := s.backend.CreateReport(ctx, r.actor, spec)
	if err != nil {
		return nil, err
	}
	return &reportOut{made}, nil
}

func (s *Server) listReports(ctx context.Context, in *PageQuery) (*struct{ Body ReportList }, error) {
	name, before := listName("list-reports"), int64(0)
	if err := s.position(name, in.Cursor, &before); err != nil {
		return nil, err
	}
	list, err := s.backend.Reports(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body ReportList }{ReportList{Reports: append([]Report{}, list[:min(len(list), in.Limit)]...)}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].ID)
	}
	return out, nil
}

func (s *Server) getReport(ctx context.Context, in *ReportPath) (*reportOut, error) {
	r, err := s.backend.Report(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &reportOut{r}, nil
}

// cancelReport ends what the caller asked for; an admin may end all.
func (s *Server) cancelReport(ctx context.Context, in *ReportPath) (*reportOut, error) {
	r, err := s.backend.Report(ctx, in.ID)
	if err == nil && r.Actor != requestOf(ctx).actor && requestOf(ctx).role != Admin {
		err = &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
	}
	if err == nil {
		r, err = s.backend.CancelReport(ctx, in.ID)
	}
	if err != nil {
		return nil, err
	}
	return &reportOut{r}, nil
}

// downloadTime bounds a download, however slow the line.
const downloadTime = time.Hour

func (s *Server) getReportFile(ctx context.Context, in *ReportPath) (*huma.StreamResponse, error) {
	r, err := s.backend.Report(ctx, in.ID)
	if err == nil && !report.MaskOf(string(requestOf(ctx).role)).Includes(r.Spec.Mask) {
		err = &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
	}
	if err == nil && (r.State != "done" || r.EndedAt == nil) {
		err = screening.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	file, err := s.backend.ReportFile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	name := "zhunru-" + r.Spec.Kind + "-" + strconv.FormatInt(r.ID, 10) + "." + string(r.Spec.Format)
	return s.download(file, name, r.SHA256, *r.EndedAt), nil
}

// download sends a file and closes it.
func (s *Server) download(file io.ReadSeekCloser, name, hash string, made time.Time) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer file.Close() //nolint:errcheck // it was only read
		c := humagin.Unwrap(h)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(s.now().Add(downloadTime)) // a writer of a test has none
		c.Header("Content-Type", "application/octet-stream")
		c.Header("Content-Disposition", `attachment; filename="`+name+`"`)
		c.Header("X-Content-Type-Options", "nosniff")
		c.Header("ETag", `"`+hash+`"`)
		http.ServeContent(c.Writer, c.Request, name, made, file)
	}}
}
