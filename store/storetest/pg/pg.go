// Package pg runs a PostgreSQL server of the test's own: the binaries that
// Debian installs, a cluster in a temporary folder, a Unix socket and no TCP
// port, gone at the end. It knows nothing of the store.
package pg

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver that Database speaks through
)

// A Server is a running server. It is safe for concurrent use but for Kill and
// Restart.
type Server struct {
	o         Options
	bin, dir  string
	account   *syscall.Credential
	up        bool
	databases atomic.Int64
}

// Options tune a server. The zero value is the fastest, and what most tests
// want.
type Options struct {
	Durable   bool   // a commit that was answered survives Kill
	Namespace string // of the network, as ip netns names it, to run in
	Address   string // IPv4 address to listen on, beside the socket; trusts its /16
}

// Start starts a server that is stopped when the test ends. Without the
// binaries the test is skipped, or fails where ZHUNRU_REQUIRE_POSTGRES is 1.
// It takes about half a second.
func Start(t testing.TB) *Server { return StartWith(t, Options{}) }

// StartWith is Start with options.
func StartWith(t testing.TB, o Options) *Server {
	t.Helper()
	bin := binaries()
	if bin == "" {
		const how = "no /usr/lib/postgresql/*/bin/initdb: apt-get install postgresql"
		if os.Getenv("ZHUNRU_REQUIRE_POSTGRES") == "1" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	// Not t.TempDir: a socket's path may have 107 bytes only.
	dir, err := os.MkdirTemp("", "zrpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	s := &Server{o: o, bin: bin, dir: dir, account: owner(t, dir)}
	s.run(t, "initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if o.Address != "" {
		s.trust(t)
	}
	s.Restart(t)
	t.Cleanup(func() {
		if s.up {
			s.run(t, "pg_ctl", "-D", s.data(), "-w", "-m", "immediate", "stop")
		}
	})
	return s
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// trust lets the neighbours of the address in.
func (s *Server) trust(t testing.TB) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(s.data(), "pg_hba.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = fmt.Fprintf(f, "host all all %s/16 trust\n", s.o.Address)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Restart starts the server again after Kill, and returns when it answers.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	options := "-k " + s.dir + " -c listen_addresses='" + s.o.Address + "' -c max_connections=200"
	if !s.o.Durable {
		options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
	}
	s.run(t, "pg_ctl", "-D", s.data(), "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"), "-o", options, "start")
	s.up = true
}

// binaries returns the folder of the newest installed server, or "".
func binaries() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is well-formed
	if len(found) == 0 {
		return ""
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1])
}

// owner gives the folder to the account that runs the server: the server
// refuses to run as root.
func owner(t testing.TB, dir string) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// run runs one of the server's programs to its end.
func (s *Server) run(t testing.TB, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	line, account := append([]string{filepath.Join(s.bin, name)}, args...), s.account
	if s.o.Namespace != "" { // which only root may enter
		line = slices.Concat([]string{
			"ip", "netns", "exec", s.o.Namespace, "setpriv",
			fmt.Sprintf("--reuid=%d", account.Uid), fmt.Sprintf("--regid=%d", account.Gid), "--clear-groups",
		}, line)
		account = nil
	}
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	// pg_ctl leaves the server behind; a pipe would wait for it.
	out, err := os.CreateTemp("", "zrpg")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(out.Name()) //nolint:errcheck // a leftover in the temporary folder
	defer out.Close()           //nolint:errcheck // only read from
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		t.Fatalf("%s: %v\n%s\n%s", name, err, bytes.TrimSpace(said), log)
	}
}

// DSN returns the address of a database of the server, on its socket.
func (s *Server) DSN(database string) string {
	return "postgres://postgres@/" + database + "?" + url.Values{"host": {s.dir}, "sslmode": {"disable"}}.Encode()
}

// Database creates an empty database and returns its address.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", s.databases.Add(1))
	db, err := sql.Open("pgx", s.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // one statement, done
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	return s.DSN(name)
}
