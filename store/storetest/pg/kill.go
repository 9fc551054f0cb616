package pg

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Kill ends the server and all its processes at once, as kill -9 does.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	boss := s.boss(t)
	_ = syscall.Kill(boss, syscall.SIGSTOP) // it must not have children that we do not see
	doomed := append(children(boss), boss)
	for _, pid := range doomed {
		_ = syscall.Kill(pid, syscall.SIGKILL) // one may have ended by itself
	}
	s.up = false
	for _, pid := range doomed {
		for i := 0; alive(pid); i++ {
			if i > 10_000 {
				t.Fatalf("process %d of the server outlives SIGKILL", pid)
			}
			<-time.After(time.Millisecond)
		}
	}
	// A zombie that nobody waits for would look like a server to the next one.
	for _, path := range []string{filepath.Join(s.data(), "postmaster.pid"), filepath.Join(s.dir, ".s.PGSQL.5432.lock")} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// boss is the server's first process.
func (s *Server) boss(t testing.TB) int {
	t.Helper()
	said, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(said), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// Burnt is the processor time that the server and all its processes have taken,
// in steps of 10 ms a process. One that ends meanwhile may be missed.
func (s *Server) Burnt(t testing.TB) time.Duration {
	t.Helper()
	boss := s.boss(t)
	sum := Burnt(boss, true)
	for _, pid := range children(boss) {
		sum += Burnt(pid, false)
	}
	return sum
}

// Burnt is the processor time that a process has taken, and, with ended, those
// of its children that have ended, as Linux tells it. It is 0 of one that is
// not there.
func Burnt(pid int, ended bool) time.Duration {
	const tick, first = 10 * time.Millisecond, 11 // user time is the 14th field, the 12th after the name
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	last := first + 2
	if ended {
		last += 2
	}
	if err != nil || len(fields) < last {
		return 0
	}
	var sum time.Duration
	for _, f := range fields[first:last] {
		n, _ := strconv.ParseInt(f, 10, 64)
		sum += time.Duration(n) * tick
	}
	return sum
}

// children returns the processes that a process has begun.
func children(of int) (out []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // it ended
		}
		pid, parent, _ := stat(b)
		if parent == of {
			out = append(out, pid)
		}
	}
	return out
}

func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, _, state := stat(b)
	return err == nil && state != "Z"
}

// stat reads number, parent and state of a process as Linux tells them.
func stat(b []byte) (pid, parent int, state string) {
	name := bytes.LastIndexByte(b, ')')
	if name < 0 {
		return 0, 0, ""
	}
	_, _ = fmt.Sscanf(string(b), "%d", &pid)
	_, _ = fmt.Sscanf(string(b[name+1:]), " %s %d", &state, &parent)
	return pid, parent, state
}
