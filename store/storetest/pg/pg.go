// Package pg runs a PostgreSQL server of the test's own: the binaries that
// Debian installs, a cluster in a temporary folder, a Unix socket and no TCP
// port, gone at the end. It knows nothing of the store.
package pg

import (
	"bytes"
	"context"
	"database/sql"
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

// A Server is a running server. It is safe for concurrent use.
type Server struct {
	socket    string
	databases atomic.Int64
}

// Start starts a server that is stopped when the test ends. Without the
// binaries the test is skipped, or fails where ZHUNRU_REQUIRE_POSTGRES is 1.
// It takes about half a second.
func Start(t testing.TB) *Server {
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
	account := owner(t, dir)
	data := filepath.Join(dir, "data")
	run(t, account, bin, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	run(t, account, bin, "pg_ctl", "-D", data, "-w", "-t", "60", "-l", filepath.Join(dir, "log"),
		"-o", "-k "+dir+" -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200", "start")
	t.Cleanup(func() { run(t, account, bin, "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop") })
	return &Server{socket: dir}
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

func run(t testing.TB, account *syscall.Credential, bin, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, name), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C"}
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
		t.Fatalf("%s: %v\n%s", name, err, bytes.TrimSpace(said))
	}
}

// DSN returns the address of a database of the server.
func (s *Server) DSN(database string) string {
	return "postgres://postgres@/" + database + "?" + url.Values{"host": {s.socket}, "sslmode": {"disable"}}.Encode()
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
