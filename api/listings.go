package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
)

// ListingPath is the path of a listing. An id with a slash is sent as %2F.
type ListingPath struct {
	ID string `path:"id" maxLength:"128" doc:"商品编号"`
}

// A ListingFilter picks listings; the zero value of a field asks for nothing.
type ListingFilter struct {
	Merchant string            `query:"merchant" maxLength:"128" doc:"商家编号"`
	Outcome  screening.Outcome `query:"outcome" enum:"prohibited,needs_category,review,pass" doc:"当前结论"`
	Class    string            `query:"class" maxLength:"100" doc:"当前结论里有这个品类的命中"`
	State    string            `query:"state" enum:"active,suspended"`
	Category string            `query:"category" maxLength:"500" doc:"申报类目：整个路径，或其上级"`
	Since    time.Time         `query:"edited_since" doc:"这一刻及以后改动过"`
	Until    time.Time         `query:"edited_until" doc:"这一刻以前最后改动"`
	Deleted  bool              `query:"deleted" doc:"也要已删除的"`
}

func (f *ListingFilter) name() string {
	return listName("list-listings", f.Merchant, string(f.Outcome), f.Class, f.State, f.Category,
		f.Since.UTC().Format(time.RFC3339Nano), f.Until.UTC().Format(time.RFC3339Nano), strconv.FormatBool(f.Deleted))
}

// Listings are a page of listings in the order of their first saving.
type Listings struct {
	Listings []Listing `json:"listings" nullable:"false"`
	Next     string    `json:"next,omitempty" doc:"下一页的 cursor；没有则到底。条件很少命中时一页可能不满甚至为空，仍要继续 / absent at the end; a page may be short before it"`
}

// A ListingBody is a listing on its way in; its id is in the path.
type ListingBody struct {
	MerchantID  string            `json:"merchant_id,omitempty" maxLength:"128" doc:"商家编号"`
	Title       string            `json:"title" minLength:"1" maxLength:"1000" doc:"标题"`
	Description string            `json:"description,omitempty" maxLength:"100000" doc:"描述"`
	Category    string            `json:"category,omitempty" maxLength:"500" doc:"商家申报的类目，如 食品/零食/坚果"`
	Brand       string            `json:"brand,omitempty" maxLength:"500" doc:"品牌"`
	Attributes  map[string]string `json:"attributes,omitempty" maxProperties:"100" doc:"其他属性，名称至多 100 字，值至多 5,000 字"`
}

func (s *Server) routeListings() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/listings" + path, Tags: []string{"listings"},
			Summary: summary, Description: description, Errors: errors,
		}
	}
	register(s, op("list-listings", http.MethodGet, "", "商品列表 / list listings", "按首次保存的先后。"), s.listListings)
	register(s, op("get-listing", http.MethodGet, "/{id}", "读取商品 / get a listing", "", http.StatusNotFound), s.getListing)
	register(s, op("put-listing", http.MethodPut, "/{id}", "保存并筛查商品 / keep and screen a listing",
		"没有就新建，有就替换，随即按今天的资质和当前词典判断；商品、结论和台账一起落盘。带 If-Match 时只替换读到的那个版本。",
		http.StatusNotFound, http.StatusConflict), s.putListing)
	register(s, op("delete-listing", http.MethodDelete, "/{id}", "删除商品 / delete a listing",
		"标为已删除，历次结论仍保留；再次保存即恢复。带 If-Match 时只删除读到的那个版本。", http.StatusNotFound, http.StatusConflict), s.deleteListing)
	s.routeVerdicts()
}

func (s *Server) listListings(ctx context.Context, in *struct {
	ListingFilter
	PageQuery
}) (*struct{ Body Listings }, error) {
	name, after := in.name(), int64(0)
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	list, last, err := s.backend.Listings(ctx, in.ListingFilter, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body Listings }{Listings{Listings: append([]Listing{}, list...)}}
	if last > 0 {
		out.Body.Next = s.cursor(name, last)
	}
	return out, nil
}

func (s *Server) getListing(ctx context.Context, in *ListingPath) (*tagged[Listing], error) {
	l, err := s.backend.Listing(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return tag(etag(l.Version), l), nil
}

func (s *Server) putListing(ctx context.Context, in *struct {
	ListingPath
	IfMatch string `header:"If-Match" maxLength:"40"`
	Body    ListingBody
}) (*tagged[Listing], error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	b := &in.Body
	l := screening.Listing{
		ID: in.ID, MerchantID: b.MerchantID, Title: b.Title, Description: b.Description, Category: b.Category, Brand: b.Brand, Attributes: b.Attributes,
	}
	if fields := checkTexts("/", &l); len(fields) > 0 {
		return nil, because(fields...)
	}
	if err := s.backend.SaveListing(ctx, requestOf(ctx).actor, l, v); err != nil {
		return nil, err
	}
	return s.getListing(ctx, &in.ListingPath)
}

func (s *Server) deleteListing(ctx context.Context, in *struct {
	ListingPath
	IfMatch string `header:"If-Match" maxLength:"40"`
}) (*tagged[Listing], error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := s.backend.RemoveListing(ctx, requestOf(ctx).actor, in.ID, v); err != nil {
		return nil, err
	}
	return s.getListing(ctx, &in.ListingPath)
}
