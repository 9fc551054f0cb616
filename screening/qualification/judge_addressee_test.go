package qualification_test

import (
	"slices"
	"strings"
	"testing"

	"zhunru/screening/qualification"
)

// R-S10: a notice addressed to somebody else needs a person, also where nobody
// filled in its holder.
func TestNoticeAddressee(t *testing.T) {
	t.Parallel()
	const sentence = "微信小程序不需取得电信业务经营许可证，决定不予受理。"
	tests := []struct {
		name, holder, text string
		want               bool // ADDRESSEE_MISMATCH
	}{
		{"addressed to the subject", "", subjectName + "：\n" + sentence, false},
		{"its name broken over lines", "", "深圳示例科技有\n限公司：\n" + sentence, false},
		{"its name in full width spaces", "", "深圳　示例科技　有限公司:\n" + sentence, false},
		{"addressed to nobody", "", sentence, false},
		{"the authority's line is no addressee", "", "抄送：工业和信息化部\n" + sentence, false},
		{"a company inside a sentence", "", "经查，广州别家贸易有限公司不同：" + sentence, false},
		{"addressed to another company", "", "行政许可不予受理通知书\n  广州别家贸易有限公司：\n" + sentence, true},
		{"addressed to another company on the line of the sentence", "", "广州别家贸易有限公司:" + sentence, true},
		{"addressed to another company, holder entered as the subject", subjectName, "广州别家贸易有限公司：" + sentence, true},
		{"a line of colons", "", strings.Repeat("：", 1<<16) + sentence, false},
		{"what is not UTF-8 names nobody", "", "\xff\xfe有限公司\xff：" + sentence, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := &qualification.Dossier{
				Subject: qualification.Subject{Name: subjectName}, ApplyFor: "电商平台",
				Documents: []qualification.Document{{Type: "行政许可不予受理通知书", Holder: tt.holder, Text: tt.text}},
			}
			a, err := builtIn(t).Evaluate(d, "", "", day(t, "2026-11-23"))
			if err != nil {
				t.Fatal(err)
			}
			got := slices.ContainsFunc(a.Routes[1].Review, func(f qualification.Fault) bool {
				return f.Code == "ADDRESSEE_MISMATCH" && f.Rule == "R-S10"
			})
			if got != tt.want {
				t.Errorf("Evaluate says ADDRESSEE_MISMATCH = %v, want %v; review: %+v", got, tt.want, a.Routes[1].Review)
			}
		})
	}
}

func TestReadDossierRefusesUnknownKind(t *testing.T) {
	t.Parallel()
	for kind, ok := range map[string]bool{"": true, "platform": true, "merchant": true, "Merchant": false, "商家": false} {
		_, err := qualification.ReadDossier("d.json", []byte(`{"subject":{"name":"甲公司","kind":"`+kind+`"},"apply_for":"电商平台","documents":[]}`))
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "subject.kind") {
			t.Errorf("ReadDossier with kind %q: %v, want accepted = %v and subject.kind named", kind, err, ok)
		}
	}
}

// The names by which seed-rules.md and applicants call the documents.
func TestTypeByWhatPeopleCallIt(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"ICP": "增值电信业务经营许可证", "icp证": "增值电信业务经营许可证", "增值电信业务经营许可证（ICP）": "增值电信业务经营许可证",
		"行政许可申请不予受理通知书": "行政许可不予受理通知书", "电商平台服务协议和交易规则": "电商平台服务协议与交易规则",
		"对入驻经营者的审核要求": "对入驻经营者的审核要求或规范文件", "用户交易纠纷处理机制": "对用户交易纠纷处理的机制或方案",
		"营业执照（副本）": "营业执照", "股东追溯及其相关证明材料（如公司章程、股权结构、股东情况）": "股东追溯及其相关证明材料",
		"ICP备案": "", "受理通知": "",
	}
	for name, want := range tests {
		got := ""
		if d, ok := builtIn(t).Type(name); ok {
			got = d.Name
		}
		if got != want {
			t.Errorf("Type(%q) = %q, want %q", name, got, want)
		}
	}
}
