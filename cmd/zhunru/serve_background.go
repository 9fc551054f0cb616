package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"zhunru/store/jobs"
	"zhunru/store/webhook"
)

// background begins the work behind the requests and returns its client; with
// --workers 0 the client only begins and controls what others work on. It ends
// with the client's Stop, which gives chunks back.
func (f *serveFlags) background(ctx context.Context, d *desk, log *slog.Logger, guard webhook.Guard) (*jobs.Client, error) {
	o := jobs.Options{Reports: reportFolder(f.reports, f.database.db), Rules: d.rules(), Words: lazySegmenter{}, Log: slog.New(atLeast{log.Handler(), slog.LevelWarn}), Post: webhook.NewSender(guard, nil)}
	if f.workers > 0 {
		o.LedgerKey = signingKey(ctx, d.store, f.database.db, log)
		o.Queues, o.Workers = jobs.Queues, f.workers
		if err := jobs.InstallSchedules(ctx, d.store, time.Now()); err != nil {
			return nil, err
		}
	}
	client, err := jobs.New(ctx, d.store, o)
	if err != nil || f.workers == 0 {
		return client, err
	}
	if err := client.Start(ctx); err != nil {
		if errors.Is(err, jobs.ErrWorkerRunning) {
			err = fmt.Errorf("%w；或用 --workers 0 只提供接口", err)
		}
		return nil, errors.Join(err, stopClient(ctx, client))
	}
	return client, nil
}

// atLeast is a log handler that drops what is below a level.
type atLeast struct {
	slog.Handler
	level slog.Level
}

func (h atLeast) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.level && h.Handler.Enabled(ctx, l)
}

func (h atLeast) WithAttrs(a []slog.Attr) slog.Handler {
	return atLeast{h.Handler.WithAttrs(a), h.level}
}

func (h atLeast) WithGroup(name string) slog.Handler {
	return atLeast{h.Handler.WithGroup(name), h.level}
}
