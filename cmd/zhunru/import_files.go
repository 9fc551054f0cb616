package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
	"zhunru/store"
)

// A filePass imports the files of one command line.
type filePass struct {
	flags   *importFlags
	desk    *desk
	options intake.Options
	imp     importer
	watch   *progress
	started time.Time
	sheet   *rejectSheet // of --rejects, or of the file under way

	rows     int64 // that this process went through
	changed  int64
	refused  int64
	problems int
	shown    int
}

// all imports the files one after the other. A file that cannot be read is
// said, and the next one is read; a database that fails ends everything.
func (p *filePass) all(ctx context.Context, on qualification.Date) error {
	var err error
	if p.imp, err = importerOf(ctx, p.desk, p.flags.kind, on, importActor); err != nil {
		return err
	}
	p.watch = watchImport(p.flags.files, isTerminal(p.flags.stderr) && !p.flags.noProgress, p.flags.stderr)
	if p.flags.rejects != "" {
		p.sheet = &rejectSheet{path: p.flags.rejects}
	}
	for _, name := range p.flags.files {
		if err = p.file(ctx, name); err != nil {
			err = fmt.Errorf("%s: %w", name, err)
			if ctx.Err() != nil || !isInputError(err) {
				break
			}
			p.problem(err)
			err = nil
		}
		p.watch.fileDone(name)
	}
	p.watch.stop()
	if p.flags.rejects != "" {
		err = errors.Join(err, p.sheet.finish())
	}
	p.last(ctx)
	switch {
	case ctx.Err() != nil:
		return &statusError{status: exitInput}
	case err == nil && p.refused+int64(p.problems) > 0:
		return &statusError{status: exitInput}
	}
	return err
}

// isInputError reports whether an error is about a file that is read, and not
// about the database.
func isInputError(err error) bool {
	return errors.As(err, new(*readError)) || errors.As(err, new(*fs.PathError))
}

// A readError ends the reading of a file early.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// problem says what is wrong besides refused rows.
func (p *filePass) problem(err error) {
	p.problems++
	p.watch.say(func() { fmt.Fprintln(p.flags.stderr, err) })
}

func (p *filePass) file(ctx context.Context, name string) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read from
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return &readError{errors.Join(errors.New("不是普通文件，import 要能重读它，请先存成文件"), err)}
	}
	content, err := p.flags.digest(ctx, file)
	if err != nil {
		return err
	}
	options := p.options
	options.Seen = intake.NewSeen()
	src, closeSource, err := openRows(p.flags.kind, p.desk.registry, name, p.watch.countFile(file), options)
	if err != nil {
		return &readError{err}
	}
	run := &importRun{store: p.desk.store, imp: p.imp, dry: p.flags.dry, rows: p.through, say: p.problem, shown: p.preview(name)}
	t, err := run.from(ctx, store.Import{Kind: p.flags.kind, File: name, Content: content, Actor: importActor}, src)
	late := options.Seen.Finish(func(e *intake.RowError) { p.problem(e) })
	err = errors.Join(err, late, options.Seen.Close(), closeSource(), p.rejects(ctx, name, &t))
	p.summarise(name, &t)
	return err
}

// openRows begins to read a file of a kind.
func openRows(kind store.ImportKind, registry *qualification.Registry, name string, in io.Reader, o intake.Options) (rowSource, func() error, error) {
	if kind == store.ImportListings {
		r, err := intake.Open(name, in, o)
		if err != nil {
			return nil, nil, err
		}
		return readable{listingRows{r}}, r.Close, nil
	}
	table := merchantTable()
	if kind == store.ImportDocuments {
		table = documentTable(registry)
	}
	r, err := intake.OpenRecords(name, in, table, o)
	if err != nil {
		return nil, nil, err
	}
	return readable{recordRows{r}}, r.Close, nil
}

// readable marks what ends a file early as the file's fault.
type readable struct{ rowSource }

func (r readable) read(b *importBatch) error {
	err := r.rowSource.read(b)
	if err == nil || errors.As(err, new(*intake.RowError)) || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
		return err
	}
	return &readError{err}
}

func (p *filePass) through(rows int) {
	p.rows += int64(rows)
	p.watch.rows(rows)
}

// preview returns what a dry run does with a reject: it goes to the file of
// --rejects, or the first ones to stderr.
func (p *filePass) preview(name string) func(*store.Reject) error {
	const most = 20
	return func(r *store.Reject) error {
		if p.sheet != nil {
			return p.sheet.add(name, r)
		}
		if p.shown++; p.shown <= most {
			p.watch.say(func() {
				fmt.Fprintf(p.flags.stderr, "%s:%d: %s: %s（%s）\n", name, r.Line, r.Field, r.Reason, r.Code)
			})
		} else if p.shown == most+1 {
			p.watch.say(func() { fmt.Fprintln(p.flags.stderr, "其余不再列出，用 --rejects 文件.csv 写出全部") })
		}
		return nil
	}
}

// rejects writes what was refused of a file, in this and in earlier passes.
func (p *filePass) rejects(ctx context.Context, name string, t *importTally) error {
	p.refused += t.Rejected
	if p.flags.dry || t.Rejected == 0 {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	if p.flags.rejects != "" {
		return p.sheet.addAll(ctx, p.desk.store, name, &t.Import)
	}
	sheet := &rejectSheet{path: rejectsBeside(name)}
	err := sheet.addAll(ctx, p.desk.store, name, &t.Import)
	if err == nil {
		p.watch.say(func() { fmt.Fprintf(p.flags.stderr, "%s: %d 行被拒绝，见 %s\n", name, t.Rejected, sheet.path) })
	}
	return errors.Join(err, sheet.finish())
}

func (p *filePass) summarise(name string, t *importTally) {
	p.changed += t.Inserted + t.Updated
	line := t.line(name, p.flags.dry)
	if outcomes := outcomesLine(t.Outcomes); outcomes != "" {
		line += "；结论：" + outcomes
	}
	p.watch.say(func() { fmt.Fprintln(p.flags.stdout, line) })
}

// last says what is to be done next.
func (p *filePass) last(ctx context.Context) {
	took := time.Since(p.started).Seconds()
	fmt.Fprintf(p.flags.stderr, "用时 %.2f 秒，%s 行/秒\n", took, grouped(int(float64(p.rows)/max(took, 1e-6))))
	switch {
	case ctx.Err() != nil && p.flags.dry:
		fmt.Fprintln(p.flags.stderr, "已中断")
	case ctx.Err() != nil:
		fmt.Fprintln(p.flags.stderr, "已中断：再运行同一条命令就从断点继续")
	case p.flags.kind != store.ImportListings && p.changed > 0 && !p.flags.dry:
		fmt.Fprintln(p.flags.stdout, "商家资料有变动：请运行 zhunru rescreen --kind merchant 重新筛查受影响的商品")
	}
}

// watchImport counts how far files are read, and shows it if it is to be seen.
func watchImport(files []string, show bool, to io.Writer) *progress {
	w := &progress{sizes: map[string]int64{}, started: time.Now(), language: report.Chinese}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			w.sizes[name] = info.Size()
			w.total += info.Size()
		}
	}
	if show {
		w.show(to)
	}
	return w
}
