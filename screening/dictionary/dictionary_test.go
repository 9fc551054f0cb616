package dictionary_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/dictionary"
)

const goodClass = `class: P99_TEST
name: 测试品
name_en: Test goods
group: T 测试
disposition: review
citations:
  - {source: 测试法, article: "1", verified: true}
terms: [魔法棒, 魔法扫帚]
weak: [扫帚]
cues: {up: [咒语], down: [清洁]}
exceptions: [魔法棒棒糖]
patterns:
  - {id: spell, re: '魔法\d+号', any: [魔法], why: 编号}
samples:
  hit: [一, 二, 三, 四, 五, 六, 七, 八]
  pass: [一, 二, 三, 四, 五, 六, 七, 八]
`

const sources = "sources:\n  - {id: 测试法, name: 中华人民共和国测试法, kind: law, verified: true}\n"

// tree makes a dictionary folder of one class and what else is given.
func tree(class string, more ...string) fstest.MapFS {
	m := fstest.MapFS{
		"goods/P99_TEST.yaml": {Data: []byte(class)},
		"sources/laws.yaml":   {Data: []byte(sources)},
	}
	for _, f := range []string{"traditional", "confusables", "letters", "split_glyphs", "emoji"} {
		m["variants/"+f+".txt"] = &fstest.MapFile{}
	}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return m
}

func load(t *testing.T, fsys fs.FS) *dictionary.Dictionary {
	t.Helper()
	d, err := dictionary.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLoadNamesFileLineColumn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, class, want string }{
		{"unknown key", strings.Replace(goodClass, "weak:", "week:", 1), `goods/P99_TEST.yaml:9:1: syntax: unknown field "week"`},
		{"wrong type", strings.Replace(goodClass, "terms: [魔法棒, 魔法扫帚]", "terms: 7", 1), "goods/P99_TEST.yaml:8:8: syntax:"},
		{"duplicate key", goodClass + "name: 再来\n", "goods/P99_TEST.yaml:17:1: syntax:"},
		{"empty file", "", "goods/P99_TEST.yaml: syntax: the file is empty"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			_, err := dictionary.Load(tree(tt.class))
			var problems dictionary.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v is no list of problems", err)
			}
			if !strings.HasPrefix(problems[0].String(), tt.want) {
				t.Errorf("%s, want prefix %s", problems[0], tt.want)
			}
		})
	}
}

func TestLoadReportsEveryFile(t *testing.T) {
	t.Parallel()
	_, err := dictionary.Load(tree("klass: x\n", "sources/more.yaml", "sorces: []\n"))
	var problems dictionary.Problems
	if !errors.As(err, &problems) || len(problems) != 2 {
		t.Errorf("want a problem in each of two files, got %v", err)
	}
}

func TestLint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, old, new string }{
		{"unknown-source", "source: 测试法", "source: 无此法"},
		{"disposition", "disposition: review", "disposition: maybe"},
		{"no-requirement", "disposition: review", "disposition: needs_category"},
		{"no-notice", "disposition: review", "disposition: notice"},
		{"duplicate-word", "weak: [扫帚]", "weak: [魔法棒]"},
		{"one-character", "terms: [魔法棒", "terms: [魔"},
		{"empty-word", "weak: [扫帚]", "weak: ['***']"},
		{"exception-is-term", "exceptions: [魔法棒棒糖]", "exceptions: [魔法棒]"},
		{"dead-exception", "exceptions: [魔法棒棒糖]", "exceptions: [吸尘器]"},
		{"cue", "down: [清洁]", "down: [咒语]"},
		{"pattern", `re: '魔法\d+号'`, `re: '魔法(\d+号'`},
		{"pattern", `re: '魔法\d+号'`, `re: 'MAGIC'`},
		{"pattern", "any: [魔法]", "any: []"},
		{"few-samples", "pass: [一, 二", "pass: [二"},
		{"class-id", "class: P99_TEST", "class: P98_OTHER"},
		{"sense", "weak: [扫帚]", "weak: [扫帚]\nsenses: {toy: maybe}"},
		{"variants", "weak: [扫帚]", "weak: [扫帚]\nvariants: {except: [magic]}"},
		{"unknown-class", "weak: [扫帚]", "weak: [扫帚]\nreroute: {扫帚星: P00_NONE}"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(goodClass, tt.old) {
				t.Fatalf("the case replaces %q, which is not there", tt.old)
			}
			problems := dictionary.Lint(load(t, tree(strings.Replace(goodClass, tt.old, tt.new, 1))))
			for _, p := range problems {
				if p.Rule == tt.rule {
					return
				}
			}
			t.Errorf("not reported; problems: %v", problems)
		})
	}
}

func TestLintPassesAGoodDictionary(t *testing.T) {
	t.Parallel()
	if problems := dictionary.Lint(load(t, tree(goodClass))); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestRevision(t *testing.T) {
	t.Parallel()
	base := load(t, tree(goodClass)).Revision
	other := strings.Replace(strings.Replace(goodClass, "P99_TEST", "P98_MORE", 1), "测试品", "另一种", 1)
	one := load(t, tree(goodClass, "goods/P98_MORE.yaml", other)).Revision
	if got := load(t, tree("# a comment\n"+goodClass)).Revision; got != base {
		t.Error("a comment changes the revision")
	}
	if got := load(t, tree(strings.Replace(goodClass, "魔法扫帚", "魔法帽", 1))).Revision; got == base {
		t.Error("a changed term does not change the revision")
	}
	if one == base {
		t.Error("another class does not change the revision")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	a := load(t, tree(goodClass))
	b := load(t, tree(strings.Replace(goodClass, "[魔法棒, 魔法扫帚]", "[魔法棒, 魔法帽]", 1)))
	want := []dictionary.Change{{Class: "P99_TEST", Field: "terms", Added: []string{"魔法帽"}, Removed: []string{"魔法扫帚"}}}
	got := dictionary.Compare(a, b)
	if d := cmp.Diff(want, got.Changes); d != "" {
		t.Error(d)
	}
	if got.Everything || len(got.Classes) != 1 {
		t.Errorf("%+v", got)
	}
	if same := dictionary.Compare(a, a); len(same.Changes) != 0 {
		t.Errorf("a dictionary differs from itself: %+v", same)
	}
	c := load(t, tree(goodClass, "context/toy.yaml", "sense: toy\nwords: [玩具]\n"))
	if got := dictionary.Compare(a, c); !got.Everything {
		t.Error("context words touch everything")
	}
}

func ExampleProblem() {
	fmt.Println(dictionary.Problem{File: "goods/P23_ECIG.yaml", Line: 9, Column: 1, Rule: "syntax", Message: `unknown field "week"`})
	// Output: goods/P23_ECIG.yaml:9:1: syntax: unknown field "week"
}
