package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/report"
)

// Evidence makes packs that prove verdicts without the database.
type Evidence interface {
	// CreateEvidence asks for a pack, which is made in the background.
	CreateEvidence(ctx context.Context, actor string, m report.Mask, s EvidenceSpec) (EvidencePack, error)
	Evidence(ctx context.Context, id int64) (EvidencePack, error)
	// EvidencePacks returns up to limit packs before an id (0: from the latest), the
	// latest first.
	EvidencePacks(ctx context.Context, before int64, limit int) ([]EvidencePack, error)
	// EvidenceFile opens the file of a pack that is done; one that is not, or whose
	// file was removed, is screening.ErrNotFound. The caller closes it.
	EvidenceFile(ctx context.Context, id int64) (io.ReadSeekCloser, error)
	// CancelEvidence ends a pack that waits or is being made; one that has ended is
	// screening.ErrConflict.
	CancelEvidence(ctx context.Context, id int64) (EvidencePack, error)
}

// An EvidenceSpec says what a pack is about.
type EvidenceSpec struct {
	Scope string `json:"scope" enum:"listing,merchant,period" doc:"一件商品；一个商家的全部商品、登记与证照审核；一段期间作出的结论与审核"`
	ID    string `json:"id,omitempty" maxLength:"200" doc:"商品或商家的编号"`
	From  string `json:"from,omitempty" maxLength:"10" doc:"期间的第一天，2026-01-01"`
	To    string `json:"to,omitempty" maxLength:"10" doc:"期间的最后一天"`
}

// An EvidencePack is a pack that was asked for, and how far it is.
type EvidencePack struct {
	ID        int64        `json:"id"`
	Spec      EvidenceSpec `json:"spec"`
	Mask      report.Mask  `json:"mask" enum:"none,personal" doc:"personal：不含商家和证照的原文，只有台账条目与摘要"`
	Actor     string       `json:"actor"`
	State     string       `json:"state" enum:"waiting,running,done,failed,cancelled,removed" doc:"removed：已过保存期限，文件已删除"`
	Verdicts  int64        `json:"verdicts" doc:"包里的结论数 / verdicts so far"`
	Manifest  string       `json:"manifest_sha256,omitempty" doc:"包内 manifest.json 的 SHA-256，与台账中的一致 / as entered in the ledger"`
	Error     string       `json:"error,omitempty"`
	CreatedAt time.Time    `json:"created_at"`
	StartedAt *time.Time   `json:"started_at,omitempty"`
	EndedAt   *time.Time   `json:"ended_at,omitempty"`
	ExpiresAt *time.Time   `json:"expires_at,omitempty" doc:"届时文件被删除 / the file is removed then"`
}

// EvidenceList is a page of packs, the latest first.
type EvidenceList struct {
	Packs []EvidencePack `json:"packs" nullable:"false"`
	Next  string         `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / absent at the end"`
}

// EvidencePath is the path of a pack.
type EvidencePath struct {
	ID int64 `path:"id" minimum:"1" doc:"证据包编号"`
}

type evidenceOut struct{ Body EvidencePack }

func (s *Server) routeEvidence() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/v1/evidence" + path, Tags: []string{"evidence"}, Summary: summary, Description: description, Errors: errors}
	}
	create := op("create-evidence", http.MethodPost, "", "制作证据包 / ask for evidence", "在后台制作；导出本身先记入台账。商家和证照的原文只给看得到个人信息的角色。离线核对：zhunru ledger verify 包.zip --key 公钥 --replay。")
	create.DefaultStatus = http.StatusAccepted
	register(s, create, s.createEvidence)
	register(s, op("list-evidence", http.MethodGet, "", "证据包列表 / list evidence", "最新的在前；命令行做的也在内，其文件不在这里。"), s.listEvidence)
	register(s, op("get-evidence", http.MethodGet, "/{id}", "证据包进度 / get evidence", "", http.StatusNotFound), s.getEvidence)
	register(s, op("cancel-evidence", http.MethodDelete, "/{id}", "取消证据包 / cancel evidence", "只能取消等待和制作中的。", http.StatusNotFound, http.StatusConflict), s.cancelEvidence)
	file := op("get-evidence-file", http.MethodGet, "/{id}/file", "下载证据包 / download evidence", "支持 Range。未脱敏的只有看得到个人信息的角色能下载。", http.StatusNotFound)
	file.Responses = fileAnswer()
	register(s, file, s.getEvidenceFile)
}

func (s *Server) createEvidence(ctx context.Context, in *struct{ Body EvidenceSpec }) (*evidenceOut, error) {
	r := requestOf(ctx)
	rendering(ctx, func(p EvidencePack) (any, string) { return p, "" })
	p, err := s.backend.CreateEvidence(ctx, r.actor, report.MaskOf(string(r.role)), in.Body)
	if err != nil {
		return nil, err
	}
	return &evidenceOut{p}, nil
}

func (s *Server) listEvidence(ctx context.Context, in *PageQuery) (*struct{ Body EvidenceList }, error) {
	name, before := listName("list-evidence"), int64(0)
	if err := s.position(name, in.Cursor, &before); err != nil {
		return nil, err
	}
	list, err := s.backend.EvidencePacks(ctx, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body EvidenceList }{EvidenceList{Packs: some(list[:min(len(list), in.Limit)])}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].ID)
	}
	return out, nil
}

func (s *Server) getEvidence(ctx context.Context, in *EvidencePath) (*evidenceOut, error) {
	p, err := s.backend.Evidence(ctx, in.ID)
	return &evidenceOut{p}, err
}

// cancelEvidence ends what the caller asked for; an admin may end all.
func (s *Server) cancelEvidence(ctx context.Context, in *EvidencePath) (*evidenceOut, error) {
	p, err := s.backend.Evidence(ctx, in.ID)
	if err == nil && p.Actor != requestOf(ctx).actor && requestOf(ctx).role != Admin {
		err = &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
	}
	if err == nil {
		p, err = s.backend.CancelEvidence(ctx, in.ID)
	}
	return &evidenceOut{p}, err
}

func (s *Server) getEvidenceFile(ctx context.Context, in *EvidencePath) (*huma.StreamResponse, error) {
	p, err := s.backend.Evidence(ctx, in.ID)
	if err == nil && !report.MaskOf(string(requestOf(ctx).role)).Includes(p.Mask) {
		err = &fault{status: http.StatusForbidden, code: "FORBIDDEN"}
	}
	if err == nil && (p.State != "done" || p.EndedAt == nil) {
		err = screening.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	file, err := s.backend.EvidenceFile(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.download(file, "zhunru-evidence-"+strconv.FormatInt(p.ID, 10)+".zip", p.Manifest, *p.EndedAt), nil
}
