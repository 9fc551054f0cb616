package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// Imports brings files into the database.
type Imports interface {
	// CreateImport takes in a file, to the end of what it is read from, and has it
	// imported in the background. A file that was sent in before, to be read in the
	// same way, is the same import: it goes on where it was stopped, or, where it
	// came to its end, begins anew. Errors of file are returned as they are.
	CreateImport(ctx context.Context, actor string, s ImportSpec, file io.Reader) (Import, error)
	Import(ctx context.Context, id int64) (Import, error)
	// Imports returns up to limit imports of a kind ("": of all) before an id (0:
	// from the latest), the latest first.
	Imports(ctx context.Context, kind string, before int64, limit int) ([]Import, error)
	// Rejects returns up to limit refused rows of an import after a number, in the
	// order of the file.
	Rejects(ctx context.Context, id, after int64, limit int) ([]Reject, error)
	// CancelImport ends an import that waits or runs; any other is ErrState. What is
	// in stays.
	CancelImport(ctx context.Context, actor string, id int64) (Import, error)
}

// An ImportSpec says what a file holds and how it is to be read.
type ImportSpec struct {
	Kind     string `query:"kind" json:"kind" required:"true" enum:"listings,merchants,documents" doc:"文件里是什么"`
	File     string `query:"file" json:"file" required:"true" minLength:"1" maxLength:"200" pattern:"^[^/\\\\]+$" doc:"文件名，按扩展名识别格式，也用于报错"`
	Format   string `query:"format" json:"format,omitempty" enum:"csv,jsonl,xlsx" doc:"不写则按文件名与内容识别"`
	Encoding string `query:"encoding" json:"encoding,omitempty" enum:"utf-8,gb18030,utf-16le,utf-16be" doc:"不写则识别"`
	Sheet    string `query:"sheet" json:"sheet,omitempty" maxLength:"100" doc:"XLSX 的工作表，不写则第一张"`
	On       string `query:"on" json:"on,omitempty" maxLength:"10" doc:"商品按哪天的证照判断，不写则今天"`
	DryRun   bool   `query:"dry_run" json:"dry_run,omitempty" doc:"只说会怎样，不写商品、商家和证照"`
}

// An Import is a file on its way into the database. The counts add up to rows.
type Import struct {
	ID        int64      `json:"id"`
	Spec      ImportSpec `json:"spec"`
	Actor     string     `json:"actor,omitempty"`
	State     string     `json:"state" enum:"waiting,running,done,failed,cancelled"`
	Rows      int64      `json:"rows" doc:"已处理的行 / rows that are through"`
	Inserted  int64      `json:"inserted"`
	Updated   int64      `json:"updated"`
	Unchanged int64      `json:"unchanged"`
	Rejected  int64      `json:"rejected" doc:"被拒绝的行，见 /rejects"`
	Run       int64      `json:"run,omitempty" doc:"结论所属的运行 / the run of the verdicts"`
	Problems  []string   `json:"problems,omitempty" doc:"行以外的问题：不认识的列、中途读不下去等 / what is wrong beside refused rows"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
}

// A Reject is a row that was refused.
type Reject struct {
	N       int64  `json:"n" doc:"从 1 起，按文件中的顺序"`
	Line    int64  `json:"line" doc:"文件中的行号"`
	Field   string `json:"field,omitempty"`
	Code    string `json:"code"`
	Reason  string `json:"reason"`
	Excerpt string `json:"excerpt,omitempty" doc:"原文摘录；看不到个人信息的角色没有 / absent for roles that are not shown personal data"`
}

// ImportList is a page of imports, the latest first.
type ImportList struct {
	Imports []Import `json:"imports" nullable:"false"`
	Next    string   `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / absent at the end"`
}

// RejectList is a page of refused rows.
type RejectList struct {
	Rejects []Reject `json:"rejects" nullable:"false"`
	Next    string   `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / absent at the end"`
}

// ImportPath is the path of an import.
type ImportPath struct {
	ID int64 `path:"id" minimum:"1" doc:"导入的编号"`
}

type importOut struct{ Body Import }

// An importIn is a file that is being sent in.
type importIn struct {
	ImportSpec
	request *gin.Context
}

// Resolve keeps the request, whose body is read as it arrives.
func (in *importIn) Resolve(ctx huma.Context) []error {
	in.request = humagin.Unwrap(ctx)
	return nil
}

// defaultUpload bounds an uploaded file, in bytes, where nobody says otherwise.
const defaultUpload = 2 << 30

// uploadTime bounds an upload, however slow the line.
const uploadTime = 2 * time.Hour

