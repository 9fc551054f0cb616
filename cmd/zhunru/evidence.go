package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"zhunru/screening/report"
	"zhunru/store/evidence"
)

// evidenceFlags are the flags of zhunru evidence as they were given.
type evidenceFlags struct {
	database databaseFlags
	output   string
	role     string
	spec     evidence.Spec
}

func newEvidence() *cobra.Command {
	f := &evidenceFlags{}
	c := &cobra.Command{
		Use:   "evidence listing ID|merchant ID|period",
		Short: "导出可离线核对的证据包 / make a pack that proves verdicts offline",
		Long: `把一件商品，一个商家的全部商品和它的登记、证照审核，或一段期间作出的全部结论和审核，连同当时的内容、
规则、依据、台账条目和签名写成一个 ZIP（至多 128 MB）。导出本身先记入台账。核对：zhunru ledger verify PACK.zip。

商家和证照的原文含个人信息，只给 --role operator、admin；其他角色的包里只有条目和摘要。`,
		Example: `  zhunru evidence listing L-88 -o L-88.zip
  zhunru evidence merchant M-1 --role operator -o M-1.zip
  zhunru evidence period --from 2026-01-01 --to 2026-01-31 -o 一月.zip
  zhunru ledger verify L-88.zip --key 'zhunru+…' --replay`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 || len(args) == 2 && args[0] == evidence.ScopePeriod {
				return usagef("用法：zhunru %s -o 文件.zip", c.Use)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			f.spec.Scope = args[0]
			if len(args) == 2 {
				f.spec.ID = args[1]
			}
			return f.run(c)
		},
	}
	f.database.register(c)
	c.Flags().StringVarP(&f.output, "output", "o", "", "要写的 ZIP 文件 / file")
	c.Flags().StringVar(&f.spec.From, "from", "", "期间的第一天，2026-01-01 / first day")
	c.Flags().StringVar(&f.spec.To, "to", "", "期间的最后一天 / last day")
	c.Flags().StringVar(&f.role, "role", "auditor", "以哪个角色导出，决定脱敏 / role, decides the mask")
	return c
}

func (f *evidenceFlags) run(c *cobra.Command) (err error) {
	if f.output == "" {
		return usagef("请用 -o 写明 ZIP 文件，例如 zhunru evidence listing L-88 -o L-88.zip")
	}
	if err := asUsage(f.spec.Check()); err != nil {
		return err
	}
	if err := knownRole(f.role); err != nil {
		return err
	}
	if _, err := os.Lstat(f.output); err == nil {
		return usagef("%s 已经存在，导出不覆盖文件，请换一个 -o", f.output)
	}
	s, err := openStore(c.Context(), f.database.db, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	key, err := ledgerKey(c.Context(), s, f.database.db)
	if err != nil {
		return err
	}
	shown := isTerminal(c.ErrOrStderr())
	pack, err := evidence.Make(c.Context(), s, f.spec, evidence.Request{
		Actor: cliActor, Mask: string(report.MaskOf(f.role)), PrivateKey: key, Progress: func(verdicts int64) error {
			if shown {
				fmt.Fprintf(c.ErrOrStderr(), "\r已收集 %s 个结论", grouped(int(verdicts)))
			}
			return nil
		},
	})
	if shown {
		fmt.Fprintln(c.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("不能新建 %s：%w", f.output, err)
	}
	_, err = file.Write(pack)
	if err = errors.Join(err, file.Close()); err == nil {
		fmt.Fprintf(c.OutOrStdout(), "已写证据包 %s（%s 字节）\n", f.output, grouped(len(pack)))
	}
	return err
}

// verifyPack verifies a pack without a database and, where asked, judges its
// listings again.
func (f *ledgerFlags) verifyPack(c *cobra.Command, file *os.File) error {
	p, err := evidence.Open(file, f.key)
	found := (*evidence.Fault)(nil)
	if errors.As(err, &found) {
		fmt.Fprintf(c.OutOrStdout(), "%s\t%s\t%s\n", found.Where, found.Code, found.Why)
		return &statusError{status: exitFindings}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.OutOrStdout(), "证据包 %s：%d 个结论，%d 条台账条目，与签名的树头（前 %d 条）相符\n", p.Scope, p.Verdicts, p.Entries, p.Size)
	if p.Decisions > 0 {
		fmt.Fprintf(c.OutOrStdout(), "其中商家与证照的登记、审核 %d 条，%d 条不含原文（个人信息、涉及其他商家或已删除），只证明条目存在\n", p.Decisions, p.Masked)
	}
	if f.key == "" {
		fmt.Fprintf(c.OutOrStdout(), "注意：公钥 %s 取自包本身，只能说明前后一致；请用 --key 给出机外留存的公钥。\n", p.PublicKey)
	}
	if !f.replay {
		return nil
	}
	differ, err := p.Replay(lazySegmenter{})
	if err != nil {
		return err
	}
	for _, d := range differ {
		fmt.Fprintf(c.OutOrStdout(), "商品 %s 的第 %d 个结论\tREPLAY_DIFFERS\t当时 %s，重新判断为 %s\n", d.Listing, d.N, d.Was, d.Is)
	}
	if len(differ) > 0 {
		return &statusError{status: exitFindings}
	}
	fmt.Fprintf(c.OutOrStdout(), "重新判断 %d 个结论，全部一致\n", p.Verdicts)
	return nil
}
