package qualification_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

var registry = sync.OnceValues(func() (*qualification.Registry, error) {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		return nil, err
	}
	return qualification.NewRegistry(d)
})

func builtIn(tb testing.TB) *qualification.Registry {
	tb.Helper()
	r, err := registry()
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

const subjectName = "深圳示例科技有限公司"

// validDocuments are documents of the platform category that count on any day
// of 2026, by the route they belong to ("" for both).
func validDocuments() map[string][]qualification.Document {
	plain := func(types ...string) (out []qualification.Document) {
		for _, t := range types {
			out = append(out, qualification.Document{Type: t, Holder: subjectName, Text: "见附件", IssuedOn: "2025-01-01", Number: ""})
		}
		return out
	}
	return map[string][]qualification.Document{
		"A": {{
			Type: "增值电信业务经营许可证", Number: "粤B2-20240001", Holder: subjectName, Issuer: "广东省通信管理局",
			Scope: []string{"在线数据处理与交易处理业务（仅限经营类电子商务）"}, IssuedOn: "2024-03-01", ValidUntil: "2029-03-01",
		}},
		"B": append(plain("业务发展和实施计划及技术方案专用表格", "电信业务经营许可证申请表", "公司及人员情况表",
			"网络与信息安全保障措施", "股东追溯及其相关证明材料", "依法经营电信业务承诺书"),
			qualification.Document{Type: "行政许可不予受理通知书", Holder: subjectName, Issuer: "广东省通信管理局", IssuedOn: "2025-01-01", Number: "",
				Text: "经审查，微信小程序不需取得电信业务经营许可证，决定不予受理。"},
			qualification.Document{Type: "营业执照", Holder: subjectName, Number: "91440300MA5EXAMP0C", USCC: "91440300MA5EXAMP0C", IssuedOn: "2019-05-06", ValidUntil: "长期", Issuer: "深圳市市场监督管理局"}),
		"": {
			{Type: "电商平台服务协议与交易规则"}, {Type: "对入驻经营者的审核要求或规范文件"}, {Type: "对用户交易纠纷处理的机制或方案"},
		},
	}
}

// spoilt are documents with something wrong, to be among the others.
func spoilt() []qualification.Document {
	good := validDocuments()
	expired, foreign, narrow, notice := good["A"][0], good["A"][0], good["A"][0], good["B"][6]
	expired.ValidUntil = "2025-12-31"
	foreign.Holder = "乙公司"
	narrow.Scope = []string{"国内呼叫中心业务"}
	notice.Text = "材料不齐，不予受理。"
	return []qualification.Document{
		expired, foreign, narrow, notice,
		{Type: "营业执照", Holder: "乙公司"}, {Type: "不予许可决定书", Holder: subjectName}, {Type: "没有这种文件"},
		{Type: "电商平台服务协议与交易规则", Text: "目录"}, {Type: "食品经营许可证"},
	}
}

func allValid() []qualification.Document {
	good := validDocuments()
	return slices.Concat(good["A"], good["B"], good[""])
}

func dossierOf(docs []qualification.Document) *qualification.Dossier {
	return &qualification.Dossier{
		Subject:  qualification.Subject{Name: subjectName, USCC: "91440300MA5EXAMP0C", Place: "广东省深圳市"},
		ApplyFor: "电商平台", Documents: docs,
	}
}

func outcomeOf(tb testing.TB, d *qualification.Dossier, on qualification.Date) qualification.Answer {
	tb.Helper()
	a, err := builtIn(tb).Evaluate(d, "", "", on)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

func day(tb testing.TB, s string) qualification.Date {
	tb.Helper()
	d, _, flaw := qualification.ParseDate(s)
	if flaw != nil {
		tb.Fatal(flaw.Why)
	}
	return d
}

// randomDossier draws documents of all kinds.
func randomDossier(r *rand.Rand) []qualification.Document {
	pool := append(allValid(), spoilt()...)
	r.Shuffle(len(pool), func(i, k int) { pool[i], pool[k] = pool[k], pool[i] })
	return pool[:r.IntN(len(pool)+1)]
}

func TestEveryValidDocumentIsValid(t *testing.T) {
	t.Parallel()
	a := outcomeOf(t, dossierOf(allValid()), day(t, "2026-06-01"))
	if a.Outcome != qualification.MayApply {
		t.Fatalf("%s: %+v", a.Outcome, a.Routes)
	}
	for _, r := range a.Routes {
		if r.Outcome != qualification.MayApply {
			t.Errorf("route %s %s: invalid %v, missing %v, review %v", r.ID, r.Outcome, r.Invalid, r.Missing, r.Review)
		}
	}
}

func TestAddingAValidDocumentNeverWorsensAndRemovingOneNeverImproves(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	on := day(t, "2026-06-01")
	good := allValid()
	for range 3000 {
		docs := randomDossier(r)
		before := outcomeOf(t, dossierOf(docs), on)
		added := good[r.IntN(len(good))]
		after := outcomeOf(t, dossierOf(slices.Insert(slices.Clone(docs), r.IntN(len(docs)+1), added)), on)
		if before.Outcome.Better(after.Outcome) {
			t.Fatalf("adding %s to %s: %s → %s", added.Type, types(docs), before.Outcome, after.Outcome)
		}
	}
}

func TestMovingPastAnExpiryNeverImproves(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 1500 {
		docs := randomDossier(r)
		early := outcomeOf(t, dossierOf(docs), day(t, "2029-03-01"))
		late := outcomeOf(t, dossierOf(docs), day(t, "2029-03-02"))
		if late.Outcome.Better(early.Outcome) {
			t.Fatalf("%s: %s → %s", types(docs), early.Outcome, late.Outcome)
		}
	}
}

func TestDocumentsOfOneRouteNeverCompleteTheOther(t *testing.T) {
	t.Parallel()
	good := validDocuments()
	on := day(t, "2026-06-01")
	for id, other := range map[string]string{"A": "B", "B": "A"} {
		a := outcomeOf(t, dossierOf(slices.Concat(good[other], good[""])), on)
		for _, r := range a.Routes {
			if r.ID == id && r.Outcome.Better(qualification.Incomplete) {
				t.Errorf("route %s is %s with the documents of %s", id, r.Outcome, other)
			}
		}
	}
}

func TestEveryWayOutPasses(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	on := day(t, "2026-06-01")
	for range 1000 {
		docs := randomDossier(r)
		for _, way := range outcomeOf(t, dossierOf(docs), on).PassesIf {
			if a := outcomeOf(t, dossierOf(walk(t, docs, way)), on); a.Outcome != qualification.MayApply {
				t.Fatalf("%s: after %v still %s: %+v", types(docs), way, a.Outcome, a.Routes)
			}
		}
	}
}

// walk makes the changes of a way out.
func walk(t *testing.T, docs []qualification.Document, way []qualification.Change) []qualification.Document {
	docs = slices.Clone(docs)
	for _, c := range way {
		i := slices.IndexFunc(allValid(), func(d qualification.Document) bool { return d.Type == c.Document })
		if i < 0 {
			if c.Document == "电信主管部门要求提交的其他材料" || c.Document == "跨地区增值电信业务经营许可证" {
				docs = append(docs, qualification.Document{Type: c.Document, Holder: subjectName, Number: "B2-20240001", Issuer: "工业和信息化部",
					Scope: []string{"在线数据处理与交易处理业务"}, IssuedOn: "2024-03-01", ValidUntil: "2029-03-01"})
				continue
			}
			t.Fatalf("no valid %s", c.Document)
		}
		docs = append(docs, allValid()[i])
	}
	return docs
}

func types(docs []qualification.Document) string {
	names := make([]string, len(docs))
	for i := range docs {
		names[i] = docs[i].Type
	}
	return fmt.Sprint(names)
}

func BenchmarkEvaluate(b *testing.B) {
	r, on := builtIn(b), day(b, "2026-06-01")
	d := dossierOf(allValid())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Evaluate(d, "", "", on); err != nil {
			b.Fatal(err)
		}
	}
}