func (s *Server) routeImports() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/imports" + path, Tags: []string{"imports"},
			Summary: summary, Description: description, Errors: errors,
		}
	}
	const missing = http.StatusNotFound
	create := op("create-import", http.MethodPost, "", "上传并导入文件 / import a file",
		"正文是 CSV、JSON Lines 或 XLSX 文件本身，边收边存，收完即答，在后台导入，商品边导边筛。同一个文件再传一次是同一个导入：中断的从断点继续，不漏不重，所以不用 Idempotency-Key。",
		http.StatusRequestTimeout, http.StatusRequestEntityTooLarge)
	create.DefaultStatus = http.StatusAccepted
	create.MaxBodyBytes = s.maxUpload
	create.Metadata = map[string]any{notOnce: true}
	create.RequestBody = &huma.RequestBody{Required: true, Description: "文件 / the file", Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}
	register(s, create, s.createImport)
	register(s, op("list-imports", http.MethodGet, "", "导入列表 / list imports", "最新的在前；命令行做的也在内。"), s.listImports)
	register(s, op("get-import", http.MethodGet, "/{id}", "导入及其进度 / an import and how far it is", "", missing), s.getImport)
	register(s, op("list-import-rejects", http.MethodGet, "/{id}/rejects", "被拒绝的行 / refused rows", "按文件中的顺序，各有行号、字段、代码和原因。", missing), s.listRejects)
	register(s, op("cancel-import", http.MethodPost, "/{id}/cancel", "取消导入 / cancel an import", "只能取消等待和进行中的；已导入的行保留。", missing, http.StatusConflict), s.cancelImport)
}

func (s *Server) createImport(ctx context.Context, in *importIn) (*importOut, error) {
	if _, err := time.Parse(time.DateOnly, in.On); in.On != "" && err != nil {
		return nil, because(FieldProblem{In: "query", Pointer: "on", Code: "BAD_DATE"})
	}
	if in.On != "" && in.Kind != "listings" {
		return nil, because(FieldProblem{In: "query", Pointer: "on", Code: "NOT_ALLOWED"})
	}
	w := in.request.Writer
	control := http.NewResponseController(w)
	file := &upload{from: http.MaxBytesReader(w, in.request.Request.Body, s.maxUpload), control: control}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), uploadTime) // a file takes longer than a request
	defer cancel()
	i, err := s.backend.CreateImport(ctx, requestOf(ctx).actor, in.ImportSpec, file)
	_ = control.SetWriteDeadline(time.Now().Add(bodyTime)) // where the connection has one
	if err != nil {
		return nil, err
	}
	return &importOut{i}, nil
}

// An upload is a body that may take its time, as long as it keeps coming.
type upload struct {
	from    io.Reader
	control *http.ResponseController
}

// Read reads what has come. A body that breaks off or stands still is a fault.
func (u *upload) Read(b []byte) (int, error) {
	_ = u.control.SetReadDeadline(time.Now().Add(bodyTime)) // where the connection has one
	n, err := u.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.As(err, new(*http.MaxBytesError)) {
		err = &fault{status: http.StatusRequestTimeout, code: "BODY_UNREADABLE"}
	}
	return n, err
}

func (s *Server) listImports(ctx context.Context, in *struct {
	PageQuery
	Kind string `query:"kind" enum:"listings,merchants,documents"`
}) (*struct{ Body ImportList }, error) {
	name, before := listName("list-imports", in.Kind), int64(0)
	if err := s.position(name, in.Cursor, &before); err != nil {
		return nil, err
	}
	list, err := s.backend.Imports(ctx, in.Kind, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body ImportList }{ImportList{Imports: some(list[:min(len(list), in.Limit)])}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].ID)
	}
	return out, nil
}

func (s *Server) getImport(ctx context.Context, in *ImportPath) (*importOut, error) {
	i, err := s.backend.Import(ctx, in.ID)
	return &importOut{i}, err
}

func (s *Server) listRejects(ctx context.Context, in *struct {
	ImportPath
	PageQuery
}) (*struct{ Body RejectList }, error) {
	name, after := listName("list-import-rejects"), int64(0)
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	if _, err := s.backend.Import(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := s.backend.Rejects(ctx, in.ID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body RejectList }{RejectList{Rejects: some(list[:min(len(list), in.Limit)])}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].N)
	}
	if !s.may(requestOf(ctx).role, seePersonal) {
		for i := range out.Body.Rejects {
			out.Body.Rejects[i].Excerpt = ""
		}
	}
	return out, nil
}

func (s *Server) cancelImport(ctx context.Context, in *ImportPath) (*importOut, error) {
	i, err := s.backend.CancelImport(ctx, requestOf(ctx).actor, in.ID)
	return &importOut{i}, err
}
