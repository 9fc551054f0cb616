package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromiumPath finds the browser. It skips the test on a machine without one,
// and fails it where ZHUNRU_REQUIRE_TOOLS says that it must be there.
func chromiumPath(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "no Chromium: apt-get install chromium"
	if os.Getenv("ZHUNRU_REQUIRE_TOOLS") != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// A tab is one page of a browser. It keeps what the page complained of, and
// every host but the server's that it asked for something.
type tab struct {
	context.Context

	mu     sync.Mutex
	faults []string
}

// browse opens a tab that may only talk to the server.
func browse(t *testing.T, server string) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromiumPath(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("lang", "zh-CN"), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1300, 2200), chromedp.WSURLReadTimeout(time.Minute))
	allocated, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	opened, closed := chromedp.NewContext(allocated)
	t.Cleanup(closed)
	b := &tab{Context: opened}
	err := chromedp.Listen(opened, func(event any) {
		var fault string
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			fault = e.ExceptionDetails.Text
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError {
				fault = e.Entry.Text + " " + e.Entry.URL
			}
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, server) && !strings.HasPrefix(u, "data:") {
				fault = "asked another host: " + u
			}
		}
		if fault != "" {
			b.mu.Lock()
			b.faults = append(b.faults, fault)
			b.mu.Unlock()
		}
	})
	if err == nil {
		_, err = chromedp.Call(opened, network.Enable, network.EnableParams{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// complain fails the test if a step failed, or the page complained.
func (b *tab) complain(t *testing.T, err error) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil || len(b.faults) > 0 {
		t.Fatalf("%v; the page: %q", err, b.faults)
	}
}

// look runs one step and returns what it found.
func look[T any](t *testing.T, b *tab, step chromedp.Action[T]) T {
	t.Helper()
	found, err := chromedp.Run(b, step)
	b.complain(t, err)
	return found
}

// TestDocsPageSendsARequest does what a developer does first: opens /docs, gives
// the key, and sends a listing to be screened.
func TestDocsPageSendsARequest(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser: run without -short")
	}
	t.Parallel()
	s := serveDatabase(t, filepath.Join(t.TempDir(), "z.db"))
	b := browse(t, s.url)
	const screen = "#operations-screenings-create-screening "
	css := func(sel string) chromedp.CSS { return chromedp.CSS(sel) }
	b.complain(t, chromedp.Do(b,
		chromedp.Navigate(s.url+"/docs"),
		chromedp.WaitVisible(css(screen)),
		chromedp.Click(css(".auth-wrapper .authorize")),
		chromedp.SendKeys(css(".auth-container input"), s.token),
		chromedp.Click(css(".auth-btn-wrapper .authorize")),
		chromedp.Click(css(".auth-btn-wrapper .btn-done")),
		chromedp.Click(css(screen+".opblock-summary-control")),
		chromedp.Click(css(screen+".try-out__btn")),
		chromedp.Focus(css(screen+"textarea.body-param__text")),
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
		chromedp.SendKeys(css(screen+"textarea.body-param__text"), `{"listings":[{"id":"B-1","title":"催*情*香*水"}]}`),
		chromedp.Click(css(screen+".execute")),
		chromedp.WaitVisible(css(screen+".live-responses-table tbody .response-col_status")),
	))
	if keep := os.Getenv("ZHUNRU_SCREENSHOTS"); keep != "" {
		if err := os.WriteFile(filepath.Join(keep, "docs.jpg"), look(t, b, chromedp.FullScreenshot(80)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status := look(t, b, chromedp.Text(css(screen+".live-responses-table tbody .response-col_status")))
	answer := look(t, b, chromedp.Text(css(screen+".live-responses-table tbody .response-col_description")))
	if strings.TrimSpace(status) != "200" || !strings.Contains(answer, `"outcome": "prohibited"`) || !strings.Contains(answer, "P15_STUPEFY_APHRODISIAC") {
		t.Errorf("the page shows %s: %s", status, answer)
	}
	if n := look(t, b, chromedp.Evaluate[int](`document.querySelectorAll('.opblock').length`)); n < 40 {
		t.Errorf("the page shows %d operations", n)
	}
}
