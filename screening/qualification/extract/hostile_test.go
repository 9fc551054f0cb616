package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

// refused reads a file that must end in the error, told to people in Chinese,
// by its name, within seconds.
func refused(t *testing.T, path string, o Options, want error, code, says string) {
	t.Helper()
	start := time.Now()
	d, err := Read(t.Context(), path, o)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
	var e *Error
	if !errors.Is(err, want) || !errors.As(err, &e) {
		t.Fatalf("Read = %.200q, %v; want %v", d.Text(), err, want)
	}
	if e.Code != code || e.File != path || !strings.Contains(err.Error(), path) {
		t.Errorf("code %s, file %s: %v", e.Code, e.File, err)
	}
	if !strings.Contains(e.Reason, says) || !strings.ContainsFunc(e.Reason, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		t.Errorf("%q does not say %q", e.Reason, says)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	tools := Options{Tools: FindTools()}
	compound := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	for _, tt := range []struct {
		name    string
		content string
		want    error
		code    string
		says    string
	}{
		{"an empty file", "", ErrDamaged, CodeDamaged, "空的"},
		{"a file of spaces", " \n\t", ErrNoText, CodeNoText, "没有读到任何文字"},
		{"a PDF cut in the middle", string(textPDF(identity, licence)[:900]), ErrDamaged, CodeDamaged, "不完整"},
		{"a DOCX with a password", compound + string(utf16LE("EncryptedPackage")), ErrEncrypted, CodeEncrypted, "去掉密码"},
		{"an old Word document", compound + string(utf16LE("WordDocument")), ErrUnsupported, CodeUnsupported, ".doc"},
		{"an old document with its name across two pieces", compound + strings.Repeat("\x00", 1<<20-len(compound)-7) + string(utf16LE("WordDocument")), ErrUnsupported, CodeUnsupported, ".doc"},
		{"a compound file of no known program", compound, ErrUnsupported, CodeUnsupported, "WPS"},
		{"an OFD file", string(zipOf(t, part{"OFD.xml", "<x/>"})), ErrUnsupported, CodeUnsupported, "OFD"},
		{"a workbook", string(zipOf(t, part{"xl/workbook.xml", "<x/>"})), ErrUnsupported, CodeUnsupported, "Excel"},
		{"an archive", string(zipOf(t, part{"a.txt", "x"})), ErrUnsupported, CodeUnsupported, "压缩包"},
		{"a DOCX cut in the middle", string(zipOf(t, body(paragraphs(licence...)))[:300]), ErrDamaged, CodeDamaged, "另存"},
		{"a DOCX whose XML is broken", string(zipOf(t, part{"word/document.xml", "<w:p><w:t>x</w:p>"})), ErrDamaged, CodeDamaged, "另存"},
		{"a DOCX that declares entities", string(zipOf(t, part{"word/document.xml", `<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>`})), ErrDamaged, CodeDamaged, "另存"},
		{"a DOCX nested without end", string(zipOf(t, body(strings.Repeat("<w:r>", 1e6)))), ErrDamaged, CodeDamaged, "另存"},
		{"a DOCX nested without end in old text", string(zipOf(t, body("<mc:Fallback>"+strings.Repeat("<w:r>", 1e6)))), ErrDamaged, CodeDamaged, "另存"},
		{"a DOCX of pictures only", string(zipOf(t, body(""), part{"word/media/image1.png", "x"})), ErrNoText, CodeNoText, "单独上传"},
		{"a GIF", "GIF89a", ErrUnsupported, CodeUnsupported, "GIF"},
		{"a web page", "<!DOCTYPE html><title>许可证</title>", ErrUnsupported, CodeUnsupported, "网页"},
		{"bytes that are no text", "\x00\x01\x02\x03", ErrUnsupported, CodeUnsupported, "不是可识别的文件"},
		{"bytes that are no GB18030", "\x81\xFF许", ErrUnsupported, CodeUnsupported, "不是可识别的文件"},
		{"a PNG of two billion pixels", pngHeader(50000, 40000), ErrTooLarge, CodeTooLarge, "50000×40000"},
		{"a BMP of two billion pixels", bmpHeader(-50000), ErrTooLarge, CodeTooLarge, "50000×50000"},
		{"a PNG without pixels", pngHeader(10, 10), ErrDamaged, CodeDamaged, "缺少结尾"},
		{"a TIFF whose second page is huge", tiffHeader(false), ErrTooLarge, CodeTooLarge, "60000"},
		{"a TIFF whose pages never end", tiffHeader(true), ErrTooLarge, CodeTooLarge, "200 页"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refused(t, write(t, "file.docx", []byte(tt.content)), tools, tt.want, tt.code, tt.says)
		})
	}
}

