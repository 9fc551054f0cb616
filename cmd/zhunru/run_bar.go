package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"zhunru/store"
)

// A runBar shows on a terminal how far a run is. Without a terminal it does
// nothing.
type runBar struct {
	bar  *progressbar.ProgressBar
	last time.Time
}

func newRunBar(to io.Writer) *runBar {
	if !isTerminal(to) {
		return &runBar{}
	}
	return &runBar{bar: progressbar.NewOptions64(-1, progressbar.OptionSetWriter(to), progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true), progressbar.OptionShowIts(), progressbar.OptionSetItsString("件"),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetElapsedTime(true))}
}

// show draws a run as it is, five times a second at most.
func (b *runBar) show(r store.Run) {
	if b.bar == nil || time.Since(b.last) < 200*time.Millisecond {
		return
	}
	b.last = time.Now()
	what := kindName(r.Kind)
	if r.Key != 0 {
		what = fmt.Sprintf("运行 %d %s", r.Key, what)
	}
	if r.State == store.RunPlanned {
		what += "（等待）"
	}
	if r.Kind == store.RunFull && r.Key != 0 && r.Done > 0 {
		what += fmt.Sprintf("，判断 %s 核对 %s", grouped(int(r.Judged)), grouped(int(r.Done-r.Judged)))
	}
	b.bar.Describe(fmt.Sprintf("%s，变 %s", what, grouped(int(r.Changed))))
	if r.Total > 0 {
		b.bar.ChangeMax64(r.Total + 1) // the bar ends with stop
	}
	_ = b.bar.Set64(min(r.Done, max(r.Total, 0))) // a terminal that is gone stops nothing
}

func (b *runBar) stop() {
	if b.bar != nil {
		_ = b.bar.Finish()
		_ = b.bar.Clear()
	}
}
