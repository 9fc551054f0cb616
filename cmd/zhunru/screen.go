package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
)

// screenFlags are the flags of zhunru screen as they were given.
type screenFlags struct {
	in, encoding, sheet  string
	out, output          string
	held                 []string
	dossiers, on         string
	failOn               string
	explain, noProgress  bool
	workers              int
	dictionaries         string
	colour, language     string
	files                []string
	stdin                io.Reader
	stdout, stderr       io.Writer
	stdoutTTY, stderrTTY bool
}

func newScreen() *cobra.Command {
	f := &screenFlags{}
	c := &cobra.Command{
		Use:   "screen FILE…|-",
		Short: "筛查商品文件，逐条给出结论与依据 / screen files of listings",
		Long: `读 CSV、JSON Lines 或 XLSX（- 为标准输入），逐条筛查，按输入顺序写出结论。
格式与编码（UTF-8、UTF-16、GB18030）自动识别，列的顺序不限，列名中英文均可：
  商品编号/商品ID/id  标题/商品名称/商品标题/title（这两列必有）
  商家/商家编号/merchant_id  描述/description  类目/category  品牌/brand
  属性.X/attributes.X
终端上输出表格，否则输出 JSON Lines；输出到文件时按扩展名选格式。

读不了的行不会被悄悄跳过：在标准错误逐条写明 文件:行: 字段: 原因，其余照常筛查，
退出状态为 3。上限：标题 4,096 字节，编号 256 字节，其他字段 1 MiB，一行 8 MiB。

退出状态：0 完成；1 有结论达到 --fail-on；2 用法错误；3 有行被拒绝、读写出错或被中断
（3 先于 1）。

Screens listings and writes one verdict each, in input order. Rows that cannot be
read are named on stderr as file:line: field: reason, and the exit status is 3.`,
		Example: `  zhunru screen goods.csv
  zhunru screen goods.xlsx --explain | less -R
  zhunru screen 一月.csv 二月.csv -o verdicts.jsonl
  zhunru screen goods.csv -o 结果.xlsx --held 医疗器械自营 --held 食品
  zhunru screen goods.csv --dossiers merchants.jsonl --on 2026-12-31
  cat goods.jsonl | zhunru screen - --fail-on prohibited > verdicts.jsonl`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s 需要至少一个文件，- 为标准输入 / name a file, or - for stdin\n用法：%s", c.CommandPath(), c.UseLine())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			f.files, f.stdin, f.stdout, f.stderr = args, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			f.stdoutTTY, f.stderrTTY = isTerminal(f.stdout), isTerminal(f.stderr)
			return f.run(c.Context())
		},
	}
	f.register(c)
	return c
}

func (f *screenFlags) register(c *cobra.Command) {
	s := c.Flags()
	s.StringVar(&f.in, "in", "", "输入格式 csv|jsonl|xlsx，默认按扩展名与内容识别 / input format")
	s.StringVar(&f.encoding, "encoding", "", "文本编码 utf-8|gb18030|utf-16le|utf-16be，默认识别 / text encoding")
	s.StringVar(&f.sheet, "sheet", "", "XLSX 的工作表，默认第一张 / sheet of a workbook")
	s.StringVar(&f.out, "out", "", "输出格式 table|jsonl|csv|xlsx / output format")
	s.StringVarP(&f.output, "output", "o", "", "写到文件 / write to this file")
	s.StringSliceVar(&f.held, "held", nil, "商家已取得的类目，可重复 / category the merchant holds")
	s.StringVar(&f.dossiers, "dossiers", "", "商家的证照材料：JSON Lines 文件或文件夹，按 subject.id 对应商家 / merchants' dossiers")
	s.StringVar(&f.on, "on", "", "按哪天的证照判断，默认今天（北京时间） / the day the dossiers are judged on")
	s.BoolVar(&f.explain, "explain", false, "逐条解释：命中位置、规避手法、法律、缺少什么、怎么办 / explain every verdict")
	s.StringVar(&f.failOn, "fail-on", "", "有结论达到 prohibited|needs_category|review 时退出状态为 1")
	s.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "并行数 / goroutines that screen")
	s.StringVar(&f.dictionaries, "dictionaries", "", "词典目录，默认内置 / dictionary folder, built in by default")
	s.BoolVar(&f.noProgress, "no-progress", false, "不显示进度条 / no progress bar")
	s.StringVar(&f.colour, "color", "auto", "颜色 auto|always|never；auto 遵守 NO_COLOR")
	s.StringVar(&f.language, "lang", "zh", "标签语言 zh|en / language of labels")
}

// A screenPlan is what the flags mean.
type screenPlan struct {
	intake  intake.Options
	format  outFormat
	failOn  screening.Outcome // "" for never
	sellers *merchants
	screen  report.Screen
	engine  *screening.Engine
}

