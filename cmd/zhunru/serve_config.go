package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// configBytes bounds a configuration file.
const configBytes = 1 << 20

// envPrefix begins the names of variables that stand for flags: --metrics-addr
// is ZHUNRU_METRICS_ADDR.
const envPrefix = "ZHUNRU_"

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// configure fills the flags that were not given on the command line, from the
// environment first and then from the file that --config names. The file is
// YAML, flag names for keys; a key that is no flag, or stands twice, is an error
// with file and line.
func configure(c *cobra.Command) error {
	if db := c.Flags().Lookup("db"); db.Changed && hasPassword(db.Value.String()) {
		return usagef("--db 里含有密码，同机的人都看得到命令行，请改用环境变量 %s 或 --config 文件（DB_PASSWORD_EXPOSED）", envName("db"))
	}
	given := map[string]bool{}
	var problems []error
	c.Flags().VisitAll(func(f *pflag.Flag) { // in order of name
		given[f.Name] = f.Changed
		if value, ok := os.LookupEnv(envName(f.Name)); ok && !f.Changed && configurable(f.Name) {
			if err := c.Flags().Set(f.Name, value); err != nil {
				problems = append(problems, fmt.Errorf("环境变量 %s 的值不可用，请按 --help 更正（BAD_CONFIG）: %w", envName(f.Name), noValue(err, value)))
			}
			given[f.Name] = true
		}
	})
	if path := c.Flags().Lookup("config").Value.String(); path != "" {
		problems = append(problems, configureFile(c, path, given)...)
	}
	if err := errors.Join(problems...); err != nil {
		return usagef("%w", err)
	}
	return nil
}

// configurable reports whether a flag may be set from outside the command line.
func configurable(name string) bool { return name != "help" && name != "print-unit" }

// configureFile sets what the file says and the command line and the environment
// do not. All problems are returned at once.
func configureFile(c *cobra.Command, path string, given map[string]bool) []error {
	b, mode, err := readConfig(path)
	if err != nil {
		return []error{fmt.Errorf("读不到配置文件 %s，请检查路径、权限和大小（BAD_CONFIG）: %w", path, err)}
	}
	file, err := parser.ParseBytes(b, 0)
	if err != nil {
		return []error{fmt.Errorf("%s: 不是可用的 YAML，请更正（BAD_CONFIG）: %w", path, err)}
	}
	var problems []error
	seen := map[string]bool{}
	for _, doc := range file.Docs {
		entries, ok := entriesOf(doc.Body)
		if !ok {
			problems = append(problems, fmt.Errorf("%s:1: 每行应是“参数名: 值”（BAD_CONFIG）", path))
		}
		for _, e := range entries {
			key, at := e.Key.String(), fmt.Sprintf("%s:%d", path, e.Key.GetToken().Position.Line)
			value, plain := e.Value.(ast.ScalarNode)
			switch {
			case seen[key]:
				problems = append(problems, fmt.Errorf("%s: %s 写了两次，请删去一个（BAD_CONFIG）", at, key))
			case c.Flags().Lookup(key) == nil || !configurable(key) || key == "config":
				problems = append(problems, fmt.Errorf("%s: 没有 %s 这个参数，可用的参数见 zhunru serve --help（UNKNOWN_KEY）", at, key))
			case !plain:
				problems = append(problems, fmt.Errorf("%s: %s 只能是一个值（BAD_CONFIG）", at, key))
			default:
				problems = append(problems, setFromFile(c, key, fmt.Sprint(value.GetValue()), at, mode, given[key])...)
			}
			seen[key] = true
		}
	}
	return problems
}

func setFromFile(c *cobra.Command, key, value, at string, mode os.FileMode, given bool) []error {
	if key == "db" && hasPassword(value) && mode.Perm()&0o077 != 0 {
		return []error{fmt.Errorf("%s: db 含有密码，而别的用户也能读这个文件（%v），请运行 chmod 600（CONFIG_EXPOSED）", at, mode.Perm())}
	}
	if given {
		return nil
	}
	if err := c.Flags().Set(key, value); err != nil {
		return []error{fmt.Errorf("%s: %s 的值不可用，请按 --help 更正（BAD_CONFIG）: %w", at, key, noValue(err, value))}
	}
	return nil
}

func entriesOf(body ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := body.(type) {
	case nil, *ast.CommentGroupNode:
		return nil, true
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func readConfig(path string) ([]byte, os.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() || info.Size() > configBytes {
		return nil, 0, errors.New("no regular file of at most 1 MB")
	}
	b, err := os.ReadFile(path)
	return b, info.Mode(), err
}

// hasPassword reports whether a database's address holds a secret.
func hasPassword(dsn string) bool {
	if !isPostgres(dsn) {
		return false
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return true // better refused than shown
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password")
}

// noValue leaves a value out of an error: it may be a secret.
func noValue(err error, value string) error {
	if value == "" {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), value, "…"))
}
