package dictionary_test

import (
	"slices"
	"strings"
	"testing"

	"zhunru/dictionaries"
	"zhunru/screening/dictionary"
)

const goodCategories = `profiles:
  - id: first
    name: 口径甲
    effective: "2022-11-23"
    label: first 2022-11-23
    default: true
    citations: [{source: 测试法, verified: true}]
  - id: later
    name: 口径乙
    effective: "2026-02-21"
    label: later 2026-02-21
    citations: [{source: 测试法, verified: true}]
categories:
  - name: 集市
    aliases: [大集]
    routes:
      - id: A
        name: 持证
        rule: R-S02
        groups:
          - id: licence
            name: 许可
            rule: R-S02
            core: true
            any_of: [[魔法许可证], [魔法备案]]
            remedy: 申请许可证。
            conditions:
              - {document: 魔法许可证, field: scope, services: [B21], rule: R-S03, why: 范围须含魔法, profiles: [later]}
          - {id: rules, name: 规则, rule: R-S08, any_of: [[魔法守则]], remedy: 制定守则。, profiles: [first]}
          - {id: rules, name: 规则, rule: R-S08, absent: warn, any_of: [[魔法守则]], remedy: 制定守则。, profiles: [later]}
      - id: B
        name: 凭通知书
        rule: R-S05
        groups:
          - {id: notice, name: 通知书, rule: R-S05, core: true, any_of: [[不予受理书]], remedy: 提交申请。}
  - name: 小摊
    needs: [集市]
    any_of: [[魔法备案]]
    conditions:
      - {document: 备案回执, field: scope, contains: [魔法], breach: review, why: 范围须含魔法}
`

const goodDocuments = `documents:
  - name: 魔法许可证
    fields: [number, holder, scope]
    formats: ['{province}魔{A}-{d4-8}{opt:号}']
    examples: [粤魔B-20200001号]
    years: 5
    renewal: 90
  - {name: 魔法备案, aliases: [备案回执], perpetual: true}
  - {name: 魔法守则, content: agreement}
  - {name: 不予受理书, content: notice}
  - {name: 补正书, mistaken_as: 不予受理书}
`

// requirementProblems lints a dictionary whose requirements are as given.
func requirementProblems(t *testing.T, categories, documents string) dictionary.Problems {
	t.Helper()
	return dictionary.Lint(load(t, tree(goodClass, "categories/a.yaml", categories, "documents/a.yaml", documents)))
}

func TestLintPassesGoodRequirements(t *testing.T) {
	t.Parallel()
	if problems := requirementProblems(t, goodCategories, goodDocuments); len(problems) > 0 {
		t.Error(problems)
	}
}

