package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"zhunru/screening/qualification"
)

// A dossierCase is a file of testdata/dossiers: what it shows, the command
// line (args), its exit status, what the rules expect of the judgement, the
// files the command reads, and the text it must write (want).
type dossierCase struct {
	path   string
	head   string
	args   []string
	exit   int
	expect []string // items, see expectations
	wrong  []string // items that ought to hold and are known not to
	files  []caseFile
	want   string
}

type caseFile struct{ name, text string }

var fileMark = regexp.MustCompile(`(?m)^-- (\S+) --\n`)

// readCase parses the txtar form of a case.
func readCase(tb testing.TB, path string) *dossierCase {
	tb.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	text := string(data)
	marks := fileMark.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		tb.Fatalf("%s: no file", path)
	}
	c := &dossierCase{path: path, head: text[:marks[0][0]]}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		if name := text[m[2]:m[3]]; name != "want" {
			c.files = append(c.files, caseFile{name, text[m[1]:end]})
		} else {
			c.want = text[m[1]:end]
		}
	}
	c.readHead(tb)
	return c
}

func (c *dossierCase) readHead(tb testing.TB) {
	tb.Helper()
	for line := range strings.Lines(c.head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "args":
			c.args = strings.Fields(value)
		case "exit":
			n, err := strconv.Atoi(value)
			if err != nil {
				tb.Fatalf("%s: exit: %v", c.path, err)
			}
			c.exit = n
		case "expect":
			c.expect = append(c.expect, strings.Split(value, ", ")...)
		case "known_wrong":
			c.wrong = append(c.wrong, strings.Split(value, ", ")...)
		}
	}
	if len(c.args) < 2 || len(c.expect) == 0 {
		tb.Fatalf("%s: a case has args: and expect:", c.path)
	}
}

func (c *dossierCase) screens() bool { return c.args[0] == "screen" }

// run runs the command line over the files of the case in a folder of its own.
func (c *dossierCase) run(tb testing.TB, dict string, more ...string) *screened {
	tb.Helper()
	dir := c.unpack(tb)
	args := slices.Concat(c.args, more)
	for i := range args {
		args[i] = inFolder(dir, args[i])
	}
	if !c.screens() {
		args = append(args, "--dictionaries", dict)
	}
	var stdout, stderr bytes.Buffer
	status := run(tb.Context(), args, strings.NewReader(""), &stdout, &stderr)
	hide := strings.NewReplacer(dir+string(filepath.Separator), "", dir, ".")
	return &screened{status, hide.Replace(stdout.String()), hide.Replace(stderr.String())}
}

// judge is run for a check that ends in an answer, without reading the
// dictionary again: under the race detector that is most of the time.
func (c *dossierCase) judge(tb testing.TB, r *qualification.Registry) *screened {
	tb.Helper()
	command, f := newCheck(), c.flags(tb)
	var stdout, stderr bytes.Buffer
	command.SetContext(tb.Context())
	command.SetOut(&stdout)
	command.SetErr(&stderr)
	f.look.stdout = &stdout
	err := f.judge(command, r, inFolder(c.unpack(tb), c.args[1]))
	got := &screened{stdout: stdout.String(), stderr: stderr.String()}
	if status := (*statusError)(nil); errors.As(err, &status) {
		got.status = status.status
	} else if err != nil {
		tb.Fatal(err)
	}
	return got
}

// flags are the flags of the command line of a check.
func (c *dossierCase) flags(tb testing.TB) *checkFlags {
	tb.Helper()
	set := newCheck().Flags()
	if err := set.Parse(c.args[1:]); err != nil {
		tb.Fatal(err)
	}
	text := func(name string) string { return set.Lookup(name).Value.String() }
	days, err := strconv.Atoi(text("forecast"))
	if err != nil {
		tb.Fatal(err)
	}
	return &checkFlags{
		on: text("on"), profile: text("profile"), category: text("category"), failOn: text("fail-on"),
		forecast: days, json: text("json") == "true", look: screenFlags{language: text("lang"), colour: text("color")},
	}
}

func (c *dossierCase) unpack(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	for _, f := range c.files {
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// inFolder is an argument with the files of the case in dir.
func inFolder(dir, arg string) string {
	if arg == "." || slices.Contains([]string{".yaml", ".json", ".jsonl", ".csv"}, filepath.Ext(arg)) {
		return filepath.Join(dir, arg)
	}
	return arg
}
