//go:build unix

package extract

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
)

// limitScript lowers the limits of the shell and becomes the program. The
// arguments are never part of the script.
const limitScript = `ulimit -c 0 2>/dev/null; ulimit -v "$1" 2>/dev/null; shift; exec "$@"`

// limited returns a command with at most that much address space (where the
// system knows such a limit: Linux does), in a process group of its own that
// is killed as a whole when ctx ends.
func limited(ctx context.Context, memory int64, tool string, args []string) *exec.Cmd {
	all := append([]string{"-c", limitScript, "sh", strconv.FormatInt(memory>>10, 10), tool}, args...)
	cmd := exec.CommandContext(ctx, "/bin/sh", all...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
