package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"zhunru/api"
	"zhunru/screening/dictionary"
	"zhunru/screening/report"
	"zhunru/store"
)

// reportFlags are the flags of zhunru report as they were given.
type reportFlags struct {
	database     databaseFlags
	from, to     string
	format, code string
	output       string
	columns      []string
	where        []string
	role         string
}

func newReport() *cobra.Command {
	f := &reportFlags{}
	c := &cobra.Command{
		Use:   "report KIND",
		Short: "报表：命中、变化、商家、身份信息报送、公示… / reports",
		Long: `从数据库生成一份报表。zhunru report list 列出全部报表和各自的列。

格式 csv（两行表头：中文、机器名；行之后以 # 开头的行写明行数、合计、期间、筛选、
脱敏）、xlsx（摘要与图表、明细、字段）、jsonl、html（单个文件，可打印）。以 = + - @
等开头的文字前加一个单引号，防止被当作公式；去掉它即为原文。

个人信息按 --role 脱敏：operator、admin 看到全部，其他角色看到 138****8000 这样的内容。
每次导出在台账里记一条：谁、要了什么、多少行、文件的 SHA-256。中断时不留下半个文件。

Makes a report of what is kept; every export is entered in the ledger.`,
		Example: `  zhunru report findings --from 2026-01-01 --to 2026-01-31 --format xlsx -o findings.xlsx
  zhunru report findings --where outcome=prohibited,review --columns listing_id,title,class_name
  zhunru report identity --role operator --format xlsx -o 身份信息报送.xlsx
  zhunru report list`,
		Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error { return asUsage(f.run(c, args[0])) },
	}
	f.database.register(c)
	f.database.registerDictionaries(c)
	c.Flags().StringVar(&f.from, "from", "", "期间的第一天，例如 2026-01-01 / first day")
	c.Flags().StringVar(&f.to, "to", "", "期间的最后一天 / last day")
	c.Flags().StringVar(&f.format, "format", "", "格式 csv|xlsx|jsonl|html，默认按 -o 的扩展名，否则 csv")
	c.Flags().StringVar(&f.code, "encoding", "", "csv 的编码 utf-8|gb18030")
	c.Flags().StringVarP(&f.output, "output", "o", "", "写到文件，默认写到标准输出 / file to write")
	c.Flags().StringSliceVar(&f.columns, "columns", nil, "只要这些列，按此顺序 / only these columns")
	c.Flags().StringArrayVar(&f.where, "where", nil, "只要这样的行：列=值[,值…]，可重复 / only such rows")
	c.Flags().StringVar(&f.role, "role", "auditor", "以哪个角色导出，决定脱敏 / role, decides the mask")
	c.AddCommand(newReportList())
	return c
}

