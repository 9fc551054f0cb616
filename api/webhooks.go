package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// A WebhookBody is a webhook as it is sent in.
type WebhookBody struct {
	URL    string   `json:"url" minLength:"1" maxLength:"2000" doc:"https 地址；不跟随重定向，不连接内网 / an https address"`
	Name   string   `json:"name,omitempty" maxLength:"200"`
	Events []string `json:"events,omitempty" maxItems:"20" enum:"verdict.changed,document.expiring,merchant.reverification_due,run.finished,case.due,appeal.decided,release.published,webhook.disabled" doc:"要哪些事件；没有则为全部 / which events; none: all"`
	State  string   `json:"state,omitempty" enum:"active,paused" default:"active" doc:"paused：事件先留着 / events are kept"`
}

// A WebhookSecret is a webhook and its secret, which is shown this once.
type WebhookSecret struct {
	Webhook
	Secret string `json:"secret" doc:"Standard Webhooks 密钥，只显示这一次 / shown only now"`
}

// WebhookList are all webhooks.
type WebhookList struct {
	Webhooks []Webhook `json:"webhooks" nullable:"false"`
}

// DeliveryList is a page of deliveries, the latest first.
type DeliveryList struct {
	Deliveries []Delivery `json:"deliveries" nullable:"false"`
	Next       int64      `json:"next,omitempty" doc:"下一页的 before；没有则到底 / before of the next page"`
}

// WebhookPath is the path of a webhook.
type WebhookPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// WebhookMatch is the path of a webhook that was read.
type WebhookMatch struct {
	WebhookPath
	IfMatch string `header:"If-Match" maxLength:"40" required:"true"`
}

// DeliveryPath is the path of a delivery.
type DeliveryPath struct {
	WebhookPath
	Delivery int64 `path:"delivery" minimum:"1"`
}

type webhookOut struct {
	ETag string `header:"ETag"`
	Body Webhook
}

type webhookSecretOut struct {
	ETag string `header:"ETag"`
	Body WebhookSecret
}

func (s *Server) routeWebhooks() {
	op := func(id, method, path, summary, description string, errors ...int) huma.Operation {
		return huma.Operation{
			OperationID: id, Method: method, Path: "/v1/webhooks" + path, Tags: []string{"webhooks"},
			Summary: summary, Description: description, Errors: errors,
		}
	}
	secret := func(o huma.Operation) huma.Operation {
		o.Metadata = map[string]any{notOnce: true}
		return o
	}
	const missing, conflict = http.StatusNotFound, http.StatusConflict
	register(s, op("list-webhooks", http.MethodGet, "", "列出 webhook / list webhooks", ""), s.listWebhooks)
	register(s, secret(op("create-webhook", http.MethodPost, "", "新建 webhook / add a webhook",
		"答复里有签名密钥，只显示这一次。消息按 Standard Webhooks 签名（webhook-id、webhook-timestamp、webhook-signature），至少送达一次，不保证先后；2xx 为收到，否则十次、约三天内重试。")), s.createWebhook)
	register(s, op("get-webhook", http.MethodGet, "/{id}", "读取 webhook / get a webhook", "", missing), s.getWebhook)
	register(s, op("put-webhook", http.MethodPut, "/{id}", "修改 webhook / edit a webhook", "把 disabled 的改回 active 即重新启用。", missing, conflict), s.putWebhook)
	register(s, op("delete-webhook", http.MethodDelete, "/{id}", "删除 webhook / delete a webhook", "连同它的投递记录；答复为删除前的样子。", missing, conflict), s.deleteWebhook)
	register(s, secret(op("rotate-webhook-secret", http.MethodPost, "/{id}/rotate", "更换签名密钥 / rotate the secret", "旧密钥在 overlap_hours 小时内同时签名。", missing, conflict)), s.rotateWebhook)
	register(s, op("list-deliveries", http.MethodGet, "/{id}/deliveries", "投递记录 / deliveries", "最近的在前；送达的保留 30 天。", missing), s.listDeliveries)
	register(s, op("get-delivery", http.MethodGet, "/{id}/deliveries/{delivery}", "读取投递 / get a delivery", "", missing), s.getDelivery)
	register(s, op("redeliver", http.MethodPost, "/{id}/deliveries/{delivery}/redeliver", "再次投递 / deliver again", "webhook-id 不变，重新计次。", missing), s.redeliver)
}

