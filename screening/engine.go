package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhunru/screening/ahocorasick"
	"zhunru/screening/dictionary"
	"zhunru/screening/textnorm"
)

// A Word is one word of a text, as bytes [Start, End). Known is false for
// what the segmenter's dictionary does not hold.
type Word = struct {
	Start, End int
	Known      bool
}

// A Segmenter appends the words of text to dst, in order and without holes.
// It must be safe for concurrent use.
type Segmenter interface {
	Words(dst []Word, text []byte) []Word
}

// An Engine judges listings by one revision of a dictionary. It is immutable
// and safe for concurrent use; to change the rules, build another and swap it
// (see Service).
type Engine struct {
	revision     string
	norm         *textnorm.Normalizer
	segmenter    Segmenter
	automaton    *ahocorasick.Automaton
	phrases      []phrase
	texts        []string   // by phrase: as the dictionary has it
	prospects    []prospect // by phrase
	entries      []entry
	classes      []class
	byID         map[string]int16
	patterns     []compiledPattern
	prefilters   []prefilter
	markers      []marker
	conditionals []conditional
	categories   categoryIndex
	sounds       soundIndex
	scratch      sync.Pool
}

// NewEngine compiles a dictionary. It fails on what the linter would call an
// error (an unknown class in a reroute, a pattern that is not RE2, a term
// that folds to nothing); it does not repeat the linter's other checks.
func NewEngine(d *dictionary.Dictionary, s Segmenter) (*Engine, error) {
	norm, err := textnorm.New(d.Tables)
	if err != nil {
		return nil, err
	}
	e := &Engine{revision: d.Revision, norm: norm, segmenter: s, byID: map[string]int16{}}
	e.scratch.New = func() any { return newScan(e) }
	for i := range d.Classes {
		e.byID[d.Classes[i].ID] = int16(i)
		e.classes = append(e.classes, newClass(&d.Classes[i]))
	}
	c := compiler{e: e, ids: map[string]int32{}}
	for i := range e.classes {
		if err := c.class(int16(i), &e.classes[i]); err != nil {
			return nil, err
		}
	}
	for i := range d.Contexts {
		if err := c.context(&d.Contexts[i]); err != nil {
			return nil, err
		}
	}
	if err := c.finish(); err != nil {
		return nil, fmt.Errorf("screening: build automaton: %w", err)
	}
	e.buildCategories(d)
	if err := e.buildSounds(&c); err != nil {
		return nil, err
	}
	return e, nil
}

// Revision returns the revision of the dictionary the engine was built from.
func (e *Engine) Revision() string { return e.revision }

// Phrases returns how many distinct phrases the automaton holds.
func (e *Engine) Phrases() int { return len(e.phrases) }

func newClass(c *dictionary.Class) class {
	k := class{Class: c, citations: make([]Citation, 0, len(c.Citations)), remedy: remedyOf(c)}
	for _, x := range c.Citations {
		k.citations = append(k.citations, Citation{x.Source, x.Article, x.Verified})
	}
	for i, s := range senses {
		k.senses[i] = dictionary.PolicyDrop
		if s == dictionary.Goods || s == dictionary.Pack {
			k.senses[i] = dictionary.PolicyKeep
		}
		if s == dictionary.OtherGoods && c.Disposition == dictionary.Prohibited {
			k.senses[i] = dictionary.PolicyKeep
		}
		if p, ok := c.Senses[s]; ok {
			k.senses[i] = p
		}
	}
	for _, name := range c.Variants.Except {
		k.void |= stepNamed(name)
	}
	if r := c.Requires; r != nil && c.Disposition == dictionary.NeedsCategory {
		k.missing = &Missing{Category: r.Category, AnyOf: r.AnyOf}
	}
	return k
}

func stepNamed(name string) textnorm.Steps {
	for bit := textnorm.Steps(1); bit != 0; bit <<= 1 {
		if slices.Contains(bit.Names(), name) {
			return bit
		}
	}
	return 0
}

func remedyOf(c *dictionary.Class) dictionary.Remedy {
	if c.Remedy != nil {
		return *c.Remedy
	}
	switch c.Disposition {
	case dictionary.Prohibited:
		return dictionary.Remedy{
			Code:     "REMOVE_LISTING",
			Merchant: "该商品属于" + c.Name + "，法律法规禁止在网上销售，请下架；没有任何证照可以放行。",
			Operator: "核对命中词与商品图片后下架，按电子商务法第29条保存记录并报告。",
		}
	case dictionary.NeedsCategory:
		need := ""
		if c.Requires != nil {
			need = "“" + c.Requires.Category + "”类目"
			if docs := describeAnyOf(c.Requires.AnyOf); docs != "" {
				need += "（" + docs + "）"
			}
		}
		return dictionary.Remedy{
			Code:     "ADD_CATEGORY",
			Merchant: "该商品属于" + c.Name + "，请先取得" + need + "再上架。",
			Operator: "核验商家是否已取得" + need + "，证照主体、范围、有效期须一致。",
		}
	case dictionary.Notice:
		return dictionary.Remedy{
			Code:     "CARRY_DOCUMENT",
			Merchant: "可以上架；" + c.Notice,
			Operator: "抽查商品是否满足：" + c.Notice,
		}
	}
	return dictionary.Remedy{
		Code:     "HUMAN_REVIEW",
		Merchant: "该商品疑似" + c.Name + "，需人工审核，请补充参数、用途与来源证明。",
		Operator: "人工核对商品参数、图片与用途后决定。",
	}
}

func describeAnyOf(anyOf [][]string) string {
	sets := make([]string, len(anyOf))
	for i, docs := range anyOf {
		sets[i] = "《" + strings.Join(docs, "》+《") + "》"
	}
	return strings.Join(sets, " 或 ")
}

// sortEntries puts candidates first and gives one order whatever the order of
// the dictionary's maps.
func sortEntries(entries []entry) {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.class, b.class), cmp.Compare(a.ref, b.ref))
	})
}
