package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
)

// ListingPath is the path of a listing. An id with a slash is sent as %2F.
type ListingPath struct {
	ID string `path:"id" maxLength:"128" doc:"商品编号"`
}

// A History is a page of a listing's verdicts, the latest first.
type History struct {
	Verdicts []Record `json:"verdicts" nullable:"false"`
	Next     int64    `json:"next,omitempty" doc:"下一页的 before；没有则到底 / before of the next page; absent at the end"`
}

func (s *Server) routeListings() {
	register(s, huma.Operation{
		OperationID: "get-listing", Method: http.MethodGet, Path: "/v1/listings/{id}", Tags: []string{"listings"},
		Summary: "读取商品 / get a listing", Errors: []int{http.StatusNotFound},
	}, s.getListing)
	register(s, huma.Operation{
		OperationID: "list-listing-verdicts", Method: http.MethodGet, Path: "/v1/listings/{id}/verdicts", Tags: []string{"listings", "verdicts"},
		Summary: "商品的历次结论 / verdicts of a listing", Description: "最近的在前；第一个是当前结论。", Errors: []int{http.StatusNotFound},
	}, s.listVerdicts)
	register(s, huma.Operation{
		OperationID: "get-verdict", Method: http.MethodGet, Path: "/v1/verdicts/{id}", Tags: []string{"verdicts"},
		Summary: "读取结论 / get a verdict", Description: "商品的当前结论；用 n 读取它的第 n 个结论。", Errors: []int{http.StatusNotFound},
	}, s.getVerdict)
}

func (s *Server) getListing(ctx context.Context, in *ListingPath) (*struct {
	ETag string `header:"ETag"`
	Body Listing
}, error) {
	l, err := s.backend.Listing(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &struct {
		ETag string `header:"ETag"`
		Body Listing
	}{etag(l.Version), l}, nil
}

type historyQuery struct {
	ListingPath
	Before int64 `query:"before" minimum:"0" doc:"只要第 before 个之前的；0 从最近的开始"`
	Limit  int   `query:"limit" minimum:"1" maximum:"100" default:"20"`
}

func (s *Server) listVerdicts(ctx context.Context, in *historyQuery) (*struct{ Body History }, error) {
	records, err := s.backend.Verdicts(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := History{Verdicts: []Record{}}
	for i := range records {
		if in.Before != 0 && records[i].N >= in.Before {
			continue
		}
		if len(out.Verdicts) == in.Limit {
			out.Next = out.Verdicts[in.Limit-1].N
			break
		}
		out.Verdicts = append(out.Verdicts, records[i])
	}
	return &struct{ Body History }{out}, nil
}

type verdictQuery struct {
	ListingPath
	N int64 `query:"n" minimum:"0" doc:"该商品的第几个结论；0 或没有则为当前的"`
}

func (s *Server) getVerdict(ctx context.Context, in *verdictQuery) (*struct{ Body Record }, error) {
	records, err := s.backend.Verdicts(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	for i := range records {
		if in.N == 0 && records[i].ReplacedAt == nil || in.N != 0 && records[i].N == in.N {
			return &struct{ Body Record }{records[i]}, nil
		}
	}
	return nil, screening.ErrNotFound
}

// etag is the tag of a version; version reads it back, 0 where there is none.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

func version(ifMatch string) (int64, error) {
	if ifMatch == "" {
		return 0, nil
	}
	inner, ok := strings.CutPrefix(ifMatch, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	n, err := strconv.ParseInt(inner, 10, 64)
	if !ok || !closed || err != nil || n < 1 || etag(n) != ifMatch {
		return 0, because(FieldProblem{In: "header", Pointer: "If-Match", Code: "BAD_ETAG"})
	}
	return n, nil
}
