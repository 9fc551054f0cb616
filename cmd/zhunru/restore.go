package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"zhunru/store"
)

func newRestore() *cobra.Command {
	f, force := &databaseFlags{}, false
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "从备份恢复数据库 / restore a database from a backup",
		Long: `把 zhunru backup 写的文件恢复到 --db。SQLite：先复制、核对每一页和整个台账，没有问题才换上；
正在使用的数据库不换。PostgreSQL：用 pg_restore 在一个事务里恢复，再核对台账。
--db 已有内容时拒绝，除非给出 --force：原有内容全部被取代，不能找回。

退出状态：0 完成；2 用法错误；3 备份或数据库不可用，原有内容不变（PostgreSQL 上台账未通过
核对时已经恢复，会说明）。`,
		Example: "  zhunru restore /backup/zhunru-2026-11-23.db --db zhunru.db --force",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s 需要一个备份文件 / name one file\n用法：%s", c.CommandPath(), c.UseLine())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			r, err := restore(c.Context(), args[0], f.db, force)
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "已从 %s 恢复，台账 %s 条，核对无误\n", args[0], grouped(int(r.Entries)))
			}
			return err
		},
	}
	f.register(c)
	c.Flags().BoolVar(&force, "force", false, "取代已有的数据库 / replace the database that is there")
	return c
}

func restore(ctx context.Context, from, dsn string, force bool) (r store.LedgerReport, err error) {
	if !isPostgres(dsn) {
		return store.RestoreSQLite(ctx, from, dsn, force)
	}
	if !force {
		if err := store.CheckVacant(ctx, dsn); err != nil {
			return r, err
		}
	}
	if err := restorePostgres(ctx, dsn, from); err != nil {
		return r, err
	}
	s, err := openDatabase(ctx, dsn, store.Options{Migrate: true})
	if err != nil {
		return r, fmt.Errorf("已恢复，但打不开: %w", err)
	}
	r, err = s.CheckWhole(ctx)
	if err != nil {
		err = fmt.Errorf("已恢复，但这份备份有问题: %w", err)
	}
	return r, errors.Join(err, s.Close())
}
