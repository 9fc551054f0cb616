package extract

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Install is the command that brings every program that Read uses to a Debian
// machine; messages quote it. poppler-data holds the predefined Chinese
// encodings of PDF.
const Install = "apt-get install tesseract-ocr tesseract-ocr-chi-sim poppler-utils poppler-data"

// Tools are the paths of the outside programs; an empty one is not installed.
type Tools struct {
	PDFToText string // pdftotext of poppler-utils: PDF with a text layer
	PDFToPPM  string // pdftoppm of poppler-utils: with Tesseract, scanned PDF
	Tesseract string // tesseract-ocr with chi_sim and eng: pictures and scans
}

// FindTools looks the programs up in PATH. It does not run them.
func FindTools() Tools {
	find := func(name string) string {
		path, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return path
	}
	return Tools{PDFToText: find("pdftotext"), PDFToPPM: find("pdftoppm"), Tesseract: find("tesseract")}
}

// A job is one run of an outside program.
type job struct {
	tool   string
	args   []string
	stdin  []byte // nil: none
	memory int64  // bytes of address space
	output int    // bytes of standard output
}

// What a job may end in besides an *exec.ExitError.
var errOverflow = errors.New("more output than allowed")

// run runs a program and returns its output, and its complaints up to a bound.
// It never outlives ctx: the whole process group is killed.
func run(ctx context.Context, j job) (stdout []byte, complaints string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := limited(ctx, j.memory, j.tool, j.args)
	cmd.Env = environment()
	cmd.WaitDelay = 2 * time.Second
	if j.stdin != nil {
		cmd.Stdin = bytes.NewReader(j.stdin)
	}
	out := &bounded{max: j.output, full: cancel}
	errs := &bounded{max: 8 << 10}
	cmd.Stdout, cmd.Stderr = out, errs
	err = cmd.Run()
	if out.over {
		return nil, errs.kept.String(), errOverflow
	}
	return out.kept.Bytes(), errs.kept.String(), err
}

// environment is what the programs need to find fonts and language data, and
// nothing that could change their output.
func environment() []string {
	env := []string{"LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1"}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// bounded keeps the first max bytes. Where full is set it is called once more
// come; otherwise they are dropped. The buffer is not embedded: its ReadFrom
// would take everything.
type bounded struct {
	kept bytes.Buffer
	max  int
	over bool
	full func()
}

func (b *bounded) Write(p []byte) (int, error) {
	n := len(p)
	if room := b.max - b.kept.Len(); n > room {
		p = p[:max(room, 0)]
		b.over = true
		if b.full != nil {
			b.full()
		}
	}
	b.kept.Write(p)
	return n, nil
}

// failed turns the end of a program into an error of the file.
func (s *source) failed(ctx context.Context, err error, complaints string) error {
	if ctx.Err() != nil {
		return s.stopped(ctx)
	}
	var e *Error
	var exit *exec.ExitError
	switch {
	case errors.Is(err, errOverflow):
		return s.tooMuchText()
	case strings.Contains(complaints, "Incorrect password"), strings.Contains(complaints, "Unsupported security handler"):
		e = s.fail(ErrEncrypted, "PDF 有打开密码，请去掉密码后重新上传")
	case outOfMemory(complaints):
		e = s.fail(ErrTooLarge, "内容过于庞大，处理所需内存超过上限，请降低分辨率或拆分后重新上传")
	case errors.As(err, &exit) && exit.ExitCode() != 126 && exit.ExitCode() != 127: // which the shell gives for what it can't run
		e = s.fail(ErrDamaged, "内容不完整或已损坏，请重新导出、下载或扫描后上传")
	default:
		e = s.fail(ErrNoText, "外部程序无法运行，请让管理员重新安装：%s", Install)
	}
	e.cause = errors.New(strconv.Quote(firstLine(complaints)))
	return e
}

func outOfMemory(complaints string) bool {
	lower := strings.ToLower(complaints)
	for _, word := range []string{"out of memory", "bad_alloc", "cannot allocate", "gmalloc", "bogus memory allocation"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
