package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
)

// TestDossiersNameEveryRule counts the cases that expect each rule of the seed
// document, which TestDossiers holds against the judgement, and that write it.
func TestDossiersNameEveryRule(t *testing.T) {
	t.Parallel()
	cases := allCases(t)
	for n := 1; n <= 23; n++ {
		rule := fmt.Sprintf("R-S%02d", n)
		var by []string
		for _, c := range cases {
			expected := slices.ContainsFunc(c.expect, func(item string) bool { return strings.HasPrefix(item, rule) })
			if expected && strings.Contains(c.want, rule) {
				by = append(by, filepath.Base(c.path))
			}
		}
		if len(by) < 2 {
			t.Errorf("%s (%s) is named by %v, want at least two cases", rule, seedRuleSubject[n], by)
		}
	}
}

// seedRuleSubject says what a rule is about, for the message of the test above.
var seedRuleSubject = [...]string{"", "两条路线", "许可证", "核准范围", "平台规则", "通知书", "通知书措辞", "申请材料", "平台规则也用于路线B", "材料⑧", "主体一致", "注册地", "已有许可证", "选择类目", "服务协议", "审核规范", "纠纷处理", "医疗类目", "违法商品", "处方药", "云直播插件", "标准直播", "规则版本", "有效期"}

// TestDossiersFromTheCommandLine runs some cases as a user does, the rest of
// which TestDossiers runs with a registry that is built once.
func TestDossiersFromTheCommandLine(t *testing.T) {
	t.Parallel()
	dict := dictionaryForChecks(t)
	for _, name := range []string{"01-licence-ecommerce-scope", "12-both-routes-half-complete", "22-profile-flag-overrides-dossier", "160-forecast-renewal-and-expiry", "180-english-labels", "190-fail-on", "211-folder-with-manifest"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := readCase(t, "../../testdata/dossiers/"+name+".txtar")
			got := c.run(t, dict)
			if diff := cmp.Diff(&screened{c.exit, c.want, ""}, got, cmp.AllowUnexported(screened{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDossierAnswerKeys holds the JSON of a check against the contract of the
// house (design.md): every key, with null and [] where there is nothing.
func TestDossierAnswerKeys(t *testing.T) {
	t.Parallel()
	dict := dictionaryForChecks(t)
	got := map[string]any{}
	c := readCase(t, "../../testdata/dossiers/182-json-of-both-routes.txtar")
	if err := json.Unmarshal([]byte(c.run(t, dict, "--forecast", "900").stdout), &got); err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(`category profile on outcome route nearest_route routes passes_if next_steps live forecast source disclaimer
		routes.0.id routes.0.outcome routes.0.held routes.0.missing routes.0.invalid routes.0.review routes.1.held.0.document
		routes.0.missing.0.document routes.0.missing.0.rule routes.0.missing.0.why routes.0.invalid.0.document routes.0.invalid.0.rule
		routes.0.invalid.0.why routes.0.invalid.0.span.byte.1 routes.0.invalid.0.span.rune.1 routes.0.review.0.why
		passes_if.0.0.action passes_if.0.0.document passes_if.0.0.text next_steps.0.rule next_steps.0.done next_steps.0.text
		live.plugin live.standard live.why forecast.0.on forecast.0.kind forecast.0.text`) {
		if !hasPath(got, strings.Split(path, ".")) {
			t.Errorf("no %s in the answer", path)
		}
	}
	if got["route"] != nil || got["nearest_route"] != "A" || got["on"] != "2026-11-23" || got["outcome"] != string(qualification.Rejected) {
		t.Errorf("route %v, nearest_route %v, on %v, outcome %v", got["route"], got["nearest_route"], got["on"], got["outcome"])
	}
}

// TestDossierAnswerReadsBack holds that --json loses nothing of the answer.
func TestDossierAnswerReadsBack(t *testing.T) {
	t.Parallel()
	dict := dictionaryForChecks(t)
	for _, path := range []string{"../../testdata/dossiers/181-json-of-a-pass.txtar", "../../testdata/dossiers/182-json-of-both-routes.txtar"} {
		c := readCase(t, path)
		dec := json.NewDecoder(strings.NewReader(c.run(t, dict).stdout))
		dec.DisallowUnknownFields()
		var got qualification.Answer
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(c.evaluate(t, registryOf(t, dict)))
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(again)); diff != "" {
			t.Errorf("%s (-evaluated +read back):\n%s", path, diff)
		}
	}
}

func hasPath(v any, path []string) bool {
	for _, key := range path {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[key]
			if !ok {
				return false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				return false
			}
			v = x[i]
		default:
			return false
		}
	}
	return true
}
