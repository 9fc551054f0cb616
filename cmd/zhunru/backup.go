package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"zhunru/store"
)

func newBackup() *cobra.Command {
	f := &databaseFlags{}
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "备份数据库，不必停机 / copy a database while it is used",
		Long: `把数据库在某一刻的完整内容写成一个新文件；其他进程照常读写。目标文件不能已存在，
备份写完才以这个名字出现。恢复用 zhunru restore。PostgreSQL 由 pg_dump 备份（custom
格式），须已安装。

退出状态：0 完成；2 用法错误；3 数据库或磁盘不可用。`,
		Example: "  zhunru backup /backup/zhunru-2026-11-23.db --db zhunru.db",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("%s 需要一个目标文件 / name one file\n用法：%s", c.CommandPath(), c.UseLine())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			s, err := openDatabase(c.Context(), f.db, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			size, err := backup(c, s, f.db, args[0])
			if err = errors.Join(err, s.Close()); err == nil {
				fmt.Fprintf(c.OutOrStdout(), "已备份到 %s（%s 字节）\n", args[0], grouped(int(size)))
			}
			return err
		},
	}
	f.register(c)
	return c
}

// backup writes to a name beside the target first, so that half a backup never
// looks like a whole one.
func backup(c *cobra.Command, s *store.Store, dsn, path string) (size int64, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return 0, errors.Join(fmt.Errorf("%s 已存在，备份不覆盖文件，请换一个名字（BACKUP_EXISTS）", path), err)
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a backup that was killed
		return 0, err
	}
	if err := copyOut(c.Context(), s, dsn, part); err != nil {
		_ = os.Remove(part) // may not be there
		return 0, err
	}
	info, err := os.Stat(part)
	if err == nil {
		err = os.Chmod(part, 0o600)
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func copyOut(ctx context.Context, s *store.Store, dsn, path string) error {
	if s.Engine() == store.Postgres {
		return dumpPostgres(ctx, dsn, path)
	}
	return s.Backup(ctx, path)
}
