package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/webhook"
)

// webhooksFlags are the flags of the commands under zhunru webhooks.
type webhooksFlags struct {
	database databaseFlags
	allow    webhookFlags
	json     bool
	hook     store.Webhook // as the flags say
	state    string
	overlap  time.Duration
	limit    int
}

func newWebhooks() *cobra.Command {
	c := &cobra.Command{
		Use:   "webhooks",
		Short: "管理 webhook：结论有变、证照到期等事件告诉谁 / webhooks",
		Long: `登记事件要投递到的地址，查看投递，重新投递。签名密钥只在新建和更换时显示一次，按
Standard Webhooks 签名。投递由 zhunru serve 或 worker 去做，至少送达一次。

事件：` + strings.Join(webhook.Types(), "、") + `。`,
		Example: `  zhunru webhooks add https://hooks.example.com/zhunru --name 下架系统 --events verdict.changed,run.finished
  zhunru webhooks list
  zhunru webhooks set 3 --state paused
  zhunru webhooks rotate 3 --overlap 48h
  zhunru webhooks deliveries 3 --state dead
  zhunru webhooks redeliver 3 1207
  zhunru webhooks delete 3`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	f := &webhooksFlags{}
	add := f.command("add URL", "新建 webhook，显示它的密钥 / add a webhook", 1, f.add)
	set := f.command("set ID", "修改 webhook，没写的不变 / edit a webhook", 1, f.set)
	set.Flags().StringVar(&f.hook.URL, "url", "", "https 地址 / address")
	set.Flags().StringVar(&f.state, "state", "", "active 启用，paused 暂停：事件先留着 / state")
	for _, one := range []*cobra.Command{add, set} {
		one.Flags().StringVar(&f.hook.Name, "name", "", "给谁 / whose it is")
		one.Flags().StringSliceVar(&f.hook.Events, "events", nil, "要哪些事件，逗号分隔，默认全部 / which events")
		f.allow.register(one)
	}
	rotate := f.command("rotate ID", "更换签名密钥 / rotate the secret", 1, f.rotate)
	rotate.Flags().DurationVar(&f.overlap, "overlap", 24*time.Hour, "旧密钥还同时签名多久 / the old secret signs too for")
	deliveries := f.command("deliveries ID", "投递记录，最近的在前 / deliveries", 1, f.deliveries)
	deliveries.Flags().StringVar(&f.state, "state", "", "只要 pending 待投、delivered 已送达、dead 放弃 之一 / only those")
	deliveries.Flags().IntVar(&f.limit, "limit", 50, "最多几条，1 到 1000 / at most")
	c.AddCommand(add, f.command("list", "列出 webhook / list webhooks", 0, f.list), set, rotate,
		f.command("delete ID", "删除 webhook 和它的投递记录 / delete a webhook", 1, f.remove), deliveries,
		f.command("redeliver ID DELIVERY", "再次投递一个事件 / deliver again", 2, f.redeliver))
	return c
}

// command is one command under zhunru webhooks: args of them are numbers, or
// the address of a new one.
func (f *webhooksFlags) command(use, short string, args int, do func(c *cobra.Command, s *store.Store, args []string) error) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: exactly(args), RunE: func(c *cobra.Command, args []string) error {
		s, err := openStore(c.Context(), f.database.db, true)
		if err != nil {
			return err
		}
		return errors.Join(do(c, s, args), s.Close())
	}}
	f.database.register(c)
	c.Flags().BoolVar(&f.json, "json", false, "输出 JSON")
	return c
}

// webhook returns the webhook that the first argument names.
func (f *webhooksFlags) webhook(ctx context.Context, s *store.Store, id string) (store.Webhook, error) {
	key, err := strconv.ParseInt(id, 10, 64)
	if err != nil || key < 1 {
		return store.Webhook{}, usagef("%q 不是 webhook 的编号，请用 zhunru webhooks list 查看", id)
	}
	w, err := s.Webhook(ctx, key)
	if errors.Is(err, screening.ErrNotFound) {
		err = fmt.Errorf("没有 webhook %d，请用 zhunru webhooks list 核对编号（WEBHOOK_NOT_FOUND）", key)
	}
	return w, err
}

