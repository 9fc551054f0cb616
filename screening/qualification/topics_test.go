package qualification_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
)

func TestTopicReader(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	for _, tt := range topicCases {
		t.Run(tt.id, func(t *testing.T) {
			t.Parallel()
			if len(tt.covers) < 4 || len(tt.not) < 3 {
				t.Errorf("only %d wordings that cover and %d that do not", len(tt.covers), len(tt.not))
			}
			for _, text := range tt.covers {
				if got := topicIn(t, r, tt.kind, tt.id, text); !got.Covered || got.Doubt || got.Quote == "" || got.Why != "" {
					t.Errorf("%q does not cover: %+v", text, got)
				}
			}
			for _, text := range tt.not {
				got := topicIn(t, r, tt.kind, tt.id, text)
				if got.Covered {
					t.Errorf("%q covers: %q", text, got.Quote)
				}
				if !strings.Contains(got.Why, got.Rule) || !strings.Contains(got.Why, got.Name) {
					t.Errorf("%q: the reason names neither rule nor topic: %q", text, got.Why)
				}
			}
		})
	}
}

func topicIn(t *testing.T, r *qualification.TopicReader, kind, id, text string) qualification.Topic {
	t.Helper()
	for _, topic := range r.Read(kind, text) {
		checkQuote(t, text, topic.Quote, topic.Span)
		if topic.ID == id {
			return topic
		}
	}
	t.Fatalf("no topic %s in %s", id, kind)
	return qualification.Topic{}
}

func TestReverificationSaysWhy(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	for _, tt := range []struct {
		rule, text, why string
		doubt           bool
	}{
		{"longer than six months", "平台每年核验一次商家资质。", "期限不满足", false},
		{"no period", "平台定期核验更新商家信息。", "没有写明期限", true},
		{"two periods", "平台每半年核验商家信息。平台每年核验商家资质。", "前后不一", true},
		{"denied elsewhere", "平台每半年核验商家信息。本平台不对商家资质进行审核。", "相反", true},
		{"heading only", "六、核验商家信息\n", "没有写成具体条款", false},
		{"negated", "本平台不核验商家信息。", "否定", false},
		{"absent", "平台欢迎您。", "没有写明", false},
		{"empty", " \n", "没有可读的正文", true},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			got := topicIn(t, r, "admission", "ADMISSION_REVERIFY", tt.text)
			if got.Covered || got.Doubt != tt.doubt || !strings.Contains(got.Why, tt.why) {
				t.Errorf("%q: %+v", tt.text, got)
			}
		})
	}
}

func TestSampleRules(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	for _, sample := range sampleRules {
		t.Run(sample.kind, func(t *testing.T) {
			t.Parallel()
			for leave := -1; leave < len(sample.paragraphs); leave++ {
				text, want := []string{sample.title}, []string(nil)
				for i, p := range sample.paragraphs {
					if i == leave {
						want = []string{p[0]}
						continue
					}
					text = append(text, p[1])
				}
				if diff := cmp.Diff(want, missingTopics(t, r, sample.kind, strings.Join(text, ""))); diff != "" {
					t.Errorf("without paragraph %d, missing topics (-want +got):\n%s", leave, diff)
				}
			}
		})
	}
}

func missingTopics(t *testing.T, r *qualification.TopicReader, kind, text string) (ids []string) {
	t.Helper()
	for _, topic := range r.Read(kind, text) {
		checkQuote(t, text, topic.Quote, topic.Span)
		if utf8.RuneCountInString(topic.Quote) > 80 {
			t.Errorf("%s: a quote of more than 80 runes: %q", topic.ID, topic.Quote)
		}
		if !topic.Covered {
			ids = append(ids, topic.ID)
		}
	}
	return ids
}

func TestTopicsSurviveScanning(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	wrapped := "第七条 平台应当对入驻商家提交的身份、地址、联系方式和行\n政许可进行核验、登记，建立登\n记档案，并至少每 六 个 月\n核验更新商家信息一次。"
	if got := missingTopics(t, r, "admission", wrapped); got != nil {
		t.Errorf("missing %v in wrapped text", got)
	}
	traditional := "平臺應當對入駐商家提交的身份、地址、聯繫方式和行政許可進行核驗、登記，建立登記檔案，並至少每六個月核驗更新商家信息一次。"
	if got := missingTopics(t, r, "admission", traditional); got != nil {
		t.Errorf("missing %v in traditional characters", got)
	}
}

func TestListTakesItsLead(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	list := "：\n（一）身份证明\n（二）经营场所证明\n（三）联系方式\n（四）许可证\n"
	want := []string{"ADMISSION_RECORDS", "ADMISSION_REVERIFY"}
	if diff := cmp.Diff(want, missingTopics(t, r, "admission", "商家应当提交下列材料"+list)); diff != "" {
		t.Errorf("list of a duty (-want +got):\n%s", diff)
	}
	if got := missingTopics(t, r, "admission", "平台不核验商家的下列信息"+list); len(got) != 6 {
		t.Errorf("list of a negation: missing only %v", got)
	}
}

func TestUnknownKindHasNoTopics(t *testing.T) {
	t.Parallel()
	if got := qualification.NewTopicReader(normalizerOf(t)).Read("notice", "平台"); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestEveryTopicIsTested(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	for _, kind := range []string{"agreement", "admission", "dispute"} {
		for _, topic := range r.Read(kind, "") {
			if topic.Covered || !topic.Doubt || topic.Span != nil {
				t.Errorf("%s of no text: %+v", topic.ID, topic)
			}
			if !slices.ContainsFunc(topicCases, func(c struct {
				kind, id    string
				covers, not []string
			}) bool {
				return c.id == topic.ID && c.kind == kind
			}) {
				t.Errorf("%s has no cases", topic.ID)
			}
		}
	}
}

func TestLongRulesStayLinear(t *testing.T) {
	t.Parallel()
	r := qualification.NewTopicReader(normalizerOf(t))
	for _, unit := range []string{"每半年核验商家资质", "每", "1", "前", "（一）", "个人信息；", "应", "不对", "第", "\n", "\xff", "商家：\n1、", "每1", "年审"} {
		text := strings.Repeat(unit, 400_000/len(unit))
		if got := r.Read("admission", text); len(got) != 6 {
			t.Errorf("%q repeated: %d topics", unit, len(got))
		}
		r.Read("agreement", text)
		r.Read("dispute", text)
	}
}

func FuzzTopicReader(f *testing.F) {
	r := qualification.NewTopicReader(normalizerOf(f))
	for _, c := range topicCases {
		for _, text := range append(slices.Clone(c.covers), c.not...) {
			f.Add(c.kind, text)
		}
	}
	f.Add("admission", "\xff每半年\xf0核验商家资质，Ĳ")
	f.Fuzz(func(t *testing.T, kind, text string) {
		for _, topic := range r.Read(kind, text) {
			checkQuote(t, text, topic.Quote, topic.Span)
			if topic.Covered == (topic.Why != "") || topic.Covered && (topic.Doubt || topic.Quote == "") {
				t.Fatalf("%q: inconsistent %+v", text, topic)
			}
		}
	})
}

func BenchmarkTopicReader(b *testing.B) {
	r := qualification.NewTopicReader(normalizerOf(b))
	var text strings.Builder
	for _, p := range sampleRules[0].paragraphs {
		text.WriteString(p[1])
	}
	s := text.String()
	for utf8.RuneCountInString(s) < 2000 {
		s += text.String()
	}
	s = string([]rune(s)[:2000])
	b.ReportAllocs()
	for b.Loop() {
		r.Read("agreement", s)
	}
}
