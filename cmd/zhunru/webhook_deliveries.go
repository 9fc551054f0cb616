package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhunru/api"
	"zhunru/screening"
	"zhunru/store"
)

// viewWebhook is a webhook as JSON shows it: as the API does.
func viewWebhook(w *store.Webhook, secret string) any {
	if secret == "" {
		return toAPIWebhook(w)
	}
	return api.WebhookSecret{Webhook: toAPIWebhook(w), Secret: secret}
}

func (f *webhooksFlags) deliveries(c *cobra.Command, s *store.Store, args []string) error {
	states := []store.DeliveryState{"", store.DeliveryPending, store.DeliveryDelivered, store.DeliveryDead}
	if !slices.Contains(states, store.DeliveryState(f.state)) {
		return usagef("--state %q 不是 pending、delivered、dead 之一", f.state)
	}
	if f.limit < 1 || f.limit > store.MaxBatch {
		return usagef("--limit %d 不在 1 到 1000 之间", f.limit)
	}
	w, err := f.webhook(c.Context(), s, args[0])
	if err != nil {
		return err
	}
	list, err := s.Deliveries(c.Context(), w.Key, store.DeliveryState(f.state), 0, f.limit)
	if err != nil {
		return err
	}
	views := make([]api.Delivery, len(list))
	for i := range list {
		views[i] = toAPIDelivery(&list[i])
	}
	if f.json {
		return encodeJSON(c.OutOrStdout(), views)
	}
	out := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
	fmt.Fprintln(out, "编号\t事件\t对象\t状态\t试过\t最近一次\t回答\t问题")
	for i := range views {
		v, tried := &views[i], "-"
		if v.TriedAt != nil {
			tried = v.TriedAt.In(china()).Format(time.DateTime)
		}
		fmt.Fprintf(out, "%d\t%s\t%s\t%s\t%d\t%s\t%d\t%s\n", v.ID, v.Type, v.Subject, v.State, v.Attempts, tried, v.Status, v.Problem)
	}
	return out.Flush()
}

func (f *webhooksFlags) redeliver(c *cobra.Command, s *store.Store, args []string) error {
	w, err := f.webhook(c.Context(), s, args[0])
	if err != nil {
		return err
	}
	if w.State == store.WebhookDisabled {
		return usagef("webhook %d 因一直送不到而停用，请先 zhunru webhooks set %d --state active", w.Key, w.Key)
	}
	key, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return usagef("%q 不是投递的编号，请用 zhunru webhooks deliveries %d 查看", args[1], w.Key)
	}
	err = s.Write(c.Context(), func(tx *store.Tx) error { return tx.Redeliver(w.Key, key) })
	if errors.Is(err, screening.ErrNotFound) {
		return fmt.Errorf("webhook %d 没有投递 %d，请用 zhunru webhooks deliveries %d 核对（DELIVERY_NOT_FOUND）", w.Key, key, w.Key)
	}
	if err == nil {
		_, err = fmt.Fprintf(c.OutOrStdout(), "投递 %d 将由 zhunru serve 或 worker 再次投递\n", key)
	}
	return err
}
