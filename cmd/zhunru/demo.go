package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhunru/cmd/zhunru/catalogue"
	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
	"zhunru/store"
)

// demoFlags are the flags of zhunru demo as they were given.
type demoFlags struct {
	database            databaseFlags
	listings, merchants int
	seed                uint64
	on                  string
	noProgress          bool
}

func newDemo() *cobra.Command {
	f := &demoFlags{}
	c := &cobra.Command{
		Use:   "demo --listings N --merchants N --seed S",
		Short: "生成一个仿真的商品库并筛查 / fill a database with a made-up catalogue",
		Long: `生成商家、证照和商品（各种品类与陷阱都有，全部虚构），像 import 一样导入并筛查。
同样的参数、词典和日期总是生成同样的内容；中断后再运行同一条命令就从断点继续。

退出状态：0 完成；2 用法错误；3 读写出错或被中断。`,
		Example: "  zhunru demo --listings 100000 --merchants 1000 --db demo.db",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f.database.register(c)
	f.database.registerDictionaries(c)
	s := c.Flags()
	s.IntVar(&f.listings, "listings", 10_000, "商品数 / listings")
	s.IntVar(&f.merchants, "merchants", 200, "商家数 / merchants")
	s.Uint64Var(&f.seed, "seed", 1, "种子，换一个就是另一个商品库 / another seed, another catalogue")
	s.StringVar(&f.on, "on", "", "证照以哪天为准，默认今天（北京时间） / the day documents are held on")
	s.BoolVar(&f.noProgress, "no-progress", false, "不显示进度条 / no progress bar")
	return c
}

func (f *demoFlags) run(ctx context.Context, stdout, stderr io.Writer) error {
	on, err := parseDay(f.on)
	if err != nil {
		return err
	}
	if _, err := loadSegmenter(); err != nil {
		return err
	}
	options := catalogue.Options{Listings: f.listings, Merchants: f.merchants, Seed: f.seed, On: on}
	dictionary, err := loadDictionary(f.database.dictionaries)
	if err != nil {
		return err
	}
	c, err := catalogue.New(dictionary, options)
	if err != nil {
		return &statusError{exitUsage, err}
	}
	d, err := openDesk(ctx, f.database, true)
	if err != nil {
		return err
	}
	watch := &progress{sizes: map[string]int64{}, started: time.Now(), language: report.Chinese, total: int64(f.listings)}
	if isTerminal(stderr) && !f.noProgress {
		watch.show(stderr)
	}
	err = f.fill(ctx, d, c, on, watch, stdout)
	watch.stop()
	err = errors.Join(err, d.close())
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "已中断：再运行同一条命令就从断点继续")
		return &statusError{status: exitInput}
	}
	return err
}

// fill imports merchants, then their documents, then listings.
func (f *demoFlags) fill(ctx context.Context, d *desk, c *catalogue.Catalogue, on qualification.Date, watch *progress, stdout io.Writer) error {
	for _, part := range []struct {
		name string
		kind store.ImportKind
		rows rowSource
	}{
		{"商家", store.ImportMerchants, &demoMerchants{c: c, n: f.merchants}},
		{"证照", store.ImportDocuments, &demoDocuments{c: c, n: f.merchants}},
		{"商品", store.ImportListings, &demoListings{c: c, n: f.listings, watch: watch}},
	} {
		imp, err := importerOf(ctx, d, part.kind, on, importActor)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("demo seed=%d listings=%d merchants=%d on=%s", f.seed, f.listings, f.merchants, on)
		content := sha256.Sum256([]byte("zhunru-demo-v1\n" + name + "\n" + d.dictionary.Revision))
		run := &importRun{store: d.store, imp: imp, rows: func(int) {}, say: func(error) {}}
		if part.kind == store.ImportListings {
			run.rows = watch.rows
		}
		t, err := run.from(ctx, store.Import{Kind: part.kind, File: name, Content: content, Actor: importActor}, part.rows)
		line := t.line(part.name, false)
		if outcomes := outcomesLine(t.Outcomes); outcomes != "" {
			line += "；结论：" + outcomes
		}
		watch.say(func() { fmt.Fprintln(stdout, line) })
		if err != nil {
			return err
		}
		if t.Rejected > 0 {
			return fmt.Errorf("生成的%s有 %d 行被拒绝，这是程序的缺陷，请报告种子 %d（DEMO_REJECTED）", part.name, t.Rejected, f.seed)
		}
	}
	return nil
}

// demoListings, demoMerchants and demoDocuments read a catalogue as if it were
// a file.
type demoListings struct {
	c     *catalogue.Catalogue
	i, n  int
	watch *progress
}

func (s *demoListings) skip(rows int64) { s.i = int(rows) }

func (s *demoListings) read(b *importBatch) error {
	if s.i >= s.n {
		return io.EOF
	}
	l := s.c.Listing(s.i)
	s.i++
	s.watch.read.Store(int64(s.i))
	b.listings, b.lines = append(b.listings, l), append(b.lines, s.i)
	b.size += sizeOf(&l)
	return nil
}

type demoMerchants struct {
	c    *catalogue.Catalogue
	i, n int
}

func (s *demoMerchants) read(b *importBatch) error {
	if s.i >= s.n {
		return io.EOF
	}
	m, joined := s.c.Merchant(s.i).Subject, s.c.Joined(s.i)
	s.i++
	b.records = append(b.records, intake.Record{Line: s.i, Fields: map[string]string{
		"id": m.ID, "kind": m.Kind, "name": m.Name, "uscc": m.USCC, "registered_place": m.Place, "verified_on": m.VerifiedOn,
		"categories_held": strings.Join(m.CategoriesHeld, "\n"), "joined_on": joined.String(),
	}})
	return nil
}

type demoDocuments struct {
	c     *catalogue.Catalogue
	i, n  int
	owner string
	left  []qualification.Document
	line  int
}

func (s *demoDocuments) read(b *importBatch) error {
	for len(s.left) == 0 {
		if s.i >= s.n {
			return io.EOF
		}
		m := s.c.Merchant(s.i)
		s.i++
		s.owner, s.left = m.Subject.ID, m.Documents
	}
	d := &s.left[0]
	s.left = s.left[1:]
	s.line++
	b.records = append(b.records, intake.Record{Line: s.line, Fields: map[string]string{
		"merchant_id": s.owner, "type": d.Type, "number": d.Number, "holder": d.Holder, "uscc": d.USCC, "scope": strings.Join(d.Scope, "\n"),
		"issuer": d.Issuer, "issued_on": d.IssuedOn, "valid_until": d.ValidUntil, "status": d.Status, "text": d.Text,
	}})
	return nil
}
