package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
)

// checkFlags are the flags of zhunru check as they were given.
type checkFlags struct {
	on, profile, category string
	forecast              int
	json, accept          bool
	example, types, list  bool
	failOn                string
	dictionaries          string
	look                  screenFlags // --lang and --color
}

func newCheck() *cobra.Command {
	f := &checkFlags{}
	c := &cobra.Command{
		Use:   "check DOSSIER.json|yaml|文件夹|-",
		Short: "核对主体的证照材料，能否申请类目 / judge a dossier of documents",
		Long: `读一份材料（JSON 或 YAML，- 为标准输入），回答主体能否申请类目：各路线具备什么、
缺什么、什么不合格、依据哪条规则（R-S01 至 R-S23）、最少补什么就能通过、下一步、
能用哪种直播组件，以及今后哪天起会失效。

给文件夹时，其中须有一份 dossier.yaml、dossier.yml 或 dossier.json；材料里 file 指向的
PDF、DOCX、图片会被读出文字，用于核对通知书与平台规则的内容。读出的字段只是建议，
列在标准错误，须由人核对后填进材料；--accept 表示已经核对，直接采用。

退出状态：0 完成；1 结论不好于 --fail-on；2 用法错误；3 读不了材料。

Judges a dossier against the requirements of a category on a date.`,
		Example: `  zhunru check --example > dossier.yaml
  zhunru check dossier.yaml
  zhunru check dossier.yaml --on 2027-01-02 --forecast 365
  zhunru check dossier.json --profile wx-2026-02 --json
  zhunru check 材料/ --accept
  zhunru check --types
  zhunru check --categories`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s 一次核对一份材料 / one dossier at a time\n用法：%s", c.CommandPath(), c.UseLine())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	s := c.Flags()
	s.StringVar(&f.on, "on", "", "判断的日期，如 2026-11-23；默认今天（北京时间） / the day to judge on")
	s.StringVar(&f.profile, "profile", "", "规则口径，默认取材料里的，再默认 seed-2022-11 / dated table of requirements")
	s.StringVar(&f.category, "category", "", "申请的类目，默认取材料里的 apply_for / category applied for")
	s.IntVar(&f.forecast, "forecast", 0, "预报今后多少天的变化，最多 3660 / days to look ahead")
	s.BoolVar(&f.json, "json", false, "输出 JSON")
	s.BoolVar(&f.accept, "accept", false, "采用从扫描件读出的字段（已由人核对） / use the fields read from files")
	s.BoolVar(&f.example, "example", false, "写出一份填好的样例材料（两条路线） / write a filled example")
	s.BoolVar(&f.types, "types", false, "列出登记的证照类型 / list document types")
	s.BoolVar(&f.list, "categories", false, "列出类目及其要求 / list categories")
	s.StringVar(&f.failOn, "fail-on", "", "结论为此项或更差时退出状态为 1：review|incomplete|rejected")
	s.StringVar(&f.dictionaries, "dictionaries", "", "词典目录，默认内置 / dictionary folder, built in by default")
	s.StringVar(&f.look.colour, "color", "auto", "颜色 auto|always|never；auto 遵守 NO_COLOR")
	s.StringVar(&f.look.language, "lang", "zh", "标签语言 zh|en / language of labels")
	return c
}

func (f *checkFlags) run(c *cobra.Command, args []string) error {
	out := c.OutOrStdout()
	if f.example {
		_, err := io.WriteString(out, exampleDossier)
		return err
	}
	d, err := loadDictionary(f.dictionaries)
	if err != nil {
		return err
	}
	switch {
	case f.types:
		return printTypes(out, d, f.json)
	case f.list:
		return printCategories(out, d, f.json)
	case len(args) == 0:
		return usagef("%s 需要一份材料 / name a dossier\n用法：%s；样例：zhunru check --example", c.CommandPath(), c.UseLine())
	}
	registry, err := qualification.NewRegistry(d)
	if err != nil {
		return err
	}
	f.look.stdout, f.look.stdoutTTY = out, isTerminal(out)
	return f.judge(c, registry, args[0])
}

// judge reads the dossier and writes the answer.
func (f *checkFlags) judge(c *cobra.Command, registry *qualification.Registry, name string) error {
	on, failOn, err := f.parse()
	if err != nil {
		return err
	}
	screen, err := f.look.look()
	if err != nil {
		return err
	}
	dossier, err := f.read(c.Context(), registry, name, c.InOrStdin(), c.ErrOrStderr())
	if err != nil {
		return err
	}
	a, err := registry.Evaluate(dossier, f.category, f.profile, on)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if f.forecast > 0 {
		if a.Forecast, err = registry.Forecast(dossier, f.category, f.profile, on, f.forecast); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if f.json {
		err = encodeJSON(c.OutOrStdout(), a)
	} else {
		_, err = c.OutOrStdout().Write(screen.AppendAnswer(nil, dossier.Subject.Name, &a))
	}
	if err == nil && failOn != "" && !a.Outcome.Better(failOn) {
		err = &statusError{status: exitFindings}
	}
	return err
}

// parseDay reads a day given as a flag; the empty one is today in China.
func parseDay(s string) (qualification.Date, error) {
	if s == "" {
		return qualification.DateOf(time.Now()), nil
	}
	day, perpetual, flaw := qualification.ParseDate(s)
	if flaw != nil || perpetual {
		return 0, usagef("--on %q 不是日期，例如 2026-11-23", s)
	}
	return day, nil
}

// parse checks --on and --fail-on.
func (f *checkFlags) parse() (on qualification.Date, failOn qualification.Outcome, err error) {
	if on, err = parseDay(f.on); err != nil {
		return 0, "", err
	}
	if f.forecast < 0 {
		return 0, "", usagef("--forecast %d 小于 0", f.forecast)
	}
	failOn = qualification.Outcome(f.failOn)
	if !slices.Contains([]qualification.Outcome{"", qualification.Review, qualification.Incomplete, qualification.Rejected}, failOn) {
		return 0, "", usagef("--fail-on %q 不是 review、incomplete、rejected 之一", f.failOn)
	}
	return on, failOn, nil
}

// read loads the dossier: a file, standard input, or a folder with a manifest.
func (f *checkFlags) read(ctx context.Context, r *qualification.Registry, name string, stdin io.Reader, stderr io.Writer) (*qualification.Dossier, error) {
	manifest, folder := name, filepath.Dir(name)
	if info, err := os.Stat(name); name != "-" && err == nil && info.IsDir() {
		folder = name
		if manifest, err = findManifest(name); err != nil {
			return nil, err
		}
	}
	data, err := readBounded(manifest, stdin)
	if err != nil {
		return nil, err
	}
	d, err := qualification.ReadDossier(manifest, data)
	if err != nil {
		return nil, err
	}
	if name == "-" {
		folder = ""
	}
	s := scans{folder: folder, accept: f.accept, log: stderr, registry: r}
	return d, s.read(ctx, d)
}

func readBounded(name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close() //nolint:errcheck // read only
		in = file
	}
	return io.ReadAll(io.LimitReader(in, qualification.MaxDossierBytes+1))
}

// findManifest finds the one dossier file of a folder.
func findManifest(folder string) (string, error) {
	var found []string
	for _, name := range []string{"dossier.yaml", "dossier.yml", "dossier.json"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			found = append(found, name)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%s: 文件夹里没有 dossier.yaml、dossier.yml 或 dossier.json；样例：zhunru check --example", folder)
	case 1:
		return filepath.Join(folder, found[0]), nil
	}
	return "", fmt.Errorf("%s: 文件夹里有多份材料（%s），只能留一份", folder, strings.Join(found, "、"))
}

func printTypes(out io.Writer, d *dictionary.Dictionary, asJSON bool) error {
	if asJSON {
		return encodeJSON(out, d.Documents)
	}
	for i := range d.Documents {
		t := &d.Documents[i]
		line := t.Name
		if len(t.Aliases) > 0 {
			line += "（" + strings.Join(t.Aliases, "、") + "）"
		}
		if t.Validity != "" {
			line += "  有效期：" + t.Validity
		}
		if len(t.Examples) > 0 {
			line += "  证号如 " + strings.Join(t.Examples, "、")
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

func printCategories(out io.Writer, d *dictionary.Dictionary, asJSON bool) error {
	if asJSON {
		return encodeJSON(out, d.Categories)
	}
	for i := range d.Categories {
		c := &d.Categories[i]
		if _, err := fmt.Fprintf(out, "%s  %s\n", c.Name, report.Requirement(c)); err != nil {
			return err
		}
	}
	return nil
}
