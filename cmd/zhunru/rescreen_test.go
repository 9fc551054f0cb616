package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zhunru/store/jobs"
)

// said runs a command line and returns its exit status and output.
func said(t *testing.T, args ...string) (status int, out, problems string) {
	t.Helper()
	var stdout, stderr lockedBuilder
	status = run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return status, stdout.String(), stderr.String()
}

// A lockedBuilder takes what is written while it is read: a queue that was told
// to stop may log after the command has ended.
type lockedBuilder struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuilder) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuilder) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// demoDatabase is a small generated catalogue.
func demoDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "z.db")
	c := newDemo()
	c.SetArgs([]string{"--db", path, "--listings", "300", "--merchants", "10", "--on", "2026-03-01"})
	c.SetOut(&strings.Builder{})
	c.SetErr(&strings.Builder{})
	if err := c.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRescreenFromTheCommandLine(t *testing.T) {
	t.Parallel()
	db := demoDatabase(t)
	var r struct {
		runView
		Summary jobs.Summary `json:"summary"`
	}
	status, out, problems := said(t, "rescreen", "--db", db, "--on", "2026-03-01", "--json")
	if err := json.Unmarshal([]byte(out), &r); status != exitDone || err != nil || r.Done != 300 || r.State != "done" {
		t.Fatalf("%d %s %s %v", status, out, problems, err)
	}
	status, out, problems = said(t, "rescreen", "--db", db, "--on", "2036-03-01", "--dry-run")
	if status != exitDone || !strings.Contains(out, "没有写入") || !strings.Contains(out, "原因：  日期") {
		t.Errorf("%d %s %s", status, out, problems)
	}
	status, out, problems = said(t, "rescreen", "--db", db, "--kind", "expiry", "--on", "2036-03-01")
	if status != exitDone || !strings.Contains(out, "到期清扫，完成") || !strings.Contains(out, "（日期）") {
		t.Errorf("%d %s %s", status, out, problems)
	}
	status, out, problems = said(t, "rescreen", "--db", db, "--on", "2036-03-01")
	if status != exitDone || !strings.Contains(out, "结论有变 0 件") {
		t.Errorf("a full run after the sweep: %d %s %s", status, out, problems)
	}
}

func TestRunsAreQueuedPausedAndWorkedOff(t *testing.T) {
	t.Parallel()
	db := demoDatabase(t)
	var r runView
	status, out, problems := said(t, "rescreen", "--db", db, "--no-wait", "--json")
	if err := json.Unmarshal([]byte(out), &r); status != exitDone || err != nil || r.State != "planned" {
		t.Fatalf("%d %s %s %v", status, out, problems, err)
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{[]string{"runs", "pause", "2"}, "已暂停"},
		{[]string{"worker", "--queues", "runs", "--until-idle"}, ""},
		{[]string{"runs", "show", "2"}, "暂停"},
		{[]string{"runs", "resume", "2"}, "已继续"},
		{[]string{"worker", "--queues", "runs", "--until-idle"}, ""},
		{[]string{"runs", "show", "2"}, "全量，完成"},
		{[]string{"runs", "list"}, "300/300 件"},
	} {
		status, out, problems := said(t, append(x.args, "--db", db)...)
		if status != exitDone || !strings.Contains(out, x.want) {
			t.Errorf("%v: %d %s %s", x.args, status, out, problems)
		}
	}
	status, _, problems = said(t, "runs", "cancel", "2", "--db", db)
	if status != exitInput || !strings.Contains(problems, "RUN_CONFLICT") {
		t.Errorf("a run that is done is cancelled: %d %s", status, problems)
	}
}

func TestSchedulesFromTheCommandLine(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	for _, x := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"list"}, exitDone, "nightly-full  full  0 2 * * *"},
		{[]string{"set", "nightly-full", "--spec", "30 1 * * *"}, exitDone, "01:30"},
		{[]string{"set", "noon", "--task", "full", "--spec", "0 12 * * 1-5"}, exitDone, "12:00"},
		{[]string{"next", "noon", "-n", "2"}, exitDone, "12:00"},
		{[]string{"pause", "noon"}, exitDone, "已暂停"},
		{[]string{"list"}, exitDone, "暂停"},
		{[]string{"resume", "noon"}, exitDone, "12:00"},
		{[]string{"set", "noon", "--spec", "what"}, exitUsage, ""},
		{[]string{"set", "new", "--spec", "0 1 * * *"}, exitUsage, ""},
		{[]string{"set", "new", "--task", "nap", "--spec", "0 1 * * *"}, exitUsage, ""},
		{[]string{"pause", "nobody"}, exitInput, ""},
	} {
		args := append([]string{"schedules"}, append(x.args, "--db", db)...)
		if status, out, problems := said(t, args...); status != x.status || !strings.Contains(out, x.want) {
			t.Errorf("%v: %d %s %s", x.args, status, out, problems)
		}
	}
}

func TestRescreenRefusesWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	for _, args := range [][]string{
		{"rescreen", "--kind", "some"},
		{"rescreen", "--kind", "merchant"},
		{"rescreen", "--kind", "listing"},
		{"rescreen", "--kind", "listing", "--since", "yesterday"},
		{"rescreen", "--merchant", "M-1"},
		{"rescreen", "--on", "someday"},
		{"rescreen", "--rate", "-1"},
		{"worker", "--workers", "0"},
		{"worker", "--queues", "tea"},
		{"runs", "show", "x"},
	} {
		if status, out, problems := said(t, append(args, "--db", db)...); status != exitUsage || problems == "" {
			t.Errorf("%v: %d %s %s", args, status, out, problems)
		}
	}
}
