package quality_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/quality"
	"zhunru/screening/segment"
)

var update = flag.Bool("update", false, "rewrite golden files")

var engine = sync.OnceValues(func() (*screening.Engine, error) {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		return nil, err
	}
	return screening.NewEngine(d, segment.Lazy{})
})

func corpus(t *testing.T) []quality.Label {
	t.Helper()
	files, err := filepath.Glob("../../testdata/labelled/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled corpus: %v", err)
	}
	var all []quality.Label
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		labels, err := quality.ReadLabels(f)
		f.Close() //nolint:errcheck // read only
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, labels...)
	}
	return all
}

// TestAccuracyGolden holds the figures over the labelled corpus, on the rows
// that were tuned on and on those that were not, as a file whose diff a
// reviewer reads. It says which classes moved, not whether they may.
func TestAccuracyGolden(t *testing.T) {
	t.Parallel()
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	labels := corpus(t)
	var b strings.Builder
	for _, split := range []string{"tune", "held-out"} {
		var rows []quality.Label
		for _, l := range labels {
			if l.Split == split {
				rows = append(rows, l)
			}
		}
		writeReport(&b, split, quality.Measured(e, rows))
	}
	golden := "../../testdata/golden/accuracy.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("accuracy moved; defend the diff, then run with -update:\n%s", d)
	}
}

func writeReport(b *strings.Builder, split string, r *quality.Report) {
	fmt.Fprintf(b, "# %s: %d rows\n", split, r.Rows)
	for _, m := range r.Outcomes {
		fmt.Fprintf(b, "%-16s labelled %4d given %4d precision %.3f recall %.3f\n", m.Outcome, m.Labelled, m.Given, m.Precision, m.Recall)
	}
	for _, want := range screening.Outcomes {
		fmt.Fprintf(b, "%-16s", want)
		for _, got := range screening.Outcomes {
			fmt.Fprintf(b, " %s %d", got, r.Confusion[want][got])
		}
		b.WriteString("\n")
	}
	for _, c := range r.Classes {
		fmt.Fprintf(b, "%-24s rows %3d right %.3f not passed %.3f\n", c.Name, c.Rows, c.Recall, c.Caught)
	}
	for _, c := range r.Steps {
		fmt.Fprintf(b, "step %-19s rows %3d right %.3f not passed %.3f\n", c.Name, c.Rows, c.Recall, c.Caught)
	}
	b.WriteString("\n")
}

func TestCorpusIsWide(t *testing.T) {
	t.Parallel()
	labels := corpus(t)
	if len(labels) < 1500 {
		t.Errorf("%d rows, want 1,500", len(labels))
	}
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	covered, titles := map[string]bool{}, map[string]int{}
	for _, l := range labels {
		covered[l.Class] = true
		if line, double := titles[l.Listing.Title]; double {
			t.Errorf("line %d repeats line %d: %s", l.Line, line, l.Listing.Title)
		}
		titles[l.Listing.Title] = l.Line
		if l.Class != "clean" && d.Class(l.Class) == nil {
			t.Errorf("line %d: unknown class %q", l.Line, l.Class)
		}
	}
	for i := range d.Classes {
		if !covered[d.Classes[i].ID] {
			t.Errorf("no labelled listing of %s", d.Classes[i].ID)
		}
	}
}

func TestReadLabels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, in, want string }{
		{"no title column", "id\toutcome\n1\tpass\n", "line 1: the header has no column title"},
		{"empty title", "title\toutcome\n\u0020\tpass\n", "line 2: column title is empty"},
		{"unknown outcome", "title\toutcome\n枪\tmaybe\n", `line 2: column outcome: "maybe"`},
		{"no outcome", "title\tid\n枪\t1\n", "line 2: no column outcome"},
		{"too many fields", "title\toutcome\n枪\tpass\tx\n", "line 2: 3 fields"},
		{"nothing", "title\toutcome\n", "no labelled rows"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			_, err := quality.ReadLabels(strings.NewReader(tt.in))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error %v, want %s…", err, tt.want)
			}
		})
	}
	labels, err := quality.ReadLabels(strings.NewReader("\ufefftitle\tdisposition\tnote\n# comment\n手枪\tprohibited\tunsure; x\r\n水杯\tclean\n"))
	if err != nil || len(labels) != 2 || !labels[0].Unsure || labels[1].Want != screening.OutcomePass {
		t.Errorf("%+v, %v", labels, err)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	row := func(want, got screening.Outcome, unsure bool) quality.Row {
		return quality.Row{Label: quality.Label{Want: want, Class: "x", Unsure: unsure}, Verdict: screening.Verdict{Outcome: got}}
	}
	r := quality.Compare([]quality.Row{
		row(screening.OutcomeProhibited, screening.OutcomeProhibited, false),
		row(screening.OutcomePass, screening.OutcomeReview, false),
		row(screening.OutcomeProhibited, screening.OutcomePass, false),
		row(screening.OutcomePass, screening.OutcomeProhibited, true),
	})
	if r.Rows != 3 || r.Unsure != 1 || r.Outcomes[0].Recall != 0.5 || r.Outcomes[0].Precision != 1 {
		t.Errorf("%+v", r)
	}
	if r.Wrong[0].Verdict.Outcome != screening.OutcomePass {
		t.Error("the worst mistake, a prohibited listing that passes, must come first")
	}
}
