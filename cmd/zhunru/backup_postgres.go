package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// postgresTool runs pg_dump or pg_restore on a database. The password, if there
// is one, goes through the environment: everybody on the machine sees arguments.
func postgresTool(ctx context.Context, tool, dsn string, args ...string) error {
	path, err := exec.LookPath(tool)
	if err != nil {
		return fmt.Errorf("找不到 %s，请安装 PostgreSQL 客户端（apt-get install postgresql-client）后重试（PG_TOOL_MISSING）: %w", tool, err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return errors.New("postgres:// 地址写法有误，请检查用户名、主机、端口和参数（DB_BAD_DSN）")
	}
	password, query := "", u.Query()
	if p, ok := u.User.Password(); ok {
		password, u.User = p, url.User(u.User.Username())
	}
	if query.Has("password") {
		password = query.Get("password")
		query.Del("password")
		u.RawQuery = query.Encode()
	}
	cmd := exec.CommandContext(ctx, path, append([]string{"--no-password", "--dbname=" + u.String()}, args...)...)
	cmd.Env = os.Environ()
	if password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s 没有完成，请按它所说的处理（PG_TOOL）: %w\n%s", tool, err, strings.TrimSpace(said.String()))
	}
	return nil
}

func dumpPostgres(ctx context.Context, dsn, path string) error {
	return postgresTool(ctx, "pg_dump", dsn, "--format=custom", "--no-owner", "--no-privileges", "--file="+path)
}

// restorePostgres replaces what the dump holds in one transaction: all of it or
// nothing.
func restorePostgres(ctx context.Context, dsn, path string) error {
	return postgresTool(ctx, "pg_restore", dsn, "--single-transaction", "--exit-on-error", "--clean", "--if-exists", "--no-owner", "--no-privileges", path)
}
