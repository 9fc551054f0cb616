package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/dictionary"
)

func newDict() *cobra.Command {
	var dir string
	c := &cobra.Command{Use: "dict", Short: "查看、检查、比较词典"}
	c.PersistentFlags().StringVar(&dir, "dictionaries", "", "词典目录（默认用内置词典）")
	lint := &cobra.Command{Use: "lint", Short: "检查词典", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		d, err := loadDictionary(dir)
		if err != nil {
			return err
		}
		problems := dictionary.Lint(d)
		for _, p := range problems {
			fmt.Fprintln(c.OutOrStdout(), p)
		}
		if len(problems) > 0 {
			return &statusError{exitFindings, fmt.Errorf("%d 个问题", len(problems))}
		}
		return nil
	}}
	why := &cobra.Command{Use: "why TITLE", Short: "引擎怎么看一个标题", Args: cobra.ExactArgs(1), RunE: func(c *cobra.Command, args []string) error {
		e, err := loadEngine(dir)
		if err != nil {
			return err
		}
		v := e.Screen(&screening.Listing{ID: "-", Title: args[0]}, nil)
		for i := range v.Findings {
			v.Findings[i].Citations = nil
			v.Findings[i].Remedy = dictionary.Remedy{}
		}
		enc := json.NewEncoder(c.OutOrStdout())
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}}
	c.AddCommand(lint, why)
	return c
}
