package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWebhooksAreManagedAtTheCommandLine leads a webhook through its life.
func TestWebhooksAreManagedAtTheCommandLine(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	said := func(status int, args ...string) string {
		t.Helper()
		got, text := ledgerCommand(t, append(append([]string{"webhooks"}, args...), "--db", db)...)
		if got != status {
			t.Errorf("%v: %d %s", args, got, text)
		}
		return text
	}
	secret := regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`)
	first := secret.FindString(said(exitDone, "add", "https://hooks.example.com/in", "--name", "下架系统", "--events", "run.finished,verdict.changed"))
	if first == "" {
		t.Error("no secret was shown")
	}
	said(exitUsage, "add", "http://hooks.example.com/")
	said(exitUsage, "add", "https://127.0.0.1/")
	said(exitUsage, "add", "https://hooks.example.com/", "--events", "order.paid")
	said(exitUsage, "set", "x", "--state", "paused")
	said(exitUsage, "set", "1", "--state", "dead")
	said(exitUsage, "rotate", "1", "--overlap", "-1h")
	said(exitUsage, "deliveries", "1", "--state", "lost")
	said(exitUsage, "deliveries", "1", "--limit", "0")
	if text := said(exitInput, "set", "7", "--state", "paused"); !strings.Contains(text, "WEBHOOK_NOT_FOUND") {
		t.Error(text)
	}
	if text := said(exitInput, "redeliver", "1", "99"); !strings.Contains(text, "DELIVERY_NOT_FOUND") {
		t.Error(text)
	}
	if text := said(exitDone, "set", "1", "--state", "paused", "--url", "https://hooks.example.com/new"); !strings.Contains(text, "paused") || !strings.Contains(text, "下架系统") || secret.MatchString(text) {
		t.Error(text)
	}
	if second := secret.FindString(said(exitDone, "rotate", "1", "--json")); second == "" || second == first {
		t.Error("no new secret was shown")
	}
	if text := said(exitDone, "list", "--json"); !strings.Contains(text, `"url": "https://hooks.example.com/new"`) || secret.MatchString(text) {
		t.Error(text)
	}
	said(exitDone, "deliveries", "1", "--state", "dead")
	said(exitDone, "delete", "1")
	if text := said(exitDone, "list"); strings.Contains(text, "hooks.example.com") {
		t.Error(text)
	}
	if status, text := ledgerCommand(t, "ledger", "verify", "--db", db); status != exitDone {
		t.Error(text)
	}
}

// TestSchedulesOfOnesOwnAreDeleted adds and deletes one, and keeps the defaults.
func TestSchedulesOfOnesOwnAreDeleted(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	for _, c := range []struct {
		status int
		args   string
	}{
		{exitDone, "set noon-full --task full --spec @daily"},
		{exitDone, "delete noon-full"},
		{exitInput, "delete noon-full"},
		{exitUsage, "delete nightly-full"},
		{exitDone, "next nightly-full"},
	} {
		if status, text := ledgerCommand(t, append(append([]string{"schedules"}, strings.Fields(c.args)...), "--db", db)...); status != c.status {
			t.Errorf("%s: %d %s", c.args, status, text)
		}
	}
}
