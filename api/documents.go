package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunru/screening"
	"zhunru/screening/qualification"
)

// A DocumentBody is a document as it is sent in.
type DocumentBody struct {
	Type       string   `json:"type" minLength:"1" maxLength:"200" doc:"登记的名称或别名"`
	Number     string   `json:"number,omitempty" maxLength:"200"`
	Holder     string   `json:"holder,omitempty" maxLength:"200" doc:"持有人"`
	USCC       string   `json:"uscc,omitempty" maxLength:"40"`
	Scope      []string `json:"scope,omitempty" maxItems:"200"`
	Issuer     string   `json:"issuer,omitempty" maxLength:"200"`
	IssuedOn   string   `json:"issued_on,omitempty" maxLength:"60" doc:"照原文，如 2022-01-01、2022年1月1日"`
	ValidUntil string   `json:"valid_until,omitempty" maxLength:"60" doc:"照原文；长期 表示没有期限"`
	Status     string   `json:"status,omitempty" maxLength:"60"`
	Text       string   `json:"text,omitempty" maxLength:"200000" doc:"全文，内容检查用"`
	File       string   `json:"file,omitempty" maxLength:"500"`
	OCR        bool     `json:"ocr,omitempty" doc:"全文由图片识别得到"`
}

// A DocumentAnswer is a document as it is kept.
type DocumentAnswer struct {
	ID int64 `json:"id"`
	DocumentBody
	ExpiresOn string    `json:"expires_on,omitempty" doc:"最后有效日，YYYY-MM-DD"`
	Perpetual bool      `json:"perpetual,omitempty"`
	Decision  string    `json:"decision" enum:"pending,accepted,rejected,superseded"`
	Masked    []string  `json:"masked,omitempty" doc:"因角色而遮盖的字段 / fields hidden from this role"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

type documentOut = tagged[DocumentAnswer]

// OneDocumentPath is the path of a document.
type OneDocumentPath struct {
	MerchantPath
	Document int64 `path:"document" minimum:"1" doc:"证照编号"`
}

// DocumentPath is the path of a document that was read.
type DocumentPath struct {
	OneDocumentPath
	// IfMatch is required: what is decided or replaced is what was read.
	IfMatch string `header:"If-Match" maxLength:"40" required:"true"`
}

// DocumentList are a page of the documents of a merchant.
type DocumentList struct {
	Documents []DocumentAnswer `json:"documents" nullable:"false"`
	Next      string           `json:"next,omitempty" doc:"下一页的 cursor；没有则到底 / cursor of the next page; absent at the end"`
}

// A DecisionBody is what a person made of a document.
type DecisionBody struct {
	Decision string `json:"decision" enum:"accepted,rejected,superseded"`
}

func (s *Server) routeDocuments() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/merchants/{id}/documents" + path, Tags: []string{"documents"},
			Summary: summary, Description: description, Errors: append(errors, http.StatusNotFound),
		}
	}
	register(s, op("list-documents", http.MethodGet, "", "商家的证照 / documents of a merchant", "最早的在前。"), s.listDocuments)
	register(s, op("get-document", http.MethodGet, "/{document}", "读取证照 / get a document", ""), s.getDocument)
	register(s, op("create-document", http.MethodPost, "", "提交证照 / hand in a document", "提交后待人工确认（pending），确认之前不作数。"), s.createDocument)
	register(s, op("put-document", http.MethodPut, "/{document}", "替换证照 / replace a document", "替换后重新待人工确认。", http.StatusConflict), s.putDocument)
	register(s, op("decide-document", http.MethodPut, "/{document}/decision", "确认证照 / decide on a document", "接受、退回或作废。", http.StatusConflict), s.decideDocument)
}

func (s *Server) listDocuments(ctx context.Context, in *struct {
	MerchantPath
	PageQuery
}) (*struct{ Body DocumentList }, error) {
	name, after := listName("list-documents", in.ID), int64(0)
	if err := s.position(name, in.Cursor, &after); err != nil {
		return nil, err
	}
	if _, err := s.backend.Merchant(ctx, in.ID); err != nil {
		return nil, err
	}
	documents, err := s.backend.Documents(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body DocumentList }{DocumentList{Documents: []DocumentAnswer{}}}
	for i := range documents {
		if documents[i].ID <= after {
			continue
		}
		if n := len(out.Body.Documents); n == in.Limit {
			out.Body.Next = s.cursor(name, out.Body.Documents[n-1].ID)
			break
		}
		out.Body.Documents = append(out.Body.Documents, s.answerDocument(ctx, &documents[i]).Body)
	}
	return out, nil
}

func (s *Server) getDocument(ctx context.Context, in *OneDocumentPath) (*documentOut, error) {
	documents, err := s.backend.Documents(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	for i := range documents {
		if documents[i].ID == in.Document {
			return s.answerDocument(ctx, &documents[i]), nil
		}
	}
	return nil, screening.ErrNotFound
}

func (s *Server) createDocument(ctx context.Context, in *struct {
	MerchantPath
	Body DocumentBody
}) (*documentOut, error) {
	rendering(ctx, func(d Document) (any, string) { return s.answerDocument(ctx, &d).Body, etag(d.Version) })
	return s.saveDocument(ctx, in.ID, &Document{}, &in.Body)
}

func (s *Server) putDocument(ctx context.Context, in *struct {
	DocumentPath
	Body DocumentBody
}) (*documentOut, error) {
	old, err := s.document(ctx, &in.DocumentPath)
	if err != nil {
		return nil, err
	}
	return s.saveDocument(ctx, in.ID, old, &in.Body)
}

func (s *Server) decideDocument(ctx context.Context, in *struct {
	DocumentPath
	Body DecisionBody
}) (*documentOut, error) {
	d, err := s.document(ctx, &in.DocumentPath)
	if err != nil {
		return nil, err
	}
	d.Decision = in.Body.Decision
	kept, err := s.backend.SaveDocument(ctx, requestOf(ctx).actor, in.ID, *d)
	if err != nil {
		return nil, err
	}
	return s.answerDocument(ctx, &kept), nil
}

// document returns the document of a path, in the version the caller has read.
func (s *Server) document(ctx context.Context, p *DocumentPath) (*Document, error) {
	v, err := version(p.IfMatch)
	if err != nil {
		return nil, err
	}
	documents, err := s.backend.Documents(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range documents {
		switch d := &documents[i]; {
		case d.ID != p.Document:
		case d.Version != v:
			return nil, screening.ErrConflict
		default:
			return d, nil
		}
	}
	return nil, screening.ErrNotFound
}

// saveDocument keeps what was handed in, to be decided on again.
func (s *Server) saveDocument(ctx context.Context, merchant string, d *Document, b *DocumentBody) (*documentOut, error) {
	kind, ok := s.registry.Type(b.Type)
	if !ok {
		return nil, because(inBody("/type", "UNKNOWN_DOCUMENT"))
	}
	d.Document = qualification.Document(*b)
	d.Type, d.Decision, d.ExpiresOn, d.Perpetual = kind.Name, "pending", "", false
	if b.ValidUntil != "" {
		day, perpetual, flaw := qualification.ParseDate(b.ValidUntil)
		if flaw != nil {
			return nil, because(inBody("/valid_until", "BAD_DATE"))
		}
		if d.Perpetual = perpetual; !perpetual {
			d.ExpiresOn = day.String()
		}
	}
	kept, err := s.backend.SaveDocument(ctx, requestOf(ctx).actor, merchant, *d)
	if err != nil {
		return nil, err
	}
	return s.answerDocument(ctx, &kept), nil
}

func (s *Server) answerDocument(ctx context.Context, d *Document) *documentOut {
	mask, body := s.maskFor(ctx), DocumentBody(d.Document)
	mask.document(&body)
	return tag(etag(d.Version), DocumentAnswer{
		ID: d.ID, DocumentBody: body, ExpiresOn: d.ExpiresOn, Perpetual: d.Perpetual, Decision: d.Decision, Masked: mask.hidden,
		Version: d.Version, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
	})
}
