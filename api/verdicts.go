package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
)

// A History is a page of a listing's verdicts, the latest first.
type History struct {
	Verdicts []Record `json:"verdicts" nullable:"false"`
	Next     string   `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / cursor of the next page; absent at the end"`
}

func (s *Server) routeVerdicts() {
	register(s, huma.Operation{
		OperationID: "list-listing-verdicts", Method: http.MethodGet, Path: "/v1/listings/{id}/verdicts", Tags: []string{"listings", "verdicts"},
		Summary: "商品的历次结论 / verdicts of a listing", Description: "最近的在前；第一个是当前结论。", Errors: []int{http.StatusNotFound},
	}, s.listVerdicts)
	op := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: http.MethodGet, Path: "/v1/verdicts/{id}" + path, Tags: []string{"verdicts"},
			Summary: summary, Description: description, Errors: []int{http.StatusNotFound},
		}
	}
	register(s, op("get-verdict", "", "读取结论 / get a verdict", "商品的当前结论；用 n 读取它的第 n 个结论。"), s.getVerdict)
	register(s, op("explain-verdict", "/explain", "说明结论 / explain a verdict", "用一段段的话说明：哪些词、哪条规则和法律、怎么改或补什么证照。"), s.explainVerdict)
	register(s, op("why-not", "/why-not", "为何没有这个品类 / why a class is not in a verdict", "例外、语境、边界、反向线索，或商家已取得类目。"), s.whyNot)
}

type historyQuery struct {
	ListingPath
	PageQuery
}

func (s *Server) listVerdicts(ctx context.Context, in *historyQuery) (*struct{ Body History }, error) {
	name, before := listName("list-listing-verdicts", in.ID), int64(0)
	if err := s.position(name, in.Cursor, &before); err != nil {
		return nil, err
	}
	records, err := s.backend.Verdicts(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := History{Verdicts: []Record{}}
	for i := range records {
		if before != 0 && records[i].N >= before {
			continue
		}
		if len(out.Verdicts) == in.Limit {
			out.Next = s.cursor(name, out.Verdicts[in.Limit-1].N)
			break
		}
		out.Verdicts = append(out.Verdicts, records[i])
	}
	return &struct{ Body History }{out}, nil
}

// VerdictQuery names a verdict of a listing.
type VerdictQuery struct {
	ListingPath
	N int64 `query:"n" minimum:"0" doc:"该商品的第几个结论；0 或没有则为当前的"`
}

func (s *Server) getVerdict(ctx context.Context, in *VerdictQuery) (*tagged[Record], error) {
	r, err := s.record(ctx, in)
	if err != nil {
		return nil, err
	}
	if r.ReplacedAt != nil { // it says more than when it was current
		return tag(`"replaced-`+strconv.FormatInt(r.N, 10)+`"`, *r), nil
	}
	return tag(etag(r.N), *r), nil
}

// record returns the verdict that was asked for.
func (s *Server) record(ctx context.Context, in *VerdictQuery) (*Record, error) {
	records, err := s.backend.Verdicts(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	for i := range records {
		if in.N == 0 && records[i].ReplacedAt == nil || in.N != 0 && records[i].N == in.N {
			return &records[i], nil
		}
	}
	return nil, screening.ErrNotFound
}
