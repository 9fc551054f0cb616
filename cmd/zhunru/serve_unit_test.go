package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func unit(t *testing.T, kind string) string {
	t.Helper()
	var out bytes.Buffer
	if status := run(t.Context(), []string{"serve", "--print-unit", kind}, nil, &out, io.Discard); status != exitDone {
		t.Fatalf("status %d", status)
	}
	return out.String()
}

func TestTheUnitIsOneForSystemd(t *testing.T) {
	t.Parallel()
	text := unit(t, "systemd")
	for _, want := range []string{"DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "postgresql.service"} {
		if !strings.Contains(text, want) {
			t.Errorf("without %s", want)
		}
	}
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is not installed: the unit was read by nobody")
		return
	}
	program := filepath.Join(t.TempDir(), "zhunru")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := write(t, "zhunru.service", strings.ReplaceAll(text, "/usr/local/bin/zhunru", program))
	out, err := exec.CommandContext(t.Context(), tool, "verify", "--man=no", path).CombinedOutput()
	if err != nil || strings.Contains(string(out), filepath.Base(path)) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheComposeFileRunsPostgres(t *testing.T) {
	t.Parallel()
	var file struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
			ReadOnly    bool     `yaml:"read_only"`
			CapDrop     []string `yaml:"cap_drop"`
		}
	}
	if err := yaml.Unmarshal([]byte(unit(t, "compose")), &file); err != nil {
		t.Fatal(err)
	}
	z, p := file.Services["zhunru"], file.Services["postgres"]
	if !strings.HasPrefix(z.Environment["ZHUNRU_DB"], "postgres://zhunru:${ZHUNRU_DB_PASSWORD:?") || !z.ReadOnly || len(z.CapDrop) != 1 || !strings.HasPrefix(p.Image, "postgres:") {
		t.Errorf("%+v", file)
	}
	for name := range z.Environment {
		flag := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, envPrefix), "_", "-"))
		if newServe().Flags().Lookup(flag) == nil {
			t.Errorf("%s stands for no flag", name)
		}
	}
}

func TestThereIsNoOtherUnit(t *testing.T) {
	t.Parallel()
	if status := run(t.Context(), []string{"serve", "--print-unit", "upstart"}, nil, io.Discard, io.Discard); status != exitUsage {
		t.Errorf("status %d", status)
	}
}
