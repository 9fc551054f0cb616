package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"zhunru/api"
	"zhunru/store"
)

// uploads are the files that were sent in to be imported. They lie in a folder
// of this machine under the keys of their imports until those are at their end,
// a restart between or not.
type uploads struct {
	folder string
	desk   *desk
	log    *slog.Logger
	wake   chan struct{}
	coming sync.Mutex // held while a file and its import change together
}

// Names in the folder.
const (
	uploadHalf = "half-" // of a file that is arriving
	uploadEnd  = ".upload"
)

// uploadStale is how old what arrives may be before nobody is sending it.
const uploadStale = 24 * time.Hour

func newUploads(folder string, d *desk, log *slog.Logger) *uploads {
	return &uploads{folder: folder, desk: d, log: log, wake: make(chan struct{}, 1)}
}

// uploadFolder is where files that were sent in are kept: beside a SQLite file,
// or in the working folder.
func uploadFolder(given, db string) string {
	if given != "" {
		return given
	}
	return strings.TrimSuffix(reportFolder("", db), ".reports") + ".uploads"
}

// path is where the file of an import lies.
func (u *uploads) path(key int64) string {
	return filepath.Join(u.folder, fmt.Sprintf("%d%s", key, uploadEnd))
}

// An arrived is a file that was taken in.
type arrived struct {
	path    string
	content store.Hash
}

// take writes what is sent in to a file that only we can read. Errors of from
// are returned as they are.
func (u *uploads) take(s *api.ImportSpec, from io.Reader) (a arrived, err error) {
	if err := os.MkdirAll(u.folder, 0o700); err != nil {
		return a, unkept(err)
	}
	file, err := os.CreateTemp(u.folder, uploadHalf+"*")
	if err != nil {
		return a, unkept(err)
	}
	defer func() {
		if err = errors.Join(err, unkept(file.Close())); err != nil {
			_ = os.Remove(file.Name()) // the half of a file is of no use
		}
	}()
	h := newImportDigest(s.Format, s.Encoding, s.Sheet)
	if s.DryRun {
		h.Write([]byte("dry run\n")) // it stands for itself and not for the import
	}
	if _, err := io.CopyBuffer(&keeping{file, h}, from, make([]byte, 256<<10)); err != nil {
		return a, err
	}
	a.path = file.Name()
	h.Sum(a.content[:0])
	return a, unkept(file.Sync())
}

// keeping writes to a file and to its hash, and marks errors of the file.
type keeping struct {
	file *os.File
	hash io.Writer
}

func (k *keeping) Write(b []byte) (int, error) {
	_, _ = k.hash.Write(b) // a hash takes everything
	n, err := k.file.Write(b)
	return n, unkept(err)
}

// unkept marks an error of the folder: the same request may succeed when it has
// room again.
func unkept(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", api.ErrUnavailable, err)
}

// queue puts a file that was taken in into its place, together with its import.
func (u *uploads) queue(ctx context.Context, i store.Import, path string) (store.Import, error) {
	u.coming.Lock()
	defer u.coming.Unlock()
	err := u.desk.store.Write(ctx, func(tx *store.Tx) (err error) {
		if i, err = tx.QueueImport(i); err != nil {
			return err
		}
		return unkept(os.Rename(path, u.path(i.Key)))
	})
	if err == nil {
		u.tell()
	}
	return i, err
}

// tell wakes who imports.
func (u *uploads) tell() {
	select {
	case u.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// start imports what is in the folder, and what comes, one file after the other,
// until the function it returns is called, which waits for it. What is under way
// then is gone on with by the next start.
func (u *uploads) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			var again <-chan time.Time
			if err := u.pass(ctx); err != nil && ctx.Err() == nil {
				u.log.Warn("imports wait", "error", err.Error())
				timer := time.NewTimer(uploadRetry)
				defer timer.Stop()
				again = timer.C
			}
			select {
			case <-ctx.Done():
			case <-u.wake:
			case <-again:
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// uploadRetry is how long a database that cannot be used is left alone.
const uploadRetry = 5 * time.Second

// pass imports all files that wait here, and removes what no import waits for.
func (u *uploads) pass(ctx context.Context) error {
	for {
		open, err := u.desk.store.OpenImports(ctx, maxOpenUploads)
		if err != nil {
			return err
		}
		if err := u.tidy(ctx); err != nil {
			return err
		}
		done := 0
		for k := range open {
			if _, err := os.Stat(u.path(open[k].Key)); errors.Is(err, fs.ErrNotExist) {
				continue // it lies on another machine
			}
			if err := u.one(ctx, &open[k]); err != nil {
				return err
			}
			done++
		}
		if done == 0 {
			return nil
		}
	}
}

// tidy removes files whose imports are at their end, and what stopped arriving.
func (u *uploads) tidy(ctx context.Context) error {
	u.coming.Lock()
	defer u.coming.Unlock()
	entries, err := os.ReadDir(u.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		var key int64
		path := filepath.Join(u.folder, e.Name())
		switch info, gone := e.Info(); {
		case gone != nil:
		case strings.HasPrefix(e.Name(), uploadHalf):
			if time.Since(info.ModTime()) > uploadStale {
				err = errors.Join(err, os.Remove(path))
			}
		case uploadKey(e.Name(), &key):
			i, e := u.desk.store.ImportByKey(ctx, key)
			if e == nil && i.State != store.ImportWaiting && i.State != store.ImportRunning {
				e = os.Remove(path)
			}
			err = errors.Join(err, e)
		}
	}
	return err
}

func uploadKey(name string, key *int64) bool {
	n, err := fmt.Sscanf(name, "%d"+uploadEnd, key)
	return n == 1 && err == nil
}
