package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/quality"
)

func newEval() *cobra.Command {
	var dir, split string
	worst, asJSON := 20, false
	c := &cobra.Command{
		Use:   "eval LABELLED.tsv",
		Short: "在标注数据上衡量：精确率、召回率、混淆矩阵、分品类、分规避手法 / measure on labelled rows",
		Long: `LABELLED.tsv 以制表符分隔，首行为列名：title 与 outcome（或 disposition：clean、
restricted、prohibited）必有；id、class、category、description、split、note 可有。
note 含 unsure 的行不计入。`,
		Example: `  zhunru eval testdata/labelled/prohibited.tsv
  zhunru eval rows.tsv --worst 100
  zhunru eval rows.tsv --json | jq .outcomes`,
		Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			labels, err := readLabels(args[0], split)
			if err != nil {
				return err
			}
			e, err := loadEngine(dir)
			if err != nil {
				return err
			}
			r := quality.Measured(e, labels)
			if asJSON {
				return encodeJSON(c.OutOrStdout(), r)
			}
			printReport(c.OutOrStdout(), r, worst)
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dictionaries", "", "词典目录，默认内置")
	c.Flags().StringVar(&split, "split", "", "只看 split 列等于它的行（tune、held-out）")
	c.Flags().IntVar(&worst, "worst", worst, "列出最错的行数")
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

func readLabels(name, split string) ([]quality.Label, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	labels, err := quality.ReadLabels(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if split == "" {
		return labels, nil
	}
	kept := labels[:0]
	for _, l := range labels {
		if l.Split == split {
			kept = append(kept, l)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("%s: 没有 split=%s 的行", name, split)
	}
	return kept, nil
}

func printReport(w io.Writer, r *quality.Report, worst int) {
	fmt.Fprintf(w, "行 %d，不确定而未计 %d\n\n", r.Rows, r.Unsure)
	fmt.Fprintf(w, "%-16s %9s %9s %10s %8s\n", "OUTCOME", "LABELLED", "GIVEN", "PRECISION", "RECALL")
	for _, m := range r.Outcomes {
		fmt.Fprintf(w, "%-16s %9d %9d %10.4f %8.4f\n", m.Outcome, m.Labelled, m.Given, m.Precision, m.Recall)
	}
	fmt.Fprintf(w, "\n%-16s", "LABEL \\ VERDICT")
	for _, o := range screening.Outcomes {
		fmt.Fprintf(w, " %15s", o)
	}
	fmt.Fprintln(w)
	for _, want := range screening.Outcomes {
		fmt.Fprintf(w, "%-16s", want)
		for _, got := range screening.Outcomes {
			fmt.Fprintf(w, " %15d", r.Confusion[want][got])
		}
		fmt.Fprintln(w)
	}
	printCounts(w, "CLASS", r.Classes)
	printCounts(w, "STEP", r.Steps)
	printWrong(w, r.Wrong, worst)
}

func printCounts(w io.Writer, title string, counts []quality.Count) {
	fmt.Fprintf(w, "\n%-28s %6s %8s %10s\n", title, "ROWS", "RIGHT", "NOT PASSED")
	for _, c := range counts {
		fmt.Fprintf(w, "%-28s %6d %8.4f %10.4f\n", c.Name, c.Rows, c.Recall, c.Caught)
	}
}

func printWrong(w io.Writer, rows []quality.Row, worst int) {
	fmt.Fprintf(w, "\n判错 %d 行\n", len(rows))
	for i := range rows[:min(worst, len(rows))] {
		r := &rows[i]
		fmt.Fprintf(w, "%d: %s → %s [%s] %s\n    %s\n", r.Line, r.Want, r.Verdict.Outcome, r.Class, r.Listing.Title, because(&r.Verdict))
	}
}

// because sums up a verdict in one line.
func because(v *screening.Verdict) string {
	parts := make([]string, 0, len(v.Findings)+len(v.Suppressed))
	for i := range v.Findings {
		f := &v.Findings[i]
		parts = append(parts, fmt.Sprintf("%s:%s=%s", f.Class, f.Term, f.Outcome))
	}
	for i := range v.Suppressed {
		s := &v.Suppressed[i]
		parts = append(parts, fmt.Sprintf("(%s:%s %s %s)", s.Class, s.Term, s.Because, s.Detail))
	}
	if len(parts) == 0 {
		return "没有命中"
	}
	return strings.Join(parts, " ")
}
