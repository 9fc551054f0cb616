package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// A server is the built program that serves, in a process of its own.
type server struct {
	cmd  *exec.Cmd
	url  string
	log  *tape
	done chan struct{}
}

// startServer runs the built program and returns when it serves.
func startServer(t *testing.T, bin, db string, args ...string) *server {
	t.Helper()
	s := &server{log: &tape{want: `"msg":"serving"`, seen: make(chan struct{})}, done: make(chan struct{})}
	s.cmd = exec.Command(bin, append([]string{"serve", "--insecure-local", "--addr", "127.0.0.1:0", "--db", db}, args...)...) //nolint:noctx // it is ended below
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	go func() {
		_ = s.cmd.Wait() // its status is in ProcessState
		close(s.done)
	}()
	select {
	case <-s.log.seen:
	case <-s.done:
		t.Fatalf("serve ended: %s", s.log)
	}
	s.url = "http://" + regexp.MustCompile(`"addr":"([^"]+)"`).FindStringSubmatch(s.log.String())[1]
	return s
}

// end sends a signal and waits until the process is gone.
func (s *server) end(t *testing.T, signal os.Signal) int {
	t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-s.done
	return s.cmd.ProcessState.ExitCode()
}

// A load sends listings, each of its own, from several clients at once, and
// keeps the ids of those that were answered.
type load struct {
	next     *atomic.Int64
	client   *http.Client
	mu       sync.Mutex
	answered []string
	other    []string // answers that are no success
	enough   chan struct{}
	want     int
}

func (l *load) send(ctx context.Context, url string) error {
	id := "K" + strconv.FormatInt(l.next.Add(1), 10)
	body := fmt.Sprintf(`{"listings":[{"id":%q,"merchant_id":"M1","title":"催情香水 %s"}]}`, id, id)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/screenings", strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := l.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if answer.StatusCode != http.StatusOK || !bytes.Contains(b, []byte(id)) {
		l.other = append(l.other, fmt.Sprintf("%d %s", answer.StatusCode, b))
	}
	l.answered = append(l.answered, id)
	if len(l.answered) == l.want {
		close(l.enough)
	}
	return nil
}

// run sends until the server is gone; with(l) is called when want requests were
// answered, while more are on their way.
func (l *load) run(t *testing.T, url string, want int, with func()) {
	t.Helper()
	l.want, l.enough, l.answered = want, make(chan struct{}), nil
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for l.send(t.Context(), url) == nil {
				continue
			}
		})
	}
	<-l.enough
	with()
	clients.Wait()
	if len(l.other) > 0 {
		t.Errorf("answers that are no success: %v", l.other[0])
	}
}

// TestKilledServersLoseNoAnswer kills the server with kill -9 while it is busy,
// again and again. ZHUNRU_SOAK says how often.
func TestKilledServersLoseNoAnswer(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes again and again: run without -short")
	}
	t.Parallel()
	kills := killings(t)
	bin := binary(t)
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			db := filepath.Join(t.TempDir(), "z.db")
			if engine == store.Postgres {
				db = pg.Start(t).Database(t)
			}
			chance := rand.New(rand.NewPCG(7, 8))
			l := &load{next: new(atomic.Int64), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
			answered := 0
			for range kills {
				s := startServer(t, bin, db)
				l.run(t, s.url, 20+chance.IntN(300), func() {
					<-time.After(time.Duration(chance.IntN(5000)) * time.Microsecond)
					s.end(t, syscall.SIGKILL)
				})
				answered += len(l.answered)
				proveAnswers(t, db, l.answered)
			}
			t.Logf("%d kills, %d requests sent, %d answered", kills, l.next.Load(), answered)
		})
	}
}

// proveAnswers looks for every answered listing, whole, and for halves.
func proveAnswers(t *testing.T, db string, answered []string) {
	t.Helper()
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	for _, id := range answered {
		if r, err := s.Record(t.Context(), id); err != nil || len(r.Verdict.Findings) == 0 {
			t.Errorf("%s was answered: %+v, %v", id, r, err)
		}
		if n := count(t, s, "SELECT COUNT(*) FROM ledger WHERE kind = 'verdict' AND subject = '"+id+"'"); n != 1 {
			t.Errorf("%s has %d entries in the ledger", id, n)
		}
	}
	for _, half := range []string{
		"SELECT COUNT(*) FROM listings WHERE key NOT IN (SELECT listing_key FROM records)",
		"SELECT COUNT(*) FROM records WHERE listing_key NOT IN (SELECT listing_key FROM findings)",
		"SELECT COUNT(*) FROM listings WHERE id NOT IN (SELECT subject FROM ledger)",
		"SELECT COUNT(*) FROM ledger WHERE kind = 'verdict' AND subject NOT IN (SELECT id FROM listings)",
	} {
		if n := count(t, s, half); n != 0 {
			t.Errorf("%s: %d", half, n)
		}
	}
	if r, err := s.VerifyLedger(t.Context(), "", nil); err != nil || !r.OK() {
		t.Errorf("ledger %+v, %v", r, err)
	}
}

// TestSIGTERMAnswersWhatIsInHand stops the built program under load: what was
// kept was answered, and what was answered was kept.
func TestSIGTERMAnswersWhatIsInHand(t *testing.T) {
	t.Parallel()
	bin := binary(t)
	db := filepath.Join(t.TempDir(), "z.db")
	s := startServer(t, bin, db)
	l := &load{next: new(atomic.Int64), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
	status := -1
	l.run(t, s.url, 200, func() { status = s.end(t, syscall.SIGTERM) })
	if status != exitDone || !strings.Contains(s.log.String(), `"msg":"stopped"`) {
		t.Errorf("status %d", status)
	}
	proveAnswers(t, db, l.answered)
	st, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close() //nolint:errcheck // only read from
	if kept := count(t, st, "SELECT COUNT(*) FROM listings"); kept != int64(len(l.answered)) {
		t.Errorf("%d kept, %d answered", kept, len(l.answered))
	}
}