func newReportList() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use: "list", Short: "列出报表和各自的列 / list reports", Args: exactly(0), Example: "  zhunru report list --json",
		RunE: func(c *cobra.Command, _ []string) error {
			kinds, out := report.Kinds(), c.OutOrStdout()
			if asJSON {
				return encodeJSON(out, kinds)
			}
			for i := range kinds {
				k := &kinds[i]
				fmt.Fprintf(out, "%s  %s\n    %s\n", k.Name, k.Title, k.About)
				if k.Period != "" {
					fmt.Fprintf(out, "    期间：%s\n", k.Period)
				}
				names := make([]string, len(k.Columns))
				for n := range k.Columns {
					names[n] = k.Columns[n].Name + " " + k.Columns[n].Title
				}
				fmt.Fprintf(out, "    列：%s\n", strings.Join(names, "、"))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

// spec is what the flags ask for.
func (f *reportFlags) spec(kind string) (report.Spec, error) {
	s := report.Spec{Kind: kind, From: f.from, To: f.to, Format: report.Format(f.format), Encoding: report.Encoding(f.code), Columns: f.columns, Mask: report.MaskOf(f.role)}
	if s.Format == "" {
		s.Format = report.FormatCSV
		if ext := strings.TrimPrefix(filepath.Ext(f.output), "."); ext != "" {
			s.Format = report.Format(strings.ToLower(ext))
		}
	}
	for _, w := range f.where {
		column, values, ok := strings.Cut(w, "=")
		if !ok {
			return s, usagef("--where %q 读不懂，请写成 列=值 或 列=值,值", w)
		}
		s.Where = append(s.Where, report.Filter{Column: column, Values: strings.Split(values, ",")})
	}
	if err := knownRole(f.role); err != nil {
		return s, err
	}
	return s, s.Check()
}

func knownRole(role string) error {
	if slices.Contains(api.Roles(), api.Role(role)) {
		return nil
	}
	return usagef("没有角色 %q，请把 --role 改为 %v 之一", role, api.Roles())
}

func (f *reportFlags) run(c *cobra.Command, kind string) error {
	spec, err := f.spec(kind)
	if err != nil {
		return err
	}
	if spec.Format == report.FormatXLSX && f.output == "" && isTerminal(c.OutOrStdout()) {
		return usagef("xlsx 不能写到终端，请用 -o 给出文件名")
	}
	ctx := c.Context()
	d, err := loadDictionary(f.database.dictionaries)
	if err != nil {
		return err
	}
	s, err := openStore(ctx, f.database.db, true)
	if err != nil {
		return err
	}
	return errors.Join(f.write(ctx, c, s, d, spec), s.Close())
}

// write makes the file beside where it goes, enters it in the ledger, and only
// then puts it in its place.
func (f *reportFlags) write(ctx context.Context, c *cobra.Command, s *store.Store, d *dictionary.Dictionary, spec report.Spec) (err error) {
	folder := ""
	if f.output != "" {
		folder = filepath.Dir(f.output)
	}
	file, err := os.CreateTemp(folder, ".zhunru-report-*")
	if err != nil {
		return fmt.Errorf("不能在 %s 里写文件，请检查文件夹 / cannot create: %w", folder, err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it has been renamed, or is half a file
	defer file.Close()           //nolint:errcheck // closed below where it matters
	bar := newReportBar(c.ErrOrStderr())
	q := &store.ReportQuery{Head: report.Head{Spec: spec, Revision: d.Revision, Generated: time.Now(), Actor: "cli/" + f.role}, Laws: lawsOf(d)}
	written, err := s.WriteReport(ctx, q, file, bar.show)
	bar.stop()
	if err != nil {
		return err
	}
	b, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	x := store.Export{
		Kind: store.ExportReport, Name: spec.Kind, Actor: q.Head.Actor, Spec: b, Format: string(spec.Format), Mask: string(spec.Mask),
		Rows: written.Totals.Rows, Bytes: written.Bytes, FileHash: written.Hash, StartedAt: q.Head.Generated,
	}
	if err := s.Write(ctx, func(tx *store.Tx) error { x, err = tx.RecordExport(x); return err }); err != nil {
		return err
	}
	if f.output == "" {
		if _, err = file.Seek(0, io.SeekStart); err == nil {
			_, err = io.Copy(c.OutOrStdout(), file)
		}
		return errors.Join(err, reconciled(c, &written))
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), f.output); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s：%s 行，%s；已记入台账（%s）\n", f.output, grouped(int(x.Rows)), mask(spec.Mask), x.Subject())
	return reconciled(c, &written)
}

// reconciled makes differences of a reconciliation exit status 1.
func reconciled(c *cobra.Command, w *store.Written) error {
	if w.Differences == 0 {
		return nil
	}
	fmt.Fprintf(c.ErrOrStderr(), "对账不一致：%d 项按记录与按台账数出的不同，请停止写入，用 zhunru ledger verify --records 和备份核对（RECONCILE_DIFFERS）\n", w.Differences)
	return &statusError{status: exitFindings}
}

func mask(m report.Mask) string {
	if m == report.MaskNone {
		return "未脱敏"
	}
	return "个人信息已脱敏"
}

// lawsOf names the sources that citations refer to.
func lawsOf(d *dictionary.Dictionary) report.Laws {
	laws := report.Laws{}
	for i := range d.Sources {
		laws[d.Sources[i].ID] = d.Sources[i].Name
	}
	return laws
}

// A reportBar shows on a terminal how many rows are written.
type reportBar struct{ bar *progressbar.ProgressBar }

func newReportBar(to io.Writer) *reportBar {
	if !isTerminal(to) {
		return &reportBar{}
	}
	return &reportBar{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(to), progressbar.OptionSetDescription("生成报表"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("行"), progressbar.OptionClearOnFinish())}
}

func (b *reportBar) show(rows int64) {
	if b.bar != nil {
		_ = b.bar.Set64(rows) // a terminal that is gone does not stop the report
	}
}

func (b *reportBar) stop() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}

// registerReports adds --reports.
func registerReports(c *cobra.Command, into *string) {
	c.Flags().StringVar(into, "reports", "", "保存报表文件的文件夹，默认为数据库文件名加 .reports；多台机器须共用 / folder of report files")
}

// reportFolder is where files of reports are kept: beside a SQLite file, or in
// the working folder.
func reportFolder(given, db string) string {
	if given != "" {
		return given
	}
	if isPostgres(db) {
		return "zhunru.reports"
	}
	return strings.TrimPrefix(strings.TrimPrefix(db, "sqlite:"), "file:") + ".reports"
}
