package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationOfServe is not parallel: it sets the environment.
func TestConfigurationOfServe(t *testing.T) {
	const secret = "postgres://u:geheim@h/z"
	for _, tt := range []struct {
		rule, file string
		mode       os.FileMode
		env, args  []string
		want       string // addr rate db of the flags, or part of the error
		fails      bool
	}{
		{"defaults", "", 0o600, nil, nil, "127.0.0.1:8080 1000 zhunru.db", false},
		{"file", "# 注释\naddr: 127.0.0.1:1\nrate: 7\n", 0o644, nil, nil, "127.0.0.1:1 7 zhunru.db", false},
		{"environment before file", "addr: 127.0.0.1:1\nrate: 7\n", 0o644, []string{"ZHUNRU_ADDR=127.0.0.1:2"}, nil, "127.0.0.1:2 7 zhunru.db", false},
		{"flag before both", "addr: 127.0.0.1:1\n", 0o644, []string{"ZHUNRU_ADDR=127.0.0.1:2"}, []string{"--addr", "127.0.0.1:3"}, "127.0.0.1:3 1000 zhunru.db", false},
		{"file named by the environment", "rate: 9\n", 0o644, []string{"ZHUNRU_CONFIG=FILE"}, []string{"no --config"}, "127.0.0.1:8080 9 zhunru.db", false},
		{"secret in a private file", "db: " + secret, 0o600, nil, nil, "127.0.0.1:8080 1000 " + secret, false},
		{"secret in the environment", "", 0o644, []string{"ZHUNRU_DB=" + secret}, nil, "127.0.0.1:8080 1000 " + secret, false},
		{"empty file", "", 0o644, nil, nil, "127.0.0.1:8080 1000 zhunru.db", false},
		{"unknown key", "rate: 7\nadr: x\n", 0o644, nil, nil, "FILE:2: 没有 adr 这个参数", true},
		{"all problems at once", "x: 1\ny: 2\n", 0o644, nil, nil, "FILE:2: 没有 y", true},
		{"key twice", "rate: 7\nrate: 8\n", 0o644, nil, nil, "rate", true},
		{"no mapping", "- rate\n", 0o644, nil, nil, "FILE:1: 每行应是", true},
		{"nested", "rate:\n  a: 1\n", 0o644, nil, nil, "FILE:1: rate 只能是一个值", true},
		{"wrong value", "rate: fast\n", 0o644, nil, nil, "FILE:1: rate 的值不可用", true},
		{"no YAML", "a: [\n", 0o644, nil, nil, "FILE: 不是可用的 YAML", true},
		{"config of config", "config: x\n", 0o644, nil, nil, "FILE:1: 没有 config", true},
		{"secret that others may read", "db: " + secret, 0o644, nil, nil, "CONFIG_EXPOSED", true},
		{"secret on the command line", "", 0o600, nil, []string{"--db", secret}, "DB_PASSWORD_EXPOSED", true},
		{"secret as a parameter", "", 0o600, nil, []string{"--db", "postgres://h/z?password=geheim"}, "DB_PASSWORD_EXPOSED", true},
		{"environment that is wrong", "", 0o644, []string{"ZHUNRU_WORKERS=many"}, nil, "ZHUNRU_WORKERS", true},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "serve.yaml")
			if err := os.WriteFile(path, []byte(tt.file), tt.mode); err != nil {
				t.Fatal(err)
			}
			for _, e := range tt.env {
				name, value, _ := strings.Cut(e, "=")
				t.Setenv(name, strings.ReplaceAll(value, "FILE", path))
			}
			args := append([]string{"--config", path}, tt.args...)
			if len(tt.args) == 1 {
				args = nil
			}
			c := newServe()
			if err := c.ParseFlags(args); err != nil {
				t.Fatal(err)
			}
			err := configure(c)
			get := func(name string) string { return c.Flags().Lookup(name).Value.String() }
			got := get("addr") + " " + get("rate") + " " + get("db")
			if err != nil {
				got = err.Error()
			}
			if (err != nil) != tt.fails || !strings.Contains(got, strings.ReplaceAll(tt.want, "FILE", path)) {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			if err != nil && strings.Contains(got, "geheim") {
				t.Errorf("the secret is shown: %s", got)
			}
		})
	}
}