// check refuses addresses that webhooks may not have, and unknown events.
func (f *webhooksFlags) check(w *store.Webhook) error {
	guard, err := f.allow.guard()
	if err != nil {
		return err
	}
	for _, e := range w.Events {
		if !slices.Contains(webhook.Types(), e) {
			return usagef("--events %q 不是 %s 之一", e, strings.Join(webhook.Types(), "、"))
		}
	}
	if err := guard.Check(w.URL); err != nil {
		return usagef("%w", err)
	}
	return nil
}

func (f *webhooksFlags) add(c *cobra.Command, s *store.Store, args []string) error {
	w := store.Webhook{URL: args[0], Name: f.hook.Name, Events: f.hook.Events, State: store.WebhookActive}
	if err := f.check(&w); err != nil {
		return err
	}
	w, secret, err := addWebhook(c.Context(), s, cliActor, w)
	if err != nil {
		return err
	}
	return f.show(c, &w, secret)
}

func (f *webhooksFlags) set(c *cobra.Command, s *store.Store, args []string) error {
	w, err := f.webhook(c.Context(), s, args[0])
	if err != nil {
		return err
	}
	given := c.Flags().Changed
	if given("url") {
		w.URL = f.hook.URL
	}
	if given("name") {
		w.Name = f.hook.Name
	}
	if given("events") {
		w.Events = f.hook.Events
	}
	switch state := store.WebhookState(f.state); {
	case !given("state"):
	case state == store.WebhookActive || state == store.WebhookPaused:
		w.State = state
	default:
		return usagef("--state %q 不是 active、paused 之一", f.state)
	}
	if err := f.check(&w); err != nil {
		return err
	}
	if w, err = saveWebhook(c.Context(), s, cliActor, w); err != nil {
		return err
	}
	return f.show(c, &w, "")
}

func (f *webhooksFlags) rotate(c *cobra.Command, s *store.Store, args []string) error {
	const most = 30 * 24 * time.Hour
	if f.overlap < 0 || f.overlap > most {
		return usagef("--overlap %s 不在 0 到 720h 之间", f.overlap)
	}
	w, err := f.webhook(c.Context(), s, args[0])
	if err != nil {
		return err
	}
	w, secret, err := rotateWebhook(c.Context(), s, cliActor, w.Key, w.Version, time.Now().Add(f.overlap))
	if err != nil {
		return err
	}
	return f.show(c, &w, secret)
}

func (f *webhooksFlags) remove(c *cobra.Command, s *store.Store, args []string) error {
	w, err := f.webhook(c.Context(), s, args[0])
	if err != nil {
		return err
	}
	if err := deleteWebhook(c.Context(), s, cliActor, w.Key, w.Version); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "已删除 webhook %d（%s）\n", w.Key, w.URL)
	return err
}

// show prints a webhook, and its secret where it is new.
func (f *webhooksFlags) show(c *cobra.Command, w *store.Webhook, secret string) error {
	if f.json {
		return encodeJSON(c.OutOrStdout(), viewWebhook(w, secret))
	}
	if err := f.table(c, []store.Webhook{*w}); err != nil || secret == "" {
		return err
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "签名密钥，只显示这一次，请立即保存：%s\n", secret)
	return err
}

func (f *webhooksFlags) list(c *cobra.Command, s *store.Store, _ []string) error {
	list, err := s.Webhooks(c.Context())
	if err != nil {
		return err
	}
	if !f.json {
		return f.table(c, list)
	}
	views := make([]any, len(list))
	for i := range list {
		views[i] = viewWebhook(&list[i], "")
	}
	return encodeJSON(c.OutOrStdout(), views)
}

func (f *webhooksFlags) table(c *cobra.Command, list []store.Webhook) error {
	w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "编号\t状态\t事件\t名称\t地址\t问题")
	for i := range list {
		h := &list[i]
		events := "全部"
		if len(h.Events) > 0 {
			events = strings.Join(h.Events, ",")
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", h.Key, h.State, events, h.Name, h.URL, h.Problem)
	}
	return w.Flush()
}
