package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
)

// LedgerEntries are a page of the ledger, in order.
type LedgerEntries struct {
	Entries []LedgerEntry `json:"entries" nullable:"false"`
	Next    string        `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / cursor of the next page; absent at the end"`
}

func (s *Server) listLedger(ctx context.Context, in *PageQuery) (*struct{ Body LedgerEntries }, error) {
	name, after := listName("list-ledger-entries"), int64(0)
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	list, err := s.backend.LedgerEntries(ctx, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body LedgerEntries }{LedgerEntries{Entries: append([]LedgerEntry{}, list[:min(len(list), in.Limit)]...)}}
	if len(list) > in.Limit {
		out.Body.Next = s.cursor(name, list[in.Limit-1].Seq)
	}
	return out, nil
}

func (s *Server) getLedgerEntry(ctx context.Context, in *struct {
	Seq int64 `path:"seq" minimum:"1" doc:"序号"`
}) (*struct{ Body LedgerEntry }, error) {
	list, err := s.backend.LedgerEntries(ctx, in.Seq-1, 1)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Seq != in.Seq {
		return nil, screening.ErrNotFound
	}
	return &struct{ Body LedgerEntry }{list[0]}, nil
}

func (s *Server) routeLedger() {
	register(s, huma.Operation{
		OperationID: "list-ledger-entries", Method: http.MethodGet, Path: "/v1/ledger/entries", Tags: []string{"ledger"},
		Summary: "台账条目 / entries of the ledger", Description: "按序号从小到大。",
	}, s.listLedger)
	register(s, huma.Operation{
		OperationID: "get-ledger-entry", Method: http.MethodGet, Path: "/v1/ledger/entries/{seq}", Tags: []string{"ledger"},
		Summary: "一条台账 / an entry of the ledger", Errors: []int{http.StatusNotFound},
	}, s.getLedgerEntry)
	register(s, huma.Operation{
		OperationID: "verify-ledger", Method: http.MethodGet, Path: "/v1/ledger/verify", Tags: []string{"ledger"},
		Summary: "核对台账 / verify the ledger", Description: "从头读一遍台账并指出每一处问题；台账很长时请改用 zhunru ledger verify。",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body LedgerReport }, error) {
		r, err := s.backend.VerifyLedger(ctx)
		if err != nil {
			return nil, err
		}
		if r.Faults == nil {
			r.Faults = []LedgerFault{}
		}
		return &struct{ Body LedgerReport }{r}, nil
	})
}