func pngHeader(width, height uint32) string {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = append(binary.BigEndian.AppendUint32(chunk, height), 8, 0, 0, 0, 0)
	return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0D" + string(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk)))
}

// bmpHeader is of a bitmap with rows from the top, if side is negative.
func bmpHeader(side int32) string {
	h := append([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), make([]byte, 36)...)
	binary.LittleEndian.PutUint32(h[18:], uint32(max(side, -side)))
	binary.LittleEndian.PutUint32(h[22:], uint32(side))
	return string(h)
}

// tiffHeader has two pages; the second is huge, or leads back to the first.
func tiffHeader(loop bool) string {
	b := []byte("II*\x00\x08\x00\x00\x00")
	directory := func(side, next uint32) {
		b = append(b, 2, 0)
		for _, tag := range []byte{0, 1} {
			b = append(b, tag, 1, 4, 0, 1, 0, 0, 0)
			b = binary.LittleEndian.AppendUint32(b, side)
		}
		b = binary.LittleEndian.AppendUint32(b, next)
	}
	directory(10, 38)
	if loop {
		directory(10, 8)
	} else {
		directory(60000, 0)
	}
	return string(b)
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	refused(t, filepath.Join(dir, "没有.pdf"), Options{}, fs.ErrNotExist, CodeNotFound, "不存在")
	refused(t, dir, Options{}, ErrUnsupported, CodeUnsupported, "文件夹")
	refused(t, os.DevNull, Options{}, ErrUnsupported, CodeUnsupported, "普通文件")
	pipe := filepath.Join(dir, "pipe.pdf")
	if err := exec.Command("mkfifo", pipe).Run(); err == nil {
		refused(t, pipe, Options{}, ErrUnsupported, CodeUnsupported, "普通文件")
	}
}

func TestReadRefusesPDFOf500MB(t *testing.T) {
	t.Parallel()
	path := write(t, "big.pdf", textPDF(identity, licence))
	if err := os.Truncate(path, 500<<20); err != nil {
		t.Fatal(err)
	}
	refused(t, path, Options{Tools: FindTools()}, ErrTooLarge, CodeTooLarge, "500.0 MiB")
}

func TestReadRefusesPDFWithPassword(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext", "qpdf")
	refused(t, encrypted(t, textPDF(identity, licence), "user", "owner"), Options{Tools: FindTools()}, ErrEncrypted, CodeEncrypted, "去掉密码")
}

func TestReadRefusesPDFWithEndlessText(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	pages := slices.Repeat([][]string{licence}, 100)
	refused(t, write(t, "long.pdf", textPDF(identity, pages...)), Options{Tools: FindTools(), MaxText: 20000}, ErrTooLarge, CodeTooLarge, "19.5 KiB")
}

// bomb is a DOCX whose body is a start, more filling than is read, which
// deflate makes small, and no end.
func bomb(t *testing.T, start, filling string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	chunk := strings.Repeat(filling, 1<<20/len(filling))
	_, err = w.Write([]byte(start))
	for range maxXML>>20 + 1 {
		_, e := w.Write([]byte(chunk))
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func manyEntries(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: "word/" + strconv.Itoa(i)}); err != nil { // stored
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What the test allocates while it reads is an upper bound of the memory in
// use, so the test runs alone.
func TestReadOfBombTakesLittleMemory(t *testing.T) { //nolint:paralleltest // measures
	const most = 256 << 20
	for _, tt := range []struct {
		name string
		docx []byte
		says string
	}{
		{"spaces between elements", bomb(t, "<x>", " "), "解压后超过上限"},
		{"text", bomb(t, "<x><t>", "许"), "解压后超过上限"},
		{"paragraphs", bomb(t, "<x>", "<t>许可许可许可</t>"), "文字超过上限"},
		{"attributes of one element", bomb(t, "<x", ` a=""`), "已损坏"},
		{"entries", manyEntries(t, 20_000), "部件"},
		{"a directory of megabytes", manyEntries(t, 120_000), "压缩目录过大"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "bomb.docx", tt.docx)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			want, code := ErrTooLarge, CodeTooLarge
			if strings.Contains(tt.says, "损坏") {
				want, code = ErrDamaged, CodeDamaged
			}
			refused(t, path, Options{}, want, code, tt.says)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > most {
				t.Errorf("allocated %d MiB", used>>20)
			}
		})
	}
}

