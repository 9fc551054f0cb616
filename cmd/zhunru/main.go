// Command zhunru screens merchants' listings: may this be sold here; if not,
// which words, which rule and which law say so; what is missing; what to do
// next.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses of every command.
const (
	exitDone     = 0
	exitFindings = 1 // --fail-on, dict lint, ledger verify: found what was asked about
	exitUsage    = 2
	exitInput    = 3 // input or I/O error; nothing is skipped in silence
)

// statusError is an error that chooses the exit status.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &statusError{exitUsage, fmt.Errorf(format, args...)}
}

func main() { os.Exit(start()) }

// start runs the command line until it ends or is interrupted.
func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// run executes one command line and returns the exit status. It is the whole
// program but for os.Exit, so tests can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	err = nameDatabase(command, err)
	status := &statusError{status: exitInput}
	if !errors.As(err, &status) {
		status = &statusError{exitInput, err}
	}
	if status.err != nil {
		fmt.Fprintln(stderr, "zhunru:", err)
	}
	return status.status
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "zhunru",
		Short: "准入：电商商品与商家的合规筛查",
		Long: `zhunru（准入）回答：这件商品能不能在本平台上架；不能的话，是哪个词、哪条规则、
哪部法律；还缺什么证照或类目；下一步怎么办。

zhunru screens merchants' listings before they go live and explains every verdict.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w\n用法见 / see: %s --help", err, c.CommandPath())
	})
	root.AddCommand(newScreen(), newCheck(), newDict(), newEval(), newVersion())
	root.AddCommand(newMigrate(), newImport(), newDemo(), newBackup(), newRestore())
	root.AddCommand(newRescreen(), newRuns(), newSchedules(), newWorker(), newWebhooks())
	root.AddCommand(newReport())
	root.AddCommand(newServe(), newKeys(), newLedger(), newEvidence())
	root.AddCommand(newDataKeys())
	return root
}