// plan checks every flag before anything is read or written.
func (f *screenFlags) plan() (*screenPlan, error) {
	p := &screenPlan{}
	var err error
	if f.in != "" {
		if p.intake.Format, err = intake.ParseFormat(f.in); err != nil {
			return nil, usagef("--in: %w", err)
		}
	}
	if f.encoding != "" {
		if p.intake.Encoding, err = intake.ParseEncoding(f.encoding); err != nil {
			return nil, usagef("--encoding: %w", err)
		}
	}
	p.intake.Sheet = f.sheet
	if p.format, err = f.outFormat(); err != nil {
		return nil, err
	}
	if o := screening.Outcome(f.failOn); f.failOn != "" {
		if o == screening.OutcomePass || !slices.Contains(screening.Outcomes, o) {
			return nil, usagef("--fail-on %q 不是 prohibited、needs_category、review 之一", f.failOn)
		}
		p.failOn = o
	}
	if f.workers < 1 {
		return nil, usagef("--workers %d 小于 1", f.workers)
	}
	if err := f.checkFiles(); err != nil {
		return nil, err
	}
	if p.screen, err = f.look(); err != nil {
		return nil, err
	}
	return p, f.loadRules(p)
}

// checkFiles refuses to read stdin twice and to overwrite what is read.
func (f *screenFlags) checkFiles() error {
	stdins := 0
	out, outErr := os.Stat(f.output)
	for _, name := range f.files {
		if name == "-" {
			stdins++
			continue
		}
		if in, err := os.Stat(name); err == nil && outErr == nil && os.SameFile(in, out) {
			return usagef("-o %s 就是输入文件 / would overwrite the input", f.output)
		}
	}
	if stdins > 1 {
		return usagef("标准输入 - 只能出现一次 / stdin can be read once")
	}
	return nil
}

func (f *screenFlags) outFormat() (outFormat, error) {
	format := outFormat(f.out)
	if f.explain {
		if format != "" && format != outTable {
			return "", usagef("--explain 是给人看的视图，不能与 --out %s 同用", f.out)
		}
		return outExplain, nil
	}
	switch format {
	case outTable, outJSONL, outCSV, outXLSX:
	case "":
		format = f.defaultFormat()
	default:
		return "", usagef("--out %q 不是 table、jsonl、csv、xlsx 之一", f.out)
	}
	if format == outXLSX && f.output == "" && f.stdoutTTY {
		return "", usagef("XLSX 不能写到终端，请用 -o 文件.xlsx")
	}
	return format, nil
}

func (f *screenFlags) defaultFormat() outFormat {
	switch strings.ToLower(filepath.Ext(f.output)) {
	case ".csv":
		return outCSV
	case ".xlsx":
		return outXLSX
	}
	if f.output == "" && f.stdoutTTY {
		return outTable
	}
	return outJSONL
}

// look says how text for people looks.
func (f *screenFlags) look() (report.Screen, error) {
	s := report.Screen{Language: report.Language(f.language)}
	if s.Language != report.Chinese && s.Language != report.English {
		return s, usagef("--lang %q 不是 zh、en 之一", f.language)
	}
	terminal := f.stdoutTTY && f.output == ""
	switch f.colour {
	case "always":
		s.Colour = true
	case "auto":
		s.Colour = terminal && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	case "never":
	default:
		return s, usagef("--color %q 不是 auto、always、never 之一", f.colour)
	}
	if file, ok := f.stdout.(*os.File); ok && terminal {
		if cells, _, err := term.GetSize(int(file.Fd())); err == nil {
			s.Width = cells
		}
	}
	return s, nil
}

// loadRules loads the dictionary and checks the categories against it: one
// that is misspelt would hold nothing.
func (f *screenFlags) loadRules(p *screenPlan) error {
	d, err := loadDictionary(f.dictionaries)
	if err != nil {
		return err
	}
	p.screen.Laws = report.Laws{}
	for i := range d.Sources {
		p.screen.Laws[d.Sources[i].ID] = d.Sources[i].Name
	}
	known := categoryNames(d)
	for _, name := range f.held {
		if !slices.Contains(known, name) {
			return usagef("--held %q 不是词典里的类目；有：%s", name, strings.Join(known, "、"))
		}
	}
	if p.sellers, err = f.loadMerchants(d); err != nil {
		return err
	}
	p.engine, err = screening.NewEngine(d, lazySegmenter{})
	return err
}

// loadMerchants reads the dossiers of --dossiers.
func (f *screenFlags) loadMerchants(d *dictionary.Dictionary) (*merchants, error) {
	m := &merchants{held: heldSet(f.held), unknown: map[string]bool{}}
	if f.dossiers == "" {
		if f.on != "" {
			return nil, usagef("--on 只与 --dossiers 同用")
		}
		return m, nil
	}
	on, err := parseDay(f.on)
	if err != nil {
		return nil, err
	}
	registry, err := qualification.NewRegistry(d)
	if err != nil {
		return nil, err
	}
	m.standings, err = loadDossiers(f.dossiers, registry, "", on)
	return m, err
}

// categoryNames lists the categories that a merchant can hold, sorted.
func categoryNames(d *dictionary.Dictionary) []string {
	var names []string
	for i := range d.Categories {
		names = append(names, d.Categories[i].Name)
	}
	for i := range d.Classes {
		if r := d.Classes[i].Requires; r != nil {
			names = append(names, r.Category)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
