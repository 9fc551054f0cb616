package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// broken fails after some bytes.
type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestScreenStopsWhenItCannotWrite(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	var stderr bytes.Buffer
	in := io.MultiReader(strings.NewReader("id,title\n"), &endlessRows{})
	status := run(t.Context(), []string{"screen", "-", "--dictionaries", dict}, in, &broken{100_000}, &stderr)
	if status != exitInput || !strings.Contains(stderr.String(), "disk full") {
		t.Error(status, stderr.String())
	}
}

// endlessRows are good rows without end; after is called once many were read.
type endlessRows struct {
	n     int
	after func()
}

func (e *endlessRows) Read(p []byte) (int, error) {
	e.n++
	if e.n == 50_000 && e.after != nil {
		e.after()
	}
	return copy(p, fmt.Sprintf("%d,保温杯\n", e.n)), nil
}

func TestScreenInterrupted(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	in := io.MultiReader(strings.NewReader("id,title\n"), &endlessRows{after: cancel})
	status := run(ctx, []string{"screen", "-", "--dictionaries", dict}, in, &stdout, &stderr)
	got := &screened{status, stdout.String(), stderr.String()}
	if rows := strings.Count(got.outcomes(t), "="); status != exitInput || rows == 0 || rows > 100_000 {
		t.Error(status, rows)
	}
	if !strings.HasPrefix(got.stderr, "已中断：读入 ") || strings.Count(got.stderr, "\n") != 1 {
		t.Error(got.stderr)
	}
}

// blocked never returns from Read until it is closed.
type blocked chan struct{}

func (b blocked) Read([]byte) (int, error) { <-b; return 0, io.EOF }

func TestScreenInterruptedWhileStdinWaits(t *testing.T) {
	t.Parallel()
	dict := smallDictionary(t)
	ctx, cancel := context.WithCancel(t.Context())
	stdin := make(blocked)
	defer close(stdin)
	in := io.MultiReader(strings.NewReader("id,title\n1,仿真枪\n"), callOnce{cancel}, stdin)
	var stdout, stderr bytes.Buffer
	if status := run(ctx, []string{"screen", "-", "--dictionaries", dict}, in, &stdout, &stderr); status != exitInput {
		t.Error(status, stderr.String())
	}
}

type callOnce struct{ f func() }

func (c callOnce) Read([]byte) (int, error) { c.f(); return 0, io.EOF }
