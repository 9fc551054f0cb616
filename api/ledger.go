package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

func (s *Server) routeLedger() {
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
