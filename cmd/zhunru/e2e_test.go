package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBinary builds the program and runs it as a user does.
func TestBinary(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(t.TempDir(), "zhunru")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	dict := smallDictionary(t)
	good := write(t, "goods.csv", goods)
	bad := write(t, "bad.csv", "编号,标题\n1,仿真枪\n2\n")
	for _, tt := range []struct {
		rule   string
		args   []string
		status int
		stdout string // part of it
		stderr string // part of it
	}{
		{"done", []string{"screen", good}, 0, `{"id":"2","outcome":"prohibited"`, "筛查 4"},
		{"findings", []string{"screen", good, "--fail-on", "prohibited"}, 1, `{"id":"2","outcome":"prohibited"`, "禁售 1"},
		{"usage", []string{"screen", good, "--out", "nonsense"}, 2, "", "--out"},
		{"no arguments", []string{"screen"}, 2, "", "zhunru screen FILE…|-"},
		{"bad row", []string{"screen", bad}, 3, `{"id":"1","outcome":"prohibited"`, bad + ":3: line: 1 fields, the header has 2"},
		{"missing file", []string{"screen", "/nowhere.csv"}, 3, "", "/nowhere.csv: no such file"},
		{"no dictionary", []string{"screen", good, "--dictionaries", "/nowhere"}, 3, "", "/nowhere"},
		{"version", []string{"version"}, 0, "3 类", ""},
		{"help", []string{"screen", "--help"}, 0, "退出状态", ""},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			args := tt.args
			if tt.rule != "no dictionary" && tt.rule != "no arguments" {
				args = append([]string{args[0], "--dictionaries", dict}, args[1:]...)
			}
			c := exec.CommandContext(t.Context(), bin, args...)
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
				t.Fatal(err)
			}
			if got := c.ProcessState.ExitCode(); got != tt.status || !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("status %d, want %d\n%s\n%s", got, tt.status, &stdout, &stderr)
			}
			if strings.ContainsAny(stderr.String()+stdout.String(), "\x1b\r") {
				t.Error("progress or colours where there is no terminal")
			}
		})
	}
	t.Run("interrupt", func(t *testing.T) {
		t.Parallel()
		interrupt(t, bin, dict)
	})
}

// interrupt sends SIGINT while the program waits for more input.
func interrupt(t *testing.T, bin, dict string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), bin, "screen", "-", "--dictionaries", dict)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	rows := strings.Builder{}
	rows.WriteString("id,title\n")
	for i := range 50_000 {
		fmt.Fprintf(&rows, "%d,保温杯\n", i)
	}
	go func() { _, _ = io.WriteString(stdin, rows.String()) }() // stays open: the program waits
	out := bufio.NewReader(stdout)
	first, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); c.ProcessState.ExitCode() != exitInput {
		t.Errorf("%v\n%s", err, &stderr)
	}
	got := &screened{stdout: first + string(rest), stderr: stderr.String()}
	if !strings.HasPrefix(got.outcomes(t), "0=pass 1=pass ") || !strings.HasPrefix(got.stderr, "已中断：") {
		t.Error(got.stderr)
	}
}
