package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"zhunru/store"
)

func newMigrate() *cobra.Command {
	c := &cobra.Command{
		Use:   "migrate up|status|down",
		Short: "建立或升级数据库结构 / create or upgrade the schema",
		Long: `up 建库或升级到本程序需要的结构；status 列出每一步及其时间；down 退回最后一步，
那一步的表连同数据一起删除，须加 --yes。几个进程同时升级时互相等待。

退出状态：0 完成；2 用法错误；3 数据库不可用。`,
		Args: func(c *cobra.Command, _ []string) error {
			return usagef("用法：zhunru %s", c.Use)
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	c.AddCommand(newMigrateUp(), newMigrateStatus(), newMigrateDown())
	return c
}

func newMigrateUp() *cobra.Command {
	f := &databaseFlags{}
	c := &cobra.Command{
		Use: "up", Short: "建库或升级 / create or upgrade", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			taken, err := store.Migrate(c.Context(), f.db)
			for _, m := range taken {
				fmt.Fprintf(c.OutOrStdout(), "已执行 %s\n", m.Name)
			}
			if err == nil && len(taken) == 0 {
				fmt.Fprintln(c.OutOrStdout(), "数据库结构已是最新，没有变化")
			}
			return err
		},
	}
	f.register(c)
	return c
}

func newMigrateStatus() *cobra.Command {
	f := &databaseFlags{}
	c := &cobra.Command{
		Use: "status", Short: "列出每一步 / list the steps", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			list, err := store.Status(c.Context(), f.db)
			if err != nil {
				return err
			}
			printMigrations(c.OutOrStdout(), list)
			return nil
		},
	}
	f.register(c)
	return c
}

func printMigrations(out io.Writer, list []store.Migration) {
	china := time.FixedZone("Asia/Shanghai", 8*60*60)
	for _, m := range list {
		at := "待执行"
		if !m.AppliedAt.IsZero() {
			at = m.AppliedAt.In(china).Format(time.DateTime)
		}
		fmt.Fprintf(out, "%-24s %s\n", m.Name, at)
	}
}

func newMigrateDown() *cobra.Command {
	f := &databaseFlags{}
	sure := false
	c := &cobra.Command{
		Use: "down", Short: "退回最后一步，删除那一步的数据 / take back the last step", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if !sure {
				return usagef("migrate down 会删除最后一步的表和其中的数据；先备份（zhunru backup），确定后加 --yes")
			}
			taken, err := store.Down(c.Context(), f.db)
			switch {
			case err != nil:
				return err
			case taken == nil:
				fmt.Fprintln(c.OutOrStdout(), "没有可退回的步骤")
			default:
				fmt.Fprintf(c.OutOrStdout(), "已退回 %s\n", taken.Name)
			}
			return nil
		},
	}
	f.register(c)
	c.Flags().BoolVar(&sure, "yes", false, "确定删除 / yes, drop the data")
	return c
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s 不接受参数 %q\n用法：%s", c.CommandPath(), args[0], c.UseLine())
	}
	return nil
}