// Each case spoils one thing. line is where the problem must be reported: the
// line that holds this text after the change.
func TestLintRequirements(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, rule, old, new, line string }{
		{"unknown document in a group", "unknown-document", "[[魔法许可证], [魔法备案]]", "[[魔法许可证], [无此证]]", "无此证"},
		{"unknown document in any_of", "unknown-document", "any_of: [[魔法备案]]", "any_of: [[魔法备案], [无此证]]", "无此证"},
		{"empty document set in a group", "empty-set", "[[魔法守则]], remedy: 制定守则。, profiles: [first]", "[[]], remedy: 制定守则。, profiles: [first]", "any_of: [[魔法许可证]"},
		{"unknown document in a condition", "unknown-document", "{document: 备案回执", "{document: 无此证", "无此证"},
		{"condition on a document that no set names", "idle-condition", "{document: 备案回执", "{document: 魔法守则", "document: 魔法守则"},
		{"condition without a demand", "condition", "contains: [魔法], ", "", "document: 备案回执"},
		{"condition with two demands", "condition", "contains: [魔法]", "contains: [魔法], services: [B21]", "document: 备案回执"},
		{"condition without a message", "condition", ", breach: review, why: 范围须含魔法", ", breach: review, why: ''", "document: 备案回执"},
		{"condition on an unknown field", "unknown-field", "field: scope, contains", "field: colour, contains", "field: colour"},
		{"condition under an unknown profile", "unknown-profile", "profiles: [later]}\n          - {id", "profiles: [never]}\n          - {id", "never"},
		{"group under an unknown profile", "unknown-profile", "profiles: [first]", "profiles: [never]", "never"},
		{"route under an unknown profile", "unknown-profile", "        name: 凭通知书", "        name: 凭通知书\n        profiles: [first, later, never]", "never"},
		{"unknown telecom service", "unknown-service", "[B21]", "[B99]", "B99"},
		{"unknown breach", "unknown-severity", "breach: review", "breach: maybe", "breach: maybe"},
		{"absence that nothing reads", "unknown-severity", "absent: warn", "absent: review", "absent: review"},
		{"any_of beside routes", "any-of-and-routes", "    aliases: [大集]", "    any_of: [[魔法备案]]", "routes:"},
		{"conditions without any_of", "unread-field", "    any_of: [[魔法备案]]\n", "", "name: 小摊"},
		{"several routes, one without a core", "no-core", "rule: R-S05, core: true", "rule: R-S05", "id: B"},
		{"core that only holds under one profile", "no-core", "rule: R-S05, core: true", "rule: R-S05, core: true, profiles: [first]", "id: B"},
		{"no route under a profile", "no-route", "    needs: [集市]\n    any_of: [[魔法备案]]\n    conditions:\n      - {document: 备案回执, field: scope, contains: [魔法], breach: review, why: 范围须含魔法}\n",
			"    routes:\n      - {id: A, name: 持备案, profiles: [first], groups: [{id: g, name: 备案, any_of: [[魔法备案]], remedy: 办理备案。}]}\n", "routes:"},
		{"two routes of one id", "duplicate-route", "      - id: B", "      - id: A", "id: A"},
		{"two groups of one id under a profile", "duplicate-group", "profiles: [first]", "profiles: [first, later]", "id: rules"},
		{"core that may be absent", "optional-core", "rule: R-S05, core: true", "rule: R-S05, core: true, absent: warn", "id: notice"},
		{"group without a remedy", "incomplete-group", ", remedy: 提交申请。", "", "id: notice"},
		{"route without a name", "incomplete-route", "        name: 凭通知书\n", "", "routes:"},
		{"unknown seed rule", "unknown-rule", "rule: R-S03", "rule: R-S30", "R-S30"},
		{"needs of an unknown category", "unknown-category", "needs: [集市]", "needs: [无此类目]", "needs:"},
		{"needs named by an alias", "unknown-category", "needs: [集市]", "needs: [大集]", "needs:"},
		{"category that needs itself", "needs-cycle", "needs: [集市]", "needs: [小摊]", "needs:"},
		{"alias of two categories", "duplicate-category", "aliases: [大集]", "aliases: [小摊]", "小摊]"},
		{"no default profile", "default-profile", "    default: true\n", "", ""},
		{"two default profiles", "default-profile", "    label: later 2026-02-21", "    label: later 2026-02-21\n    default: true", "default: true"},
		{"profile with no such date", "profile-date", `effective: "2026-02-21"`, `effective: "2026-02-30"`, "2026-02-30"},
		{"profile without a label", "profile", "    label: later 2026-02-21\n", "", "name: 口径乙"},
		{"two profiles of one id", "profile", "id: later", "id: first", "id: first"},
		{"profile of an unknown source", "unknown-source", "label: later 2026-02-21\n    citations: [{source: 测试法", "label: later 2026-02-21\n    citations: [{source: 无此法", "无此法"},
		{"profile without a source", "no-citation", "    label: first 2022-11-23\n    default: true\n    citations: [{source: 测试法, verified: true}]", "    label: first 2022-11-23\n    default: true", "id: first"},

		{"document nobody asks for", "dead-document", "  - {name: 补正书, mistaken_as: 不予受理书}", "  - {name: 补正书}", "补正书"},
		{"mistaken for an unknown document", "unknown-document", "mistaken_as: 不予受理书", "mistaken_as: 无此证", "无此证"},
		{"mistaken for an alias", "unknown-document", "mistaken_as: 不予受理书", "mistaken_as: 备案回执", "mistaken_as: 备案回执"},
		{"unknown field of a document", "unknown-field", "fields: [number, holder, scope]", "fields: [number, owner]", "owner"},
		{"field listed twice", "unknown-field", "fields: [number, holder, scope]", "fields: [number, number]", "fields:"},
		{"unknown content test", "unknown-content", "content: notice", "content: poem", "content: poem"},
		{"document of an unknown source", "unknown-source", "content: notice", "content: notice, citations: [{source: 无此法, verified: true}]", "无此法"},
		{"format without an example", "no-example", "    examples: [粤魔B-20200001号]\n", "", "formats:"},
		{"brace that is not closed", "format", "{opt:号}'", "{opt:号'", "{opt:号"},
		{"brace that was not opened", "format", "{province}魔", "province}魔", "province}魔"},
		{"unknown token", "format", "{d4-8}", "{digits}", "{digits}"},
		{"count that goes down", "format", "{d4-8}", "{d8-4}", "{d8-4}"},
		{"count of nothing", "format", "{d4-8}", "{d0}", "{d0}"},
		{"empty alternative", "format", "{province}魔", "{粤||桂}魔", "{粤||桂}"},
		{"unknown token in an optional part", "format", "{opt:号}", "{opt:{year}{q}号}", "{q}"},
		{"negative term", "term", "years: 5", "years: -5", "years: -5"},
		{"renewal longer than the term", "term", "renewal: 90", "renewal: 1825", "renewal: 1825"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			categories := strings.Replace(goodCategories, tt.old, tt.new, 1)
			documents := strings.Replace(goodDocuments, tt.old, tt.new, 1)
			if (categories == goodCategories) == (documents == goodDocuments) {
				t.Fatalf("the case replaces %q, which is not there once", tt.old)
			}
			changed := categories + documents
			problems := requirementProblems(t, categories, documents)
			i := slices.IndexFunc(problems, func(p dictionary.Problem) bool { return p.Rule == tt.rule })
			if i < 0 {
				t.Fatalf("not reported; problems: %v", problems)
			}
			if documents != goodDocuments {
				changed = documents
			}
			if got := lineOf(changed, problems[i].Line); tt.line != "" && !strings.Contains(got, tt.line) {
				t.Errorf("reported at line %d %q, want the line with %q: %s", problems[i].Line, got, tt.line, problems[i])
			}
		})
	}
}

func lineOf(text string, line int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	return lines[line-1]
}

// Wherever categories are defined, a cycle through several of them is found.
func TestLintFindsALongCycle(t *testing.T) {
	t.Parallel()
	problems := requirementProblems(t, strings.Replace(goodCategories, "    aliases: [大集]", "    needs: [小摊]", 1), goodDocuments)
	n := 0
	for _, p := range problems {
		if p.Rule == "needs-cycle" {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d categories of a cycle of two are reported: %v", n, problems)
	}
}

func TestLintPassesTheBuiltInDictionary(t *testing.T) {
	t.Parallel()
	d := load(t, dictionaries.FS)
	for _, p := range dictionary.Lint(d) {
		t.Error(p)
	}
	if n := len(d.Documents); n < 60 {
		t.Errorf("%d document types, at least 60 are needed", n)
	}
}
