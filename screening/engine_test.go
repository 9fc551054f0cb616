package screening_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

func screen(tb testing.TB, title string) screening.Verdict {
	tb.Helper()
	return builtIn(tb).Screen(&screening.Listing{ID: "t", Title: title}, nil)
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule  string
		title string
		want  screening.Outcome
	}{
		{"a prohibited term", "催情香水女用", screening.OutcomeProhibited},
		{"a restricted term", "电子血压计家用", screening.OutcomeNeedsCategory},
		{"a class for people", "军用折叠刀户外求生", screening.OutcomeReview},
		{"a notice leaves the outcome alone", "玻尿酸补水面膜10片", screening.OutcomePass},
		{"nothing", "纯棉短袖T恤男夏季", screening.OutcomePass},
		{"nothing at all", "", screening.OutcomePass},
		{"only separators", " · 、【】", screening.OutcomePass},
		{"no UTF-8", "\xff\xfe\x80", screening.OutcomePass},
		{"a container", "血压计收纳盒", screening.OutcomePass},
		{"a colour", "象牙白陶瓷餐具", screening.OutcomePass},
		{"a longer word", "家用手枪钻", screening.OutcomePass},
		{"words cut by chance", "加大麻袋搬家", screening.OutcomePass},
		{"a picture", "防狼喷雾海报", screening.OutcomePass},
		{"a book", "鸦片战争史 正版图书", screening.OutcomeNeedsCategory},
		{"a negation", "无酒精湿巾婴儿", screening.OutcomePass},
		{"letters of a longer word", "iPhone15ProMax手机壳USB", screening.OutcomePass},
		{"found by pinyin only", "fan墙工具稳定", screening.OutcomeReview},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			if v := screen(t, tt.title); v.Outcome != tt.want {
				t.Errorf("%q: %s, want %s; findings %+v, suppressed %+v", tt.title, v.Outcome, tt.want, v.Findings, v.Suppressed)
			}
		})
	}
}

func TestHeldCategoryLifts(t *testing.T) {
	t.Parallel()
	l := &screening.Listing{ID: "t", Title: "电子血压计家用"}
	v := builtIn(t).Screen(l, screening.Held{"医疗器械自营": true})
	if v.Outcome != screening.OutcomePass || len(v.Findings) == 0 || !v.Findings[0].Held {
		t.Errorf("held category: %s %+v", v.Outcome, v.Findings)
	}
	v = builtIn(t).Screen(&screening.Listing{ID: "t", Title: "催情香水"}, screening.Held{"医疗器械自营": true, "美妆": true})
	if v.Outcome != screening.OutcomeProhibited {
		t.Errorf("no category lifts prohibited goods, got %s", v.Outcome)
	}
}

func TestDeclaredCategory(t *testing.T) {
	t.Parallel()
	e := builtIn(t)
	v := e.Screen(&screening.Listing{ID: "t", Title: "爆款家用常备", Category: "医疗器械/家用/血压计"}, nil)
	if v.Outcome != screening.OutcomeNeedsCategory || v.Findings[0].Kind != screening.KindCategory {
		t.Errorf("a category that demands a qualification demands it whatever the title says: %s %+v", v.Outcome, v.Findings)
	}
	v = e.Screen(&screening.Listing{ID: "t", Title: "布洛芬缓释胶囊 头痛发烧", Category: "服饰/男装/T恤"}, nil)
	wrong := false
	for i := range v.Findings {
		wrong = wrong || v.Findings[i].Kind == screening.KindWrongCategory
	}
	if !wrong || v.Outcome != screening.OutcomeNeedsCategory {
		t.Errorf("a drug among clothes is in the wrong category: %s %+v", v.Outcome, v.Findings)
	}
}

func TestDescriptionIsRead(t *testing.T) {
	t.Parallel()
	v := builtIn(t).Screen(&screening.Listing{ID: "t", Title: "女士香氛 私密发货", Description: strings.Repeat("隐私包装。", 200) + "催情香水"}, nil)
	if v.Outcome != screening.OutcomeProhibited {
		t.Errorf("a prohibited word deep in the description: %s", v.Outcome)
	}
}

// TestPrefixShiftsSpans holds that an unrelated prefix moves every span by
// exactly its length and changes nothing else.
func TestPrefixShiftsSpans(t *testing.T) {
	t.Parallel()
	const prefix = "😊甲乙丙。"
	for _, title := range []string{"催*情*香*水 女用", "顶级原单 香奶奶流浪包", "ＡＫ４７模型", "電子煙套裝"} {
		plain, moved := screen(t, title), screen(t, prefix+title)
		if len(plain.Findings) == 0 || len(plain.Findings) != len(moved.Findings) {
			t.Fatalf("%q: %d findings, with a prefix %d", title, len(plain.Findings), len(moved.Findings))
		}
		for i := range plain.Findings {
			p, m := plain.Findings[i], moved.Findings[i]
			for k := range 2 {
				p.Span.Byte[k] += len(prefix)
				p.Span.Rune[k] += utf8.RuneCountInString(prefix)
				p.Span.UTF16[k] += utf8.RuneCountInString(prefix) + 1
			}
			if d := cmp.Diff(p, m); d != "" {
				t.Errorf("%q: %s", title, d)
			}
		}
	}
}

