package qualification

import (
	"sync"

	"zhunru/screening/textnorm"
)

// A NoticeResult says what a notice of non-acceptance is worth under R-S06.
// The empty value is invalid.
type NoticeResult string

// The results.
const (
	NoticeAccepted NoticeResult = "accepted" // holds the required statement, and nothing speaks against it
	NoticeDoubtful NoticeResult = "doubtful" // a person must read it
	NoticeRefused  NoticeResult = "refused"  // does not hold the statement
)

// A Notice is how the text of a notice was read. Code is stable and distinct
// for each reason; Why says it in Chinese. Quote is the submitted text that
// decided, exactly what Span covers; both are empty where nothing did.
type Notice struct {
	Result NoticeResult
	Code   string
	Why    string
	Quote  string
	Span   *Span
}

// A NoticeReader reads 行政许可不予受理通知书 for the statement that R-S06
// demands. It is safe for concurrent use.
type NoticeReader struct {
	n       *textnorm.Normalizer
	words   *wordScanner
	classes []noticeClass
	phrases [len(acceptedSentences)][]rune
	misread [len(acceptedSentences)][][]rune // ocrConfusions of each rune
	heart   []rune
	after   [][]rune
	below   [][]rune // afterStatementLine
	scratch sync.Pool
}

// NewNoticeReader returns a reader that folds text with n.
func NewNoticeReader(n *textnorm.Normalizer) *NoticeReader {
	words, classes := noticeLexicon()
	r := &NoticeReader{
		n: n, words: newWordScanner(n, words), classes: classes,
		heart: []rune(n.String(heartOfStatement)),
	}
	for i, s := range acceptedSentences {
		r.phrases[i] = []rune(n.String(s))
		for _, c := range s {
			r.misread[i] = append(r.misread[i], []rune(n.String(ocrConfusions[c])))
		}
	}
	for _, s := range afterStatement {
		r.after = append(r.after, []rune(n.String(s)))
	}
	for _, s := range afterStatementLine {
		r.below = append(r.below, []rune(n.String(s)))
	}
	r.scratch.New = func() any { return new(noticeText) }
	return r
}

// Read judges the text of a notice. It accepts only one of the two sentences
// of R-S06, however it is wrapped, spaced or written in full width or
// traditional characters, where nothing in the notice limits, questions,
// reports or contradicts it. Other wording of the same sense, and a misread
// character, are doubtful. It takes time linear in the text and never panics.
func (r *NoticeReader) Read(text string) Notice {
	s := r.scratch.Get().(*noticeText)
	defer r.release(s)
	s.NoticeReader = r
	s.read(r.n, text)
	if len(s.Runes) == 0 {
		return Notice{
			Result: NoticeDoubtful, Code: "NOTICE_NO_TEXT",
			Why: "通知书没有可读的正文，无法核对 R-S06 要求的表述；请人工查看扫描件，并补录正文",
		}
	}
	s.tokenise()
	s.list = s.sentences(s.list[:0])
	s.found, s.quotes = [findingKinds]noticeFinding{}, quotation{}
	for i := range s.list {
		f := s.judge(s.list[i])
		if s.found[f.kind].kind == findsNothing {
			s.found[f.kind] = f
		}
	}
	return s.conclude()
}

// release keeps the memory of ordinary texts for the next one.
func (r *NoticeReader) release(s *noticeText) {
	s.Reset("")
	if cap(s.Runes) <= 1<<16 {
		r.scratch.Put(s)
	}
}

// A findingKind sorts what a sentence of a notice contributes.
type findingKind uint8

const (
	findsNothing findingKind = iota
	findsStatement
	findsDoubt    // says it is not needed, in other words or with a condition
	findsNegation // says it is needed
	findsOther    // speaks of another platform
	findsReason   // another reason for the refusal
	findsLaw      // cites the general duty of the law
	findsQuestion
	findsUnnamed // says it is not needed, of no platform
	findingKinds
)

