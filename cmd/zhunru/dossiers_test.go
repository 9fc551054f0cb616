package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/dictionaries"
	"zhunru/screening/qualification"
)

var update = flag.Bool("update", false, "rewrite golden files")

const dossierCases = "../../testdata/dossiers/*.txtar"

// dictionaryForChecks is the built-in dictionary with one class of goods only:
// a dossier asks for none, and reading them is most of the time a check takes.
func dictionaryForChecks(tb testing.TB) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.CopyFS(dir, dictionaries.FS); err != nil {
		tb.Fatal(err)
	}
	goods, err := filepath.Glob(filepath.Join(dir, "goods", "*.yaml"))
	if err != nil || len(goods) == 0 {
		tb.Fatalf("no goods in the dictionary (%v)", err)
	}
	for _, name := range goods[1:] {
		if err := os.Remove(name); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func allCases(tb testing.TB) []*dossierCase {
	tb.Helper()
	paths, err := filepath.Glob(dossierCases)
	if err != nil || len(paths) < 76 {
		tb.Fatalf("%d cases, want the 16 worked ones and at least 60 of our own (%v)", len(paths), err)
	}
	cases := make([]*dossierCase, len(paths))
	for i, path := range paths {
		cases[i] = readCase(tb, path)
	}
	return cases
}

// TestDossiers runs every case. What its expect lines say comes from the rules
// and is held against the judgement itself, so that -update, which rewrites
// the text, cannot hide a wrong answer.
func TestDossiers(t *testing.T) {
	t.Parallel()
	dict := dictionaryForChecks(t)
	registry := registryOf(t, dict)
	for _, c := range allCases(t) {
		t.Run(strings.TrimSuffix(filepath.Base(c.path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			var got *screened
			if c.screens() || c.exit > exitFindings {
				got = c.run(t, dict)
			} else {
				got = c.judge(t, registry)
			}
			if got.status != c.exit {
				t.Errorf("exit %d, want %d\n%s%s", got.status, c.exit, got.stdout, got.stderr)
			}
			e := expectations{text: got.stdout + got.stderr}
			want := e.text
			switch {
			case got.status > exitFindings: // an error; its text is all there is
			case c.screens():
				e.verdicts = decodeVerdicts(t, got.stdout)
				want = summary(e.verdicts)
			default:
				e.answer = c.evaluate(t, registry)
			}
			c.checkExpectations(t, &e)
			c.compare(t, want)
		})
	}
}

func (c *dossierCase) checkExpectations(t *testing.T, e *expectations) {
	t.Helper()
	for _, item := range c.expect {
		if err := e.check(item); err != nil {
			t.Errorf("expect: %s: %v", item, err)
		}
	}
	for _, item := range c.wrong {
		if e.check(item) == nil {
			t.Errorf("known_wrong: %s: it holds now; make it an expect line", item)
		}
	}
}

func registryOf(tb testing.TB, dict string) *qualification.Registry {
	tb.Helper()
	d, err := loadDictionary(dict)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := qualification.NewRegistry(d)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// evaluate judges the dossier of the case without the command line's output.
func (c *dossierCase) evaluate(tb testing.TB, r *qualification.Registry) *qualification.Answer {
	tb.Helper()
	f := c.flags(tb)
	on, err := parseDay(f.on)
	if err != nil {
		tb.Fatal(err)
	}
	d, err := qualification.ReadDossier(c.files[0].name, []byte(c.files[0].text))
	if err != nil {
		tb.Fatal(err)
	}
	a, err := r.Evaluate(d, f.category, f.profile, on)
	if err != nil {
		tb.Fatal(err)
	}
	if a.Forecast, err = r.Forecast(d, f.category, f.profile, on, f.forecast); err != nil {
		tb.Fatal(err)
	}
	return &a
}

func (c *dossierCase) compare(t *testing.T, got string) {
	t.Helper()
	if !*update {
		if diff := cmp.Diff(strings.Split(c.want, "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.path, diff)
		}
		return
	}
	var b strings.Builder
	b.WriteString(c.head)
	for _, f := range append(slices.Clone(c.files), caseFile{"want", got}) {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.text)
	}
	if err := os.WriteFile(c.path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}
