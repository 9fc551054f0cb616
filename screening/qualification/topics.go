package qualification

import (
	"strings"
	"sync"

	"zhunru/screening/textnorm"
)

// A Topic is one thing that a platform rule must say (R-S14 to R-S16), and
// whether the text says it. Not Covered and Doubt: a person must look. Why, in
// Chinese, is empty where it is covered. Quote is the sentence that decided,
// at most 80 runes, exactly what Span covers.
type Topic struct {
	ID, Name string
	Rule     string
	Article  string
	Required bool // false: advised, its absence costs nothing
	Covered  bool
	Doubt    bool
	Quote    string
	Span     *Span
	Why      string
}

// A TopicReader looks for the required topics in a platform's rules. It is
// safe for concurrent use.
type TopicReader struct {
	n       *textnorm.Normalizer
	kinds   [len(topicKinds)]topicWords
	scratch sync.Pool
}

// NewTopicReader returns a reader that folds text with n.
func NewTopicReader(n *textnorm.Normalizer) *TopicReader {
	r := &TopicReader{n: n}
	for i := range topicKinds {
		r.kinds[i] = newTopicWords(n, &topicKinds[i])
	}
	r.scratch.New = func() any { return new(topicText) }
	return r
}

// Read returns the topics of a kind of document (agreement, admission or
// dispute), in a fixed order, and nil for any other kind. A topic is covered
// where a sentence states it: its words beside a duty or an action, outside
// headings and tables of contents, and not in a negated clause. A list item
// takes the duty of the sentence that leads it in. Text without a readable
// character leaves every topic in doubt. It takes time linear in the text.
func (r *TopicReader) Read(kind, text string) []Topic {
	for i := range r.kinds {
		if r.kinds[i].kind != kind {
			continue
		}
		s := r.scratch.Get().(*topicText)
		s.topicWords = &r.kinds[i]
		s.read(r.n, text)
		topics := s.topics()
		s.Reset("")
		if cap(s.Runes) <= 1<<16 {
			r.scratch.Put(s)
		}
		return topics
	}
	return nil
}

// topicUse says what a word is for: bits of the topics it serves, four a
// topic (three groups and foreign), and bits of its general meaning.
type topicUse struct {
	serves uint32
	means  topicMeaning
}

type topicMeaning uint8

const (
	meansStrict topicMeaning = 1 << iota // a duty
	meansAction
	meansNegation
	meansNeutral
	meansHome
	meansPlatform
)

const foreignBit = 3

// topicWords is a kind of document with its words compiled.
type topicWords struct {
	*topicKind
	words   *wordScanner
	uses    []topicUse
	needs   []uint32 // by topic: the bits of all its groups
	foreign []uint32
}

func newTopicWords(n *textnorm.Normalizer, k *topicKind) topicWords {
	c := topicWords{topicKind: k}
	var list []string
	index := map[string]int{}
	add := func(words string, use topicUse) {
		for _, w := range strings.Fields(words) {
			i, ok := index[w]
			if !ok {
				i = len(list)
				index[w] = i
				list, c.uses = append(list, w), append(c.uses, topicUse{})
			}
			c.uses[i].serves |= use.serves
			c.uses[i].means |= use.means
		}
	}
	for i, t := range k.topics {
		need := uint32(0)
		for g, words := range t.words {
			bit := uint32(1) << (4*i + g)
			need |= bit
			add(words, topicUse{serves: bit})
		}
		foreign := uint32(1) << (4*i + foreignBit)
		add(t.foreign, topicUse{serves: foreign})
		c.needs, c.foreign = append(c.needs, need), append(c.foreign, foreign)
	}
	add(topicStrict, topicUse{means: meansStrict})
	add(topicAction, topicUse{means: meansAction})
	add(topicNegation, topicUse{means: meansNegation})
	add(topicNeutral, topicUse{means: meansNeutral})
	add(k.home, topicUse{means: meansHome})
	add(topicPlatform, topicUse{means: meansPlatform})
	c.words = newWordScanner(n, list)
	return c
}

// topics judges the text that was read.
func (s *topicText) topics() []Topic {
	out := make([]Topic, len(s.topicKind.topics))
	s.states = append(s.states[:0], make([]topicState, len(out))...)
	if len(s.Runes) > 0 {
		s.scan()
		s.split()
		for i := range s.parts {
			s.weigh(i)
		}
	}
	for i := range out {
		t := &s.topicKind.topics[i]
		out[i] = Topic{ID: t.id, Name: t.name, Rule: t.rule, Article: t.article, Required: !t.advisory}
		s.conclude(&out[i], t, &s.states[i])
	}
	return out
}

// conclude turns what was found of a topic into its answer.
func (s *topicText) conclude(t *Topic, spec *topicSpec, st *topicState) {
	if st.covered.found && !st.short.found && !st.denied.found {
		t.Covered = true
		t.Quote, t.Span = s.quote(st.covered.from, st.covered.to, st.covered.keep)
		return
	}
	ask := "（" + spec.rule + "，" + spec.article + "）；请写明" + spec.ask
	where, seen := "《"+s.document+"》", topicPlace{}
	switch {
	case len(s.Runes) == 0:
		t.Doubt, t.Why = true, where+"没有可读的正文，无法核对“"+spec.name+"”（"+spec.rule+"）；请人工查看原件并补录正文"
	case st.covered.found && st.short.found:
		t.Doubt, t.Why = true, where+"对“"+spec.name+"”的期限前后不一，须人工核对"+ask
		seen = st.short
	case st.covered.found && st.denied.found:
		t.Doubt, t.Why = true, where+"对“"+spec.name+"”既有规定又有相反的免责表述，须人工核对"+ask
		seen = st.denied
	case st.short.found:
		t.Why, seen = where+"写明的期限不满足“"+spec.name+"”"+ask, st.short
	case st.vague.found:
		t.Doubt, t.Why, seen = true, where+"提到“"+spec.name+"”但没有写明期限"+ask, st.vague
	case st.negated.found:
		t.Why, seen = where+"中关于“"+spec.name+"”的表述是否定的或留待另行约定"+ask, st.negated
	case st.mention.found:
		t.Why, seen = where+"只提到“"+spec.name+"”，没有写成具体条款"+ask, st.mention
	default:
		t.Why = where + "没有写明“" + spec.name + "”" + ask
	}
	if seen.found {
		t.Quote, t.Span = s.quote(seen.from, seen.to, seen.keep)
	}
}
