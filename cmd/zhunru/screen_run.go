package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/screening/report"
)

// A tally counts what became of the rows.
type tally struct {
	screened  int
	refused   int
	problems  int // besides refused rows: headers, late duplicates, files that could not be read
	outcomes  map[screening.Outcome]int
	encodings []string
	found     bool // a verdict as grave as --fail-on
}

func (f *screenFlags) run(ctx context.Context) error {
	plan, err := f.plan()
	if err != nil {
		return err
	}
	out, err := openSink(plan.format, &plan.screen, f.output, f.stdout)
	if err != nil {
		return err
	}
	seen := intake.NewSeen()
	plan.intake.Seen = seen
	watch := f.watch(plan)
	t := &tally{outcomes: map[screening.Outcome]int{}}
	started := time.Now()
	p := &pipeline{engine: plan.engine, sellers: plan.sellers, sink: out, workers: f.workers}
	failed := p.run(ctx, func(ctx context.Context, feed *feeder) { f.feed(ctx, feed, plan, watch, t) }, func(b *batch) {
		t.add(b, plan.failOn)
		watch.rows(len(b.rows))
		for _, problem := range b.problems {
			watch.say(func() { fmt.Fprintln(f.stderr, problem) })
		}
	})
	failed = errors.Join(failed, seen.Finish(func(e *intake.RowError) {
		t.problems++
		watch.say(func() { fmt.Fprintln(f.stderr, e) })
	}), seen.Close(), out.finish())
	watch.stop()
	f.summarise(t, plan.sellers, time.Since(started), ctx.Err() != nil)
	return t.status(ctx, failed)
}

// status turns what happened into the exit status. Input errors go before
// findings: a caller must not take an incomplete screening for a verdict.
func (t *tally) status(ctx context.Context, failed error) error {
	switch {
	case failed != nil:
		return failed
	case ctx.Err() != nil, t.refused+t.problems > 0:
		return &statusError{status: exitInput}
	case t.found:
		return &statusError{status: exitFindings}
	}
	return nil
}

func (t *tally) add(b *batch, failOn screening.Outcome) {
	t.screened += len(b.verdicts)
	for i := range b.verdicts {
		o := b.verdicts[i].Outcome
		t.outcomes[o]++
		t.found = t.found || failOn != "" && o.AtLeast(failOn)
	}
	for _, problem := range b.problems {
		if e := (*intake.RowError)(nil); errors.As(problem, &e) && e.Refused {
			t.refused++
		} else {
			t.problems++
		}
	}
}

// feed reads the files one after the other. A file that cannot be read is a
// problem, and the next one is read.
func (f *screenFlags) feed(ctx context.Context, to *feeder, plan *screenPlan, watch *progress, t *tally) {
	for _, name := range f.files {
		if ctx.Err() != nil {
			return
		}
		if err := f.feedFile(ctx, name, to, plan, watch, t); err != nil && !errors.Is(err, context.Canceled) {
			to.problem(err)
		}
		watch.fileDone(name)
	}
}

func (f *screenFlags) feedFile(ctx context.Context, name string, to *feeder, plan *screenPlan, watch *progress, t *tally) (err error) {
	var in io.Reader
	if name == "-" {
		in, name = watch.count(newInterruptible(ctx, f.stdin)), "stdin"
	} else {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close() //nolint:errcheck // read only
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return fmt.Errorf("%s: 是目录 / is a folder", name)
		}
		in = watch.countFile(file)
	}
	r, err := intake.Open(name, in, plan.intake)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	to.file(ctx, r)
	if e := describeInput(r, report.Language(f.language)); !slices.Contains(t.encodings, e) {
		t.encodings = append(t.encodings, e)
	}
	return nil
}

// describeInput names the encoding of a text, and of a workbook the sheet that
// was read and those that were not.
func describeInput(r *intake.Reader, l report.Language) string {
	sheet, others := r.Sheet()
	if sheet == "" {
		return string(r.Encoding())
	}
	out := pick(l, "XLSX 工作表“", "XLSX sheet “") + sheet + "”"
	if len(others) > 0 {
		out += pick(l, "（未读：", " (not read: ") + strings.Join(others, "、") + pick(l, "）", ")")
	}
	return out
}

// summarise writes the last line on stderr.
func (f *screenFlags) summarise(t *tally, sellers *merchants, took time.Duration, interrupted bool) {
	l := report.Language(f.language)
	parts := make([]string, len(screening.Outcomes))
	for i, o := range screening.Outcomes {
		parts[i] = report.OutcomeName(o, l) + " " + grouped(t.outcomes[o])
	}
	rate := float64(t.screened) / max(took.Seconds(), 1e-6)
	form := "读入 %s 行，筛查 %s（%s），拒绝 %s"
	if l == report.English {
		form = "read %s rows, screened %s (%s), refused %s"
	}
	line := fmt.Sprintf(form, grouped(t.screened+t.refused), grouped(t.screened), strings.Join(parts, pick(l, "，", ", ")), grouped(t.refused))
	if t.problems > 0 {
		line += fmt.Sprintf(pick(l, "，其他问题 %s", ", other problems %s"), grouped(t.problems))
	}
	line += fmt.Sprintf(pick(l, "，用时 %.2f 秒，%s 行/秒", ", %.2f s, %s rows/s"), took.Seconds(), grouped(int(rate)))
	if len(t.encodings) > 0 {
		line += pick(l, "，编码 ", ", encoding ") + strings.Join(t.encodings, "、")
	}
	if n := len(sellers.unknown); n > 0 {
		line += fmt.Sprintf(pick(l, "，没有材料的商家 %s 家", ", merchants without a dossier %s"), grouped(n))
	}
	if interrupted {
		line = pick(l, "已中断：", "interrupted: ") + line
	}
	fmt.Fprintln(f.stderr, line)
}

func pick(l report.Language, zh, en string) string {
	if l == report.English {
		return en
	}
	return zh
}

// grouped writes n with a comma every three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