func (s *Server) listWebhooks(ctx context.Context, _ *struct{}) (*struct{ Body WebhookList }, error) {
	list, err := s.backend.Webhooks(ctx)
	return &struct{ Body WebhookList }{WebhookList{some(list)}}, err
}

// some is a list that is not null in JSON.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func answerWebhook(w Webhook, err error) (*webhookOut, error) {
	if err != nil {
		return nil, err
	}
	w.Events = some(w.Events)
	return &webhookOut{etag(w.Version), w}, nil
}

func answerSecret(w Webhook, secret string, err error) (*webhookSecretOut, error) {
	if err != nil {
		return nil, err
	}
	w.Events = some(w.Events)
	return &webhookSecretOut{etag(w.Version), WebhookSecret{w, secret}}, nil
}

func (b *WebhookBody) webhook(id, version int64) Webhook {
	return Webhook{ID: id, Name: b.Name, URL: b.URL, Events: b.Events, State: b.State, Version: version}
}

func (s *Server) createWebhook(ctx context.Context, in *struct{ Body WebhookBody }) (*webhookSecretOut, error) {
	return answerSecret(s.backend.AddWebhook(ctx, requestOf(ctx).actor, in.Body.webhook(0, 0)))
}

func (s *Server) getWebhook(ctx context.Context, in *WebhookPath) (*webhookOut, error) {
	return answerWebhook(s.backend.Webhook(ctx, in.ID))
}

func (s *Server) putWebhook(ctx context.Context, in *struct {
	WebhookMatch
	Body WebhookBody
}) (*webhookOut, error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return answerWebhook(s.backend.SaveWebhook(ctx, requestOf(ctx).actor, in.Body.webhook(in.ID, v)))
}

func (s *Server) deleteWebhook(ctx context.Context, in *WebhookMatch) (*webhookOut, error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	w, err := s.backend.Webhook(ctx, in.ID)
	if err == nil {
		err = s.backend.DeleteWebhook(ctx, requestOf(ctx).actor, in.ID, v)
	}
	return answerWebhook(w, err)
}

// A RotateBody says how the old secret ends.
type RotateBody struct {
	Overlap int `json:"overlap_hours,omitempty" minimum:"0" maximum:"720" doc:"旧密钥同时签名的小时数，默认 24 / hours for which the old secret signs too"`
}

func (s *Server) rotateWebhook(ctx context.Context, in *struct {
	WebhookMatch
	Body RotateBody
}) (*webhookSecretOut, error) {
	v, err := version(in.IfMatch)
	if err != nil {
		return nil, err
	}
	overlap := 24 * time.Hour
	if in.Body.Overlap > 0 {
		overlap = time.Duration(in.Body.Overlap) * time.Hour
	}
	return answerSecret(s.backend.RotateWebhook(ctx, requestOf(ctx).actor, in.ID, v, overlap))
}

func (s *Server) listDeliveries(ctx context.Context, in *struct {
	WebhookPath
	State  string `query:"state" enum:"pending,delivered,dead"`
	Before int64  `query:"before" minimum:"0"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
}) (*struct{ Body DeliveryList }, error) {
	if _, err := s.backend.Webhook(ctx, in.ID); err != nil {
		return nil, err
	}
	list, err := s.backend.Deliveries(ctx, in.ID, in.State, in.Before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := DeliveryList{Deliveries: some(list)}
	if len(list) > in.Limit {
		out.Deliveries, out.Next = list[:in.Limit], list[in.Limit-1].ID
	}
	return &struct{ Body DeliveryList }{out}, nil
}

func (s *Server) getDelivery(ctx context.Context, in *DeliveryPath) (*struct{ Body Delivery }, error) {
	d, err := s.backend.Delivery(ctx, in.ID, in.Delivery)
	return &struct{ Body Delivery }{d}, err
}

func (s *Server) redeliver(ctx context.Context, in *DeliveryPath) (*struct{ Body Delivery }, error) {
	d, err := s.backend.Redeliver(ctx, requestOf(ctx).actor, in.ID, in.Delivery)
	return &struct{ Body Delivery }{d}, err
}
