//go:build !unix

package extract

import (
	"context"
	"os/exec"
)

// limited returns a command that is killed when ctx ends; this system has no
// limit of memory that a child inherits.
func limited(ctx context.Context, _ int64, tool string, args []string) *exec.Cmd {
	return exec.CommandContext(ctx, tool, args...)
}