func TestReadRefusesScanWithoutOCR(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	img := scan(t, licence[:1], 0)
	only := Options{Tools: Tools{PDFToText: FindTools().PDFToText}}
	refused(t, write(t, "scan.pdf", scanPDF(img, 595)), only, ErrNoText, CodeNoText, "apt-get install tesseract-ocr tesseract-ocr-chi-sim poppler-utils")
	refused(t, write(t, "scan.png", pngOf(t, img)), Options{}, ErrNoText, CodeNoText, "tesseract-ocr-chi-sim")
	refused(t, write(t, "text.pdf", textPDF(identity, licence)), Options{}, ErrNoText, CodeNoText, "pdftotext")
}

// A page without text in a PDF with text is said, not dropped.
func TestReadWarnsOfPagesItCouldNotRead(t *testing.T) {
	t.Parallel()
	need(t, "pdftotext")
	path := write(t, "mixed.pdf", textPDF(identity, licence, []string{"扫描全能王"}))
	d, err := Read(t.Context(), path, Options{Tools: Tools{PDFToText: FindTools().PDFToText}})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], "第 2 页") {
		t.Errorf("%q", d.Warnings)
	}
}

// The tools that hang or eat memory are scripts: the bounds are ours,
// whatever the tool.
func TestReadBoundsTools(t *testing.T) {
	t.Parallel()
	script := func(t *testing.T, lines string) Options {
		path := filepath.Join(t.TempDir(), "tool")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		return Options{Tools: Tools{PDFToText: path}, Timeout: 500 * time.Millisecond}
	}
	pdf := write(t, "a.pdf", textPDF(identity, licence))
	t.Run("a tool that hangs is killed with its children", func(t *testing.T) {
		t.Parallel()
		alive := filepath.Join(t.TempDir(), "pid")
		o := script(t, "sleep 600 & echo $! > "+alive+"; wait")
		refused(t, pdf, o, ErrTimeout, CodeTimeout, "拆成较小的文件")
		pid, err := os.ReadFile(alive)
		if err != nil {
			t.Fatal(err)
		}
		if !gone(strings.TrimSpace(string(pid))) {
			t.Errorf("the child %s lives on", pid)
		}
	})
	t.Run("a tool has a limit of memory", func(t *testing.T) {
		t.Parallel()
		o := script(t, `[ "$(ulimit -v)" = 1048576 ] && echo 有限的内存 && printf '\f'`)
		d, err := Read(t.Context(), pdf, o)
		if err != nil || !strings.Contains(d.Text(), "有限的内存") {
			t.Errorf("Read = %v, %v", d, err)
		}
	})
	t.Run("a tool that runs out of memory", func(t *testing.T) {
		t.Parallel()
		refused(t, pdf, script(t, "echo 'Out of memory' >&2; exit 1"), ErrTooLarge, CodeTooLarge, "内存")
	})
	t.Run("a tool that isn't there", func(t *testing.T) {
		t.Parallel()
		refused(t, pdf, Options{Tools: Tools{PDFToText: "/nonexistent/pdftotext"}}, ErrNoText, CodeNoText, "重新安装")
	})
	t.Run("the caller gives up", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Read(ctx, pdf, script(t, "exec sleep 600")); !errors.Is(err, context.Canceled) {
			t.Errorf("Read = %v", err)
		}
	})
}

// The flood is finite, so that a broken bound fails the test and not the
// machine.
func TestRunBoundsOutput(t *testing.T) {
	t.Parallel()
	flood := func(script string) (int, int, error) {
		out, complaints, err := run(t.Context(), job{tool: "/bin/sh", args: []string{"-c", script}, memory: 1 << 30, output: 1000})
		return len(out), len(complaints), err
	}
	if out, _, err := flood("head -c 1000 /dev/zero"); out != 1000 || err != nil {
		t.Errorf("output of the size allowed: %d bytes, %v", out, err)
	}
	if out, _, err := flood("head -c 50000000 /dev/zero"); out != 0 || !errors.Is(err, errOverflow) {
		t.Errorf("more output than allowed: %d bytes, %v", out, err)
	}
	if _, complaints, err := flood("head -c 50000000 /dev/zero >&2"); complaints != 8<<10 || err != nil {
		t.Errorf("complaints: %d bytes, %v", complaints, err)
	}
}

// gone tells whether a killed process has ended; it may take the system a
// moment.
func gone(pid string) bool {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); runtime.Gosched() {
		state, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(state), ") Z ") {
			return true
		}
	}
	return false
}
