package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"zhunru/screening/quality"
)

func newEval() *cobra.Command {
	var dir string
	var worst int
	c := &cobra.Command{Use: "eval LABELLED.tsv", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		e, err := loadEngine(dir)
		if err != nil {
			return err
		}
		f, err := os.Open(args[0])
		if err != nil {
			return err
		}
		defer f.Close()
		labels, err := quality.ReadLabels(f)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		r := quality.Measured(e, labels)
		out := c.OutOrStdout()
		fmt.Fprintln(out, "rows", r.Rows, "unsure", r.Unsure)
		for _, o := range r.Outcomes {
			fmt.Fprintf(out, "%+v\n", o)
		}
		for k, v := range r.Confusion {
			fmt.Fprintln(out, k, v)
		}
		for _, k := range r.Classes {
			fmt.Fprintf(out, "%-24s %4d right %.3f caught %.3f\n", k.Name, k.Rows, k.Recall, k.Caught)
		}
		for i, w := range r.Wrong {
			if i >= worst {
				break
			}
			var fs []string
			for _, f := range w.Verdict.Findings {
				fs = append(fs, fmt.Sprintf("%s:%s=%s", f.Class, f.Term, f.Outcome))
			}
			for _, f := range w.Verdict.Suppressed {
				fs = append(fs, fmt.Sprintf("-%s:%s(%s %s)", f.Class, f.Term, f.Because, f.Detail))
			}
			fmt.Fprintf(out, "%s %s→%s [%s] %s | %s\n", w.Listing.ID, w.Want, w.Verdict.Outcome, w.Class, w.Listing.Title, strings.Join(fs, " "))
		}
		return nil
	}}
	c.Flags().StringVar(&dir, "dictionaries", "", "")
	c.Flags().IntVar(&worst, "worst", 20, "")
	return c
}