func TestSpansCountThreeWays(t *testing.T) {
	t.Parallel()
	v := screen(t, "😊迷药")
	if len(v.Findings) == 0 {
		t.Fatal("nothing found")
	}
	want := screening.Span{Byte: [2]int{4, 10}, Rune: [2]int{1, 3}, UTF16: [2]int{2, 4}}
	if d := cmp.Diff(want, v.Findings[0].Span); d != "" {
		t.Error(d)
	}
}

// TestSameInputSameBytes holds that a verdict does not depend on what was
// screened before or beside it.
func TestSameInputSameBytes(t *testing.T) {
	t.Parallel()
	e, d := builtIn(t), builtInDictionary(t)
	var titles []string
	for i := range d.Classes {
		titles = append(titles, d.Classes[i].Samples.Hit...)
	}
	first := make([]string, len(titles))
	for i, title := range titles {
		first[i] = asJSON(t, e.Screen(&screening.Listing{ID: "j", Title: title}, nil))
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range titles {
				k := (i*7 + worker*13) % len(titles)
				if got := asJSON(t, e.Screen(&screening.Listing{ID: "j", Title: titles[k]}, nil)); got != first[k] {
					t.Errorf("%q: %s, before %s", titles[k], got, first[k])
					return
				}
			}
		})
	}
	wg.Wait()
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

// TestFileOrderDoesNotMatter loads the dictionary with every file renamed so
// that the order of files is reversed where names are free.
func TestFileOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	renamed := fstest.MapFS{}
	for i, dir := range []string{"context", "categories", "documents", "sources"} {
		entries, err := dictionaries.FS.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for k, f := range entries {
			b, err := dictionaries.FS.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			renamed[fmt.Sprintf("%s/%c%03d.yaml", dir, 'a'+i, len(entries)-k)] = &fstest.MapFile{Data: b}
		}
	}
	for _, dir := range []string{"goods", "variants"} {
		entries, err := dictionaries.FS.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range entries {
			b, err := dictionaries.FS.ReadFile(dir + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			renamed[dir+"/"+f.Name()] = &fstest.MapFile{Data: b}
		}
	}
	built, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		t.Fatal(err)
	}
	other, err := dictionary.Load(renamed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := dictionary.Compare(built, other); len(diff.Changes) > 0 {
		t.Errorf("the order of files changed %+v", diff.Changes)
	}
	if built.Revision != other.Revision {
		t.Error("the order of files changed the revision")
	}
}

// TestSwapWhileScreening swaps engines under load; run it with -race.
func TestSwapWhileScreening(t *testing.T) {
	t.Parallel()
	e, err := screening.NewEngine(builtInDictionary(t), segment.Lazy{})
	if err != nil {
		t.Fatal(err)
	}
	s := screening.NewService(builtIn(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 300 {
				if v := s.Screen(&screening.Listing{ID: "s", Title: "催情香水"}, nil); v.Outcome != screening.OutcomeProhibited {
					t.Errorf("%s", v.Outcome)
					return
				}
			}
		})
	}
	for range 100 {
		s.Swap(e)
		s.Swap(builtIn(t))
	}
	wg.Wait()
}

func FuzzScreen(f *testing.F) {
	e := builtIn(f)
	for _, s := range []string{"催*情*香*水", "木仓支🔫", "cuī情 xiang水", "手手枪枪", "\xff迷\x00药", "《催情》", "１：１金属枪模", "раураl"} {
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, title, description string) {
		l := &screening.Listing{ID: "f", Title: title, Description: description, Category: title}
		v := e.Screen(l, nil)
		fields := map[string]string{"title": title, "description": description, "category": title}
		for _, x := range v.Findings {
			field := fields[x.Field]
			if x.Span.Byte[0] < 0 || x.Span.Byte[0] >= x.Span.Byte[1] || x.Span.Byte[1] > len(field) || field[x.Span.Byte[0]:x.Span.Byte[1]] != x.Quote {
				t.Fatalf("span %v of %q, quote %q", x.Span, field, x.Quote)
			}
			if !v.Outcome.AtLeast(x.Outcome) && x.Outcome != screening.OutcomeNotice {
				t.Fatalf("finding %s outweighs verdict %s", x.Outcome, v.Outcome)
			}
		}
	})
}

func TestAnEmojiThatEndsALineMakesNoWordWithTheNext(t *testing.T) {
	t.Parallel()
	l := &screening.Listing{ID: "t", Title: "纯棉四件套", Description: "爆款热卖🔥\n棉质柔软"}
	if v := builtIn(t).Screen(l, nil); v.Outcome != screening.OutcomePass {
		t.Errorf("%s: %+v", v.Outcome, v.Findings)
	}
	l.Description = "爆款热卖🔥棉专用"
	if v := builtIn(t).Screen(l, nil); v.Outcome == screening.OutcomePass {
		t.Error("🔥棉 on one line passes")
	}
}
