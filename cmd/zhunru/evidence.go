package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/evidence"
)

// evidenceFlags are the flags of zhunru evidence as they were given.
type evidenceFlags struct {
	database databaseFlags
	output   string
}

func newEvidence() *cobra.Command {
	f := &evidenceFlags{}
	c := &cobra.Command{
		Use:   "evidence listing|merchant ID",
		Short: "导出可离线核对的证据包 / make a pack that proves verdicts offline",
		Long: `把一件商品，或一个商家的全部商品（最多 1000 件），从第一个结论到当前结论的内容、规则、
依据、台账条目和签名写成一个 ZIP。导出本身先记入台账。核对：zhunru ledger verify PACK.zip。`,
		Example: "  zhunru evidence listing L-88 -o L-88.zip\n  zhunru ledger verify L-88.zip --key 'zhunru+…' --replay",
		Args:    exactly(2),
		RunE:    func(c *cobra.Command, args []string) error { return f.run(c, args[0], args[1]) },
	}
	f.database.register(c)
	c.Flags().StringVarP(&f.output, "output", "o", "", "要写的 ZIP 文件 / file")
	return c
}

func (f *evidenceFlags) run(c *cobra.Command, kind, id string) (err error) {
	if f.output == "" || kind != "listing" && kind != "merchant" {
		return usagef("用法：zhunru evidence listing|merchant 编号 -o 文件.zip")
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
	ids, err := evidenceListings(c.Context(), s, kind, id)
	if err != nil {
		return err
	}
	pack, err := evidence.Build(c.Context(), s, evidence.Request{Scope: kind + "/" + id, Listings: ids, Actor: cliActor, PrivateKey: key})
	if errors.Is(err, screening.ErrNotFound) {
		return fmt.Errorf("%s %s 没有结论，没有可导出的证据，请核对编号（EVIDENCE_NOTHING）：%w", kind, id, err)
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("不能新建 %s，导出不覆盖文件：%w", f.output, err)
	}
	_, err = file.Write(pack)
	if err = errors.Join(err, file.Close()); err == nil {
		fmt.Fprintf(c.OutOrStdout(), "已写证据包 %s（%s 字节）\n", f.output, grouped(len(pack)))
	}
	return err
}

// evidenceListings returns the listings that a pack is about.
func evidenceListings(ctx context.Context, s *store.Store, kind, id string) ([]string, error) {
	if kind == "listing" {
		return []string{id}, nil
	}
	rows, err := s.Listings(ctx, store.Query{Merchant: id, Limit: store.MaxBatch, Deleted: true})
	if err != nil {
		return nil, err
	}
	if len(rows) == store.MaxBatch {
		return nil, fmt.Errorf("商家 %s 的商品有 %d 件以上，请按商品分别导出（EVIDENCE_TOO_LARGE）", id, store.MaxBatch)
	}
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].Listing.ID
	}
	return ids, nil
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
