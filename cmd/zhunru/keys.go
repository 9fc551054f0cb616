package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhunru/api"
	"zhunru/store"
)

// keyFlags are the flags of zhunru keys as they were given.
type keyFlags struct {
	database databaseFlags
	name     string
	role     string
	expires  string
	out      io.Writer
}

func newKeys() *cobra.Command {
	f := &keyFlags{}
	c := &cobra.Command{
		Use:   "keys",
		Short: "管理接口密钥 / keys of the API",
		Long: `制作、列出、更换和吊销接口密钥。密钥只在制作时显示一次，数据库里只有它的哈希；
之后凭前缀称呼它。吊销不能撤回：SQLite 上立即生效，PostgreSQL 上在跑的 serve 至多 2 秒后生效。

角色：platform-service 平台发布流程；operator 运营；reviewer 审核；auditor 审计；
admin 管理员。`,
		Example: `  zhunru keys create --name 发布系统 --role platform-service --expires 90d
  zhunru keys list
  zhunru keys rotate abcd2345
  zhunru keys revoke abcd2345`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	create := f.command("create", "制作密钥 / make a key", 0, f.create)
	create.Flags().StringVar(&f.name, "name", "", "给谁用 / whose it is")
	create.Flags().StringVar(&f.role, "role", "", "角色 / role")
	create.Flags().StringVar(&f.expires, "expires", "", "多久后到期，如 90d、12h，默认不到期 / ends after")
	c.AddCommand(create, f.command("list", "列出密钥 / list keys", 0, f.list),
		f.command("rotate PREFIX", "换一个新密钥并吊销旧的 / replace a key", 1, f.rotate),
		f.command("revoke PREFIX", "吊销密钥 / revoke a key", 1, f.revoke))
	return c
}

func (f *keyFlags) command(use, short string, args int, run func(context.Context, *store.Store, []string) error) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: exactly(args), RunE: func(c *cobra.Command, args []string) (err error) {
		f.out = c.OutOrStdout()
		s, err := openStore(c.Context(), f.database.db, true)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		return run(c.Context(), s, args)
	}}
	f.database.register(c)
	return c
}

func (f *keyFlags) create(ctx context.Context, s *store.Store, _ []string) error {
	if strings.TrimSpace(f.name) == "" {
		return usagef("请用 --name 写明这个密钥给谁用")
	}
	if !slices.Contains(api.Roles(), api.Role(f.role)) {
		return usagef("--role %q 不是可用的角色，请改为 %v 之一", f.role, api.Roles())
	}
	ends, err := after(f.expires, time.Now())
	if err != nil {
		return err
	}
	return f.show(ctx, s, func(tx *store.Tx) (string, error) { return addKey(tx, f.name, f.role, ends) })
}

// after reads a span of days or of Go's units; empty is for ever.
func after(span string, now time.Time) (time.Time, error) {
	if span == "" {
		return time.Time{}, nil
	}
	length, err := time.ParseDuration(span)
	if days, isDays := strings.CutSuffix(span, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		if n > 36500 {
			n = 0
		}
		length = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || length <= 0 {
		return time.Time{}, usagef("--expires %q 不是时长，请写成 90d 或 12h，不超过 36500d", span)
	}
	return now.Add(length), nil
}

// cliActor is who does what a person does at the command line.
const cliActor = "cli"

// addKey makes a key and keeps it.
func addKey(tx *store.Tx, name, role string, ends time.Time) (token string, err error) {
	token, prefix, hash := api.NewToken()
	_, err = tx.AddAccessKey(cliActor, store.AccessKey{Prefix: prefix, Hash: hash, Name: name, Role: role, ExpiresAt: ends})
	return token, err
}

// show prints the token of a key once the key is kept.
func (f *keyFlags) show(ctx context.Context, s *store.Store, make func(*store.Tx) (string, error)) error {
	var token string
	err := s.Write(ctx, func(tx *store.Tx) (err error) { token, err = make(tx); return err })
	if err == nil {
		_, err = fmt.Fprintln(f.out, token)
	}
	return err
}

func (f *keyFlags) list(ctx context.Context, s *store.Store, _ []string) error {
	keys, err := s.AccessKeys(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(f.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "前缀\t角色\t状态\t到期\t最近使用\t名称")
	now := time.Now()
	for i := range keys {
		k, state := &keys[i], "有效"
		switch {
		case !k.RevokedAt.IsZero():
			state = "已吊销"
		case !k.InForce(now):
			state = "已到期"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", k.Prefix, k.Role, state, day(k.ExpiresAt), day(k.LastUsedAt), k.Name)
	}
	return w.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format(time.DateOnly)
}

func (f *keyFlags) revoke(ctx context.Context, s *store.Store, args []string) error {
	return s.Write(ctx, func(tx *store.Tx) error { _, err := tx.RevokeAccessKey(cliActor, args[0]); return err })
}

// rotate revokes a key and makes one of the same name, role and end, both or
// neither.
func (f *keyFlags) rotate(ctx context.Context, s *store.Store, args []string) error {
	old, err := s.AccessKey(ctx, args[0])
	if err != nil {
		return err
	}
	if !old.InForce(time.Now()) {
		return usagef("密钥 %s 已到期或已吊销，请用 zhunru keys create 另做一个", args[0])
	}
	return f.show(ctx, s, func(tx *store.Tx) (string, error) {
		if _, err := tx.RevokeAccessKey(cliActor, old.Prefix); err != nil {
			return "", err
		}
		return addKey(tx, old.Name, old.Role, old.ExpiresAt)
	})
}
