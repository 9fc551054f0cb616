package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

func newDict() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "dict",
		Short: "检查、查看、比较词典，或问一个标题为什么这样判 / the dictionary",
		Long: `词典是 121 类商品的词、例外、模式、法律依据与样例。默认用内置词典，--dictionaries
指定磁盘上的目录（结构见 dictionaries/README.md）。`,
		Example: `  zhunru dict lint --dictionaries ./dictionaries
  zhunru dict list
  zhunru dict show P15_STUPEFY_APHRODISIAC
  zhunru dict why '家用手枪钻 冲击钻套装'
  zhunru dict diff ./dictionaries ./dictionaries.new`,
	}
	c.PersistentFlags().StringVar(&dir, "dictionaries", "", "词典目录，默认内置 / dictionary folder, built in by default")
	c.AddCommand(newDictLint(&dir), newDictList(&dir), newDictShow(&dir), newDictDiff(), newDictWhy(&dir))
	return c
}

func newDictLint(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "lint",
		Short: "一次报告词典的所有问题；有问题时退出状态为 1",
		Args:  exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			out := c.OutOrStdout()
			d, err := loadDictionary(*dir)
			problems := dictionary.Problems(nil)
			if errors.As(err, &problems) {
				err = nil
			} else if err == nil {
				problems = dictionary.Lint(d)
			}
			if err != nil {
				return err
			}
			for _, p := range problems {
				fmt.Fprintln(out, p)
			}
			if len(problems) > 0 {
				return &statusError{exitFindings, fmt.Errorf("词典有 %d 个问题 / %d problems", len(problems), len(problems))}
			}
			fmt.Fprintf(out, "词典没有问题：%d 类，%s\n", len(d.Classes), d.Revision)
			return nil
		},
	}
}

func newDictList(dir *string) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "list",
		Short: "列出所有品类与词数",
		Args:  exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := loadDictionary(*dir)
			if err != nil {
				return err
			}
			if asJSON {
				return encodeJSON(c.OutOrStdout(), summaries(d))
			}
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "CLASS\tOUTCOME\tTERMS\tEXCEPT\tPATTERNS\tSAMPLES\tNAME")
			for _, s := range summaries(d) {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%s\n", s.Class, s.Disposition, s.Terms, s.Exceptions, s.Patterns, s.Samples, s.Name)
			}
			return w.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

// A classSummary counts what a class holds.
type classSummary struct {
	Class       string                 `json:"class"`
	Name        string                 `json:"name"`
	Disposition dictionary.Disposition `json:"disposition"`
	Terms       int                    `json:"terms"` // terms, slang, suspect and weak words
	Exceptions  int                    `json:"exceptions"`
	Patterns    int                    `json:"patterns"`
	Samples     int                    `json:"samples"`
}

func summaries(d *dictionary.Dictionary) []classSummary {
	out := make([]classSummary, len(d.Classes))
	for i := range d.Classes {
		c := &d.Classes[i]
		s := &c.Samples
		out[i] = classSummary{
			Class: c.ID, Name: c.Name, Disposition: c.Disposition,
			Terms:      len(c.Terms) + len(c.Slang) + len(c.Suspect) + len(c.Weak),
			Exceptions: len(c.Exceptions) + len(c.ConditionalExceptions) + len(c.Reroute), Patterns: len(c.Patterns),
			Samples: len(s.Hit) + len(s.Review) + len(s.Pass) + len(s.KnownMiss) + len(s.KnownFalseAlarm),
		}
	}
	return out
}

func newDictShow(dir *string) *cobra.Command {
	return &cobra.Command{
		Use:     "show CLASS",
		Short:   "显示一个品类的全部内容（JSON）",
		Example: "  zhunru dict show P23_ECIG | less",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := loadDictionary(*dir)
			if err != nil {
				return err
			}
			k := d.Class(args[0])
			if k == nil {
				return usagef("没有品类 %s；zhunru dict list 列出所有品类%s", args[0], nearest(d, args[0]))
			}
			return encodeJSON(c.OutOrStdout(), k)
		},
	}
}

// nearest suggests the classes whose id or name holds what was asked for.
func nearest(d *dictionary.Dictionary, asked string) string {
	var like []string
	for i := range d.Classes {
		c := &d.Classes[i]
		if strings.Contains(c.ID, strings.ToUpper(asked)) || strings.Contains(c.Name, asked) {
			like = append(like, c.ID)
		}
	}
	if len(like) == 0 {
		return ""
	}
	return "；是不是 " + strings.Join(like, "、") + "？"
}

func newDictDiff() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "比较两个词典目录；builtin 表示内置词典",
		Example: `  zhunru dict diff builtin ./dictionaries
  zhunru dict diff ./old ./new --json`,
		Args: exactly(2),
		RunE: func(c *cobra.Command, args []string) error {
			var dicts [2]*dictionary.Dictionary
			for i, dir := range args {
				if dir == "builtin" {
					dir = ""
				}
				d, err := loadDictionary(dir)
				if err != nil {
					return fmt.Errorf("%s: %w", args[i], err)
				}
				dicts[i] = d
			}
			diff := dictionary.Compare(dicts[0], dicts[1])
			if asJSON {
				return encodeJSON(c.OutOrStdout(), diff)
			}
			printDiff(c.OutOrStdout(), &diff)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

func printDiff(w io.Writer, d *dictionary.Diff) {
	fmt.Fprintf(w, "--- %s\n+++ %s\n", d.From, d.To)
	if len(d.Changes) == 0 {
		fmt.Fprintln(w, "没有差别 / no difference")
		return
	}
	for _, x := range d.Changes {
		fmt.Fprintln(w, strings.TrimSpace(x.Class+" "+x.Field))
		for _, s := range x.Removed {
			fmt.Fprintln(w, "  - "+s)
		}
		for _, s := range x.Added {
			fmt.Fprintln(w, "  + "+s)
		}
	}
}

func newDictWhy(dir *string) *cobra.Command {
	var category string
	var held []string
	c := &cobra.Command{
		Use:   "why TITLE",
		Short: "引擎怎样看一个标题：命中、归一步骤、分词、被排除的命中（JSON）",
		Example: `  zhunru dict why '催*情*香*水 女用'
  zhunru dict why '电子血压计' --held 医疗器械自营`,
		Args: exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			e, err := loadEngine(*dir)
			if err != nil {
				return err
			}
			v := e.Screen(&screening.Listing{ID: "-", Title: args[0], Category: category}, heldSet(held))
			return encodeJSON(c.OutOrStdout(), v)
		},
	}
	c.Flags().StringVar(&category, "category", "", "申报类目")
	c.Flags().StringSliceVar(&held, "held", nil, "商家已取得的类目，可重复")
	return c
}

func heldSet(names []string) screening.Held {
	held := screening.Held{}
	for _, n := range names {
		held[n] = true
	}
	return held
}

func encodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// exactly is cobra.ExactArgs with the exit status of a usage error.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("%s 需要 %d 个参数，得到 %d 个\n用法：%s", c.CommandPath(), n, len(args), c.UseLine())
		}
		return nil
	}
}
