package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zhunru/store"
)

// ledgerFlags are the flags of zhunru ledger as they were given.
type ledgerFlags struct {
	database databaseFlags
	key      string
	records  bool
	output   string
	json     bool
	replay   bool
}

func newLedger() *cobra.Command {
	f := &ledgerFlags{}
	c := &cobra.Command{
		Use:   "ledger",
		Short: "台账：核对、签名、导出 / verify, sign and export the ledger",
		Long: `台账记下每个结论、决定和密钥变动，条条相连，每天和每次运行后签名。
签名密钥在数据库之外：SQLite 在数据库旁的 .ledger-key 文件（0600），PostgreSQL 在当前
目录的 zhunru.ledger-key，或由环境变量 ZHUNRU_LEDGER_KEY_FILE、ZHUNRU_LEDGER_KEY 给出。
请把公钥（zhunru ledger key）另存到机外，日后凭它核对。`,
		Example: `  zhunru ledger key
  zhunru ledger verify --records
  zhunru ledger export -o ledger.jsonl
  zhunru ledger verify ledger.jsonl --key 'zhunru+…'`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	verify := &cobra.Command{
		Use: "verify [FILE|PACK.zip]", Short: "核对数据库、导出文件或证据包 / verify",
		Long: `不给文件时核对数据库：每条的哈希、前后相连、所记原文、签名树头；加 --records 再核对
每件商品的内容和每个结论与台账相符。给出 zhunru ledger export 的文件时不需要数据库。
每处问题一行：序号、代码、说明。公钥取自 --key，其次取自密钥文件；两者都没有时不核对签名，
并写明。

退出状态：0 无误；1 有问题；2 用法错误；3 读不了。`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return f.verifyFile(c, args[0])
			}
			return f.verify(c)
		},
	}
	verify.Flags().StringVar(&f.key, "key", "", "机外留存的公钥 / public key")
	verify.Flags().BoolVar(&f.records, "records", false, "同时核对商品与结论 / records, too")
	verify.Flags().BoolVar(&f.replay, "replay", false, "证据包：用包内词典重新判断 / judge a pack again")
	verify.Flags().BoolVar(&f.json, "json", false, "输出 JSON")
	export := &cobra.Command{
		Use: "export", Short: "签名并导出全部条目 / sign and export", Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error { return f.export(c) },
	}
	export.Flags().StringVarP(&f.output, "output", "o", "", "文件 / file")
	key := &cobra.Command{
		Use: "key", Short: "显示公钥 / show the public key", Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, func(ctx context.Context, s *store.Store) error {
				private, err := ledgerKey(ctx, s, f.database.db)
				if err != nil {
					return err
				}
				public, err := store.PublicKey(private)
				if err == nil {
					fmt.Fprintln(c.OutOrStdout(), public)
				}
				return err
			})
		},
	}
	sign := &cobra.Command{
		Use: "sign", Short: "立即签名 / sign now", Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(c, func(ctx context.Context, s *store.Store) error { return signLedger(ctx, s, f.database.db) })
		},
	}
	for _, sub := range []*cobra.Command{verify, export, key, sign} {
		f.database.register(sub)
		c.AddCommand(sub)
	}
	return c
}

func (f *ledgerFlags) with(c *cobra.Command, do func(context.Context, *store.Store) error) (err error) {
	s, err := openStore(c.Context(), f.database.db, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(c.Context(), s)
}

func (f *ledgerFlags) verify(c *cobra.Command) (err error) {
	key := f.key
	if key == "" {
		if key, err = publicLedgerKey(f.database.db); err != nil {
			return err
		}
	}
	s, err := store.Open(c.Context(), f.database.db, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := s.VerifyLedger(c.Context(), key, nil)
	if err != nil {
		return err
	}
	if f.records {
		of, err := s.VerifyRecords(c.Context(), nil)
		if err != nil {
			return err
		}
		r.Faults, r.Total, r.Unproved = append(r.Faults, of.Faults...), r.Total+of.Total, of.Unproved
		if !f.json {
			fmt.Fprintf(c.OutOrStdout(), "核对了 %d 个结论\n", of.Entries)
		}
	}
	return f.show(c, &r)
}

// show prints a report; faults make the exit status 1.
func (f *ledgerFlags) show(c *cobra.Command, r *store.LedgerReport) error {
	if f.json {
		if err := encodeJSON(c.OutOrStdout(), ledgerAnswer(r)); err != nil {
			return err
		}
	} else {
		printLedgerReport(c.OutOrStdout(), r)
	}
	if !r.OK() {
		return &statusError{status: exitFindings}
	}
	return nil
}

func printLedgerReport(out io.Writer, r *store.LedgerReport) {
	for _, x := range r.Faults {
		fmt.Fprintf(out, "%d\t%s\t%s\n", x.Seq, x.Code, x.Why)
	}
	if r.Total > int64(len(r.Faults)) {
		fmt.Fprintf(out, "共 %d 处问题，只列出前 %d 处\n", r.Total, len(r.Faults))
	}
	signed := "没有公钥，树头的签名未核对；请用 --key 给出机外留存的公钥"
	if r.Signed {
		signed = "签名已核对"
	}
	if r.Unproved > 0 {
		fmt.Fprintf(out, "%d 个结论早于证明功能，未能逐件核对\n", r.Unproved)
	}
	fmt.Fprintf(out, "台账 %d 条，签名树头 %d 个（%s），问题 %d 处，根 %x\n", r.Entries, r.Heads, signed, r.Total, r.Root)
}

type ledgerJSON struct {
	OK       bool        `json:"ok"`
	Entries  int64       `json:"entries"`
	Heads    int         `json:"heads"`
	Signed   bool        `json:"signed"`
	Root     string      `json:"root"`
	Unproved int64       `json:"unproved"`
	Total    int64       `json:"total"`
	Faults   []faultJSON `json:"faults"`
}

type faultJSON struct {
	Seq  int64  `json:"seq"`
	Code string `json:"code"`
	Why  string `json:"why"`
}

func ledgerAnswer(r *store.LedgerReport) ledgerJSON {
	out := ledgerJSON{r.OK(), r.Entries, r.Heads, r.Signed, fmt.Sprintf("%x", r.Root), r.Unproved, r.Total, []faultJSON{}}
	for _, x := range r.Faults {
		out.Faults = append(out.Faults, faultJSON(x))
	}
	return out
}
