package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"zhunru/screening/report"
)

// progress shows on a terminal how far the reading is, how many rows a second
// are screened and how long it will take. A progress without a bar only
// counts. Its methods may be called by several goroutines.
type progress struct {
	read     atomic.Int64 // bytes
	screened atomic.Int64 // rows
	sizes    map[string]int64
	finished int64 // bytes of the files that are done; the feeder's
	total    int64 // bytes; -1 if unknown
	started  time.Time
	language report.Language

	mu   sync.Mutex // guards the terminal
	bar  *progressbar.ProgressBar
	quit chan struct{}
	done sync.WaitGroup
}

// watch begins to show progress if stderr is a terminal and the verdicts do
// not scroll over the same one.
func (f *screenFlags) watch(plan *screenPlan) *progress {
	w := &progress{sizes: map[string]int64{}, started: time.Now(), language: report.Language(f.language)}
	for _, name := range f.files {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			w.total = -1
			continue
		}
		w.sizes[name] = info.Size()
		if w.total >= 0 {
			w.total += info.Size()
		}
	}
	scrolls := f.output == "" && f.stdoutTTY && plan.format != outXLSX
	if f.stderrTTY && !f.noProgress && !scrolls {
		w.show(f.stderr)
	}
	return w
}

func (w *progress) show(to io.Writer) {
	w.quit = make(chan struct{})
	w.bar = progressbar.NewOptions64(max(w.total, -1),
		progressbar.OptionSetWriter(to), progressbar.OptionSetWidth(30), progressbar.OptionShowBytes(true),
		progressbar.OptionSetPredictTime(true), progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))
	w.done.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				w.draw()
			case <-w.quit:
				return
			}
		}
	})
}

func (w *progress) draw() {
	w.mu.Lock()
	defer w.mu.Unlock()
	rows := w.screened.Load()
	rate := float64(rows) / max(time.Since(w.started).Seconds(), 0.001)
	w.bar.Describe(fmt.Sprintf(pick(w.language, "%s 行，%s 行/秒", "%s rows, %s rows/s"), grouped(int(rows)), grouped(int(rate))))
	at := w.read.Load()
	if w.total >= 0 {
		at = min(at, w.total-1) // the bar ends with stop
	}
	_ = w.bar.Set64(max(at, 0)) // a terminal that is gone does not stop the screening
}

// say clears the bar while print writes to the terminal.
func (w *progress) say(print func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bar != nil {
		_ = w.bar.Clear()
	}
	print()
}

func (w *progress) rows(n int) { w.screened.Add(int64(n)) }

// stop clears the bar and ends the goroutine that draws it. It may be called
// once.
func (w *progress) stop() {
	if w.bar == nil {
		return
	}
	close(w.quit)
	w.done.Wait()
	_ = w.bar.Finish()
	_ = w.bar.Clear()
}

// fileDone counts a file as read to its end; workbooks are not read in order.
func (w *progress) fileDone(name string) {
	w.finished += w.sizes[name]
	if w.total >= 0 {
		w.read.Store(w.finished)
	}
}

// A countingReader counts the bytes that are read.
type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (w *progress) count(r io.Reader) io.Reader { return &countingReader{r, &w.read} }

// A countingFile is a file whose bytes are counted and that still has a name,
// for workbooks are opened by it.
type countingFile struct {
	*os.File
	n *atomic.Int64
}

func (c *countingFile) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func (w *progress) countFile(f *os.File) io.Reader { return &countingFile{f, &w.read} }
