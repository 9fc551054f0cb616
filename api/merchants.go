package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening/qualification"
)

// A MerchantBody is a merchant as it is sent in.
type MerchantBody struct {
	Kind           string     `json:"kind,omitempty" enum:"merchant,platform" default:"merchant"`
	Name           string     `json:"name" minLength:"1" maxLength:"200" doc:"主体名称，与营业执照一致"`
	USCC           string     `json:"uscc,omitempty" maxLength:"40" doc:"统一社会信用代码"`
	Place          string     `json:"registered_place,omitempty" maxLength:"200" doc:"登记地，如 广东省深圳市"`
	CategoriesHeld []string   `json:"categories_held,omitempty" maxItems:"200" doc:"平台已经开通的类目"`
	OtherPlatforms []string   `json:"other_platforms,omitempty" maxItems:"100" doc:"微信之外自有的 APP 或网站（R-S06）"`
	VerifiedOn     string     `json:"verified_on,omitempty" maxLength:"10" doc:"最近一次核验身份的日期，YYYY-MM-DD（R-S15）"`
	JoinedAt       *time.Time `json:"joined_at,omitempty"`
	Exempt         bool       `json:"exempt,omitempty" doc:"依法不需要登记"`
	Identity       *Identity  `json:"identity,omitempty" doc:"向市场监管部门报送的身份信息；修改商家时不写则保留原值"`
	State          string     `json:"state,omitempty" enum:"active,suspended,left" default:"active"`
}

// A MerchantAnswer is a merchant as it is kept.
type MerchantAnswer struct {
	ID string `json:"id"`
	MerchantBody
	State     string    `json:"state" enum:"named,active,suspended,left" doc:"named：只在商品里出现过，还没有资料"`
	Name      string    `json:"name"`
	Masked    []string  `json:"masked,omitempty" doc:"因角色而遮盖的字段 / fields hidden from this role"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// MerchantPath is the path of a merchant.
type MerchantPath struct {
	ID string `path:"id" maxLength:"128" doc:"商家编号"`
}

type merchantOut = tagged[MerchantAnswer]

func (s *Server) routeMerchants() {
	register(s, huma.Operation{
		OperationID: "list-merchants", Method: http.MethodGet, Path: "/v1/merchants", Tags: []string{"merchants"},
		Summary: "商家列表 / list merchants", Description: "按编号的字节顺序。",
	}, s.listMerchants)
	register(s, huma.Operation{
		OperationID: "get-merchant", Method: http.MethodGet, Path: "/v1/merchants/{id}", Tags: []string{"merchants"},
		Summary: "读取商家 / get a merchant", Errors: []int{http.StatusNotFound},
	}, s.getMerchant)
	register(s, huma.Operation{
		OperationID: "put-merchant", Method: http.MethodPut, Path: "/v1/merchants/{id}", Tags: []string{"merchants"},
		Summary: "保存商家 / keep a merchant", Description: "没有 If-Match 时新建；修改时用读取得到的 ETag 作 If-Match。",
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, s.putMerchant)
}

// Merchants are a page of merchants, ordered by the bytes of their ids.
type Merchants struct {
	Merchants []MerchantAnswer `json:"merchants" nullable:"false"`
	Next      string           `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / cursor of the next page; absent at the end"`
}

func (s *Server) listMerchants(ctx context.Context, in *PageQuery) (*struct{ Body Merchants }, error) {
	name, after := listName("list-merchants"), ""
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	list, err := s.backend.Merchants(ctx, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body Merchants }{Merchants{Merchants: []MerchantAnswer{}}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Body.Next = s.cursor(name, list[in.Limit-1].ID)
	}
	for i := range list {
		out.Body.Merchants = append(out.Body.Merchants, s.answerMerchant(ctx, &list[i]).Body)
	}
	return out, nil
}

func (s *Server) getMerchant(ctx context.Context, in *MerchantPath) (*merchantOut, error) {
	m, err := s.backend.Merchant(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return s.answerMerchant(ctx, &m), nil
}

func (s *Server) putMerchant(ctx context.Context, in *struct {
	MerchantPath
	IfMatch string `header:"If-Match" maxLength:"40"`
	Body    MerchantBody
}) (*merchantOut, error) {
	return s.saveMerchant(ctx, in.ID, in.IfMatch, &in.Body)
}

func (s *Server) saveMerchant(ctx context.Context, id, ifMatch string, b *MerchantBody) (*merchantOut, error) {
	v, err := version(ifMatch)
	if err != nil {
		return nil, err
	}
	if _, err := time.Parse(time.DateOnly, b.VerifiedOn); b.VerifiedOn != "" && err != nil {
		return nil, because(inBody("/verified_on", "BAD_DATE"))
	}
	identity, err := s.identityOf(ctx, id, v, b.Identity)
	if err != nil {
		return nil, err
	}
	m, err := s.backend.SaveMerchant(ctx, requestOf(ctx).actor, Merchant{
		Subject: qualification.Subject{
			ID: id, Kind: b.Kind, Name: b.Name, USCC: b.USCC, Place: b.Place,
			CategoriesHeld: b.CategoriesHeld, OtherPlatforms: b.OtherPlatforms, VerifiedOn: b.VerifiedOn,
		},
		JoinedAt: b.JoinedAt, Exempt: b.Exempt, Identity: identity, State: b.State, Version: v,
	})
	if err != nil {
		return nil, err
	}
	return s.answerMerchant(ctx, &m), nil
}

// identityOf returns the identity to keep: the one that was sent, or, of a
// merchant that is kept, the one it has.
func (s *Server) identityOf(ctx context.Context, id string, version int64, sent *Identity) (Identity, error) {
	if sent != nil {
		if fields := sent.masked(); len(fields) > 0 {
			return Identity{}, because(fields...)
		}
		return *sent, nil
	}
	if version == 0 {
		return Identity{}, nil
	}
	m, err := s.backend.Merchant(ctx, id)
	return m.Identity, err
}

func (s *Server) answerMerchant(ctx context.Context, m *Merchant) *merchantOut {
	mask, identity := s.maskFor(ctx), m.Identity
	mask.identity(&identity)
	a := MerchantAnswer{
		ID: m.ID, Name: m.Name, State: m.State, Masked: mask.hidden, Version: m.Version, CreatedAt: m.CreatedAt, UpdatedAt: m.UpdatedAt,
		MerchantBody: MerchantBody{
			Kind: m.Kind, USCC: m.USCC, Place: m.Place, CategoriesHeld: m.CategoriesHeld,
			OtherPlatforms: m.OtherPlatforms, VerifiedOn: m.VerifiedOn, JoinedAt: m.JoinedAt, Exempt: m.Exempt,
		},
	}
	if identity != (Identity{}) {
		a.Identity = &identity
	}
	return tag(etag(m.Version), a)
}