// A noticeFinding is what one sentence contributes; its quote is the runes
// [from, to).
type noticeFinding struct {
	kind      findingKind
	code, why string
	from, to  int
}

// A noticeToken is a word of a notice, the runes [from, to).
type noticeToken struct {
	class    noticeClass
	from, to int
	out      bool // ends in 外
}

// noticeText is a notice while it is read.
type noticeText struct {
	*NoticeReader
	reading
	tokens []noticeToken
	list   []sentence
	found  [findingKinds]noticeFinding
	quotes quotation
}

// conclude weighs the findings. The kind of document comes first, then the
// statement and what speaks against it, then wording that a person must read,
// then the reasons to refuse.
func (s *noticeText) conclude() Notice {
	kind, titled := s.otherKind()
	if titled {
		return s.notice(NoticeRefused, kind)
	}
	if f := s.found[findsStatement]; f.kind != findsNothing {
		if against := s.against(kind); against.kind != findsNothing {
			return s.notice(NoticeDoubtful, against)
		}
		q, span := s.whole(f.from, f.to)
		return Notice{Result: NoticeAccepted, Code: "NOTICE_ACCEPTED", Why: f.why, Quote: q, Span: span}
	}
	if f := s.found[findsDoubt]; f.kind != findsNothing {
		return s.notice(NoticeDoubtful, f)
	}
	if f := s.broken(); f.kind != findsNothing {
		return s.notice(NoticeDoubtful, f)
	}
	if kind.kind != findsNothing && !s.has(wordRight) {
		return s.notice(NoticeRefused, kind)
	}
	for _, k := range [...]findingKind{findsNegation, findsOther, findsReason, findsLaw} {
		if f := s.found[k]; f.kind != findsNothing {
			return s.notice(NoticeRefused, f)
		}
	}
	none := noticeFinding{
		code: "NOTICE_NO_SENTENCE",
		why:  "通知书中没有“微信小程序不需取得电信业务经营许可证”或“利用微信平台服务不需取得电信业务经营许可证”的表述（R-S06），不能作为资质；请提交写明该内容的不予受理通知书",
	}
	for _, k := range [...]findingKind{findsQuestion, findsUnnamed} {
		if f := s.found[k]; f.kind != findsNothing {
			none.code, none.why, none.from, none.to = f.code, f.why, f.from, f.to
			break
		}
	}
	return s.notice(NoticeRefused, none)
}

func (s *noticeText) notice(result NoticeResult, f noticeFinding) Notice {
	q, span := s.quote(f.from, f.to, f.from)
	return Notice{Result: result, Code: f.code, Why: f.why, Quote: q, Span: span}
}

// against returns what elsewhere in the notice speaks against the statement.
func (s *noticeText) against(kind noticeFinding) noticeFinding {
	for _, k := range [...]findingKind{findsNegation, findsDoubt} {
		if g := s.found[k]; g.kind != findsNothing && (k == findsNegation || g.code != "NOTICE_PARAPHRASE") {
			return noticeFinding{findsDoubt, "NOTICE_CONTRADICTED", "通知书写有不需取得许可证的表述，但另有一句与它矛盾或加以限制，须人工通读全文核对（R-S06）", g.from, g.to}
		}
	}
	unlike := kind.kind != findsNothing && !s.has(wordRight)
	for _, t := range s.tokens {
		code, why := "", ""
		switch {
		case t.class == wordReported:
			code, why = "NOTICE_REPORTED", whyReported
		case t.class == wordExcept || t.class == wordReject:
			code, why = "NOTICE_CONDITIONAL", "通知书另有一句可能限制或推翻不需取得许可证的表述，须人工通读全文核对（R-S06）"
		case t.class == wordGranted || t.class == wordOtherKind && unlike:
			code, why = "NOTICE_KIND_UNCLEAR", "通知书含有其他文书的字样，须人工确认它是《行政许可不予受理通知书》（R-S06）"
		default:
			continue
		}
		in := s.sentenceOf(t.from)
		return noticeFinding{findsDoubt, code, why, in.from, in.to}
	}
	return noticeFinding{}
}
