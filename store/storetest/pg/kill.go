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
	said, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(said), "\n")
	boss, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
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
