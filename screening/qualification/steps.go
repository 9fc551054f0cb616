package qualification

import (
	"fmt"
	"slices"
)

// Names of the categories that rules of the seed document speak of.
const (
	categoryPlatform = "电商平台"
	categoryLive     = "社交-直播"
)

// live answers which live-streaming components may be used with the categories
// held, counting the one applied for if it passes (R-S20, R-S21).
func (b *bench) live(a *Answer) Live {
	if b.d.Subject.Kind == "merchant" {
		return Live{} // a question of the platform's own mini-program
	}
	has := func(category string) bool {
		return b.holds(category) || a.Category == category && a.Outcome == MayApply
	}
	switch platform, social := has(categoryPlatform), has(categoryLive); {
	case platform && social:
		return Live{Plugin: true, Standard: true, Rule: "R-S21", Why: "同时具备电商平台与社交-直播类目，可使用云直播插件，也可使用标准直播和直播标签（R-S21）"}
	case platform:
		return Live{Plugin: true, Rule: "R-S20", Why: "只有电商平台类目，可使用云直播插件（R-S20）；使用标准直播还须社交-直播类目（R-S21）"}
	case social:
		return Live{Rule: "R-S21", Why: "只有社交-直播类目，缺少电商平台类目，云直播插件和标准直播都不能使用（R-S20、R-S21）"}
	}
	return Live{Rule: "R-S20", Why: "尚无电商平台类目，不能使用云直播插件（R-S20）；标准直播须同时具备电商平台与社交-直播类目（R-S21）"}
}

// nextSteps is the checklist of the seed document for the platform category,
// and of the nearest way out for any other.
func (b *bench) nextSteps(a *Answer, p *plan) []Step {
	if p.category.Name == categoryPlatform {
		return b.platformSteps(a)
	}
	steps := []Step{}
	for _, c := range firstWay(a) {
		steps = append(steps, Step{Rule: c.Rule, Text: c.Text})
	}
	return append(steps, Step{Done: a.Outcome == MayApply && b.holds(p.category.Name),
		Text: fmt.Sprintf("提交“%s”类目的申请", p.category.Name)})
}

func firstWay(a *Answer) []Change {
	if len(a.PassesIf) == 0 {
		return nil
	}
	return a.PassesIf[0]
}

// platformSteps follows the seed document: obtain a licence or the notice, keep
// the application file, write the platform's own rules, hand them in from the
// verified entity's account, choose the category.
func (b *bench) platformSteps(a *Answer) []Step {
	licensed := coreDone(a, "A")
	noticed := coreDone(a, "B")
	steps := []Step{{
		Rule: "R-S01", Done: a.Outcome == MayApply,
		Text: "路线A（许可证）与路线B（不予受理通知书）2选1，齐备其中一条即可，两条路线的文件不能拼凑（R-S01）",
	}, {
		Rule: "R-S12", Done: licensed,
		Text: "已有核准业务在范围内的《增值电信业务经营许可证》的，跳过向主管部门申请的步骤，只需准备平台规则（R-S12）",
	}}
	if !licensed {
		steps = append(steps,
			Step{"R-S05", noticed, "向注册地通信管理局申请增值电信业务经营许可：获批得到许可证，不需许可的得到《行政许可不予受理通知书》（R-S05）"},
			Step{"R-S06", noticed, "核对通知书写明“微信小程序不需取得电信业务经营许可证”或“利用微信平台服务不需取得电信业务经营许可证”之意，否则无效（R-S06）"},
			Step{"R-S09", b.counts("电信主管部门要求提交的其他材料"), "向通信管理局确认有无地方要求的其他材料；有的一并保存提交（R-S09）"})
	}
	return append(steps,
		Step{"R-S04", b.rulesDone(), "写好平台规则：服务协议与交易规则、入驻审核规范、纠纷处理机制（R-S04、R-S14至R-S16）"},
		Step{"R-S10", a.tried() && !a.broken("R-S10"), "用申请材料上的主体认证的小程序账号提交，名称与统一社会信用代码须一致（R-S10）"},
		Step{"R-S11", a.tried() && !a.broken("R-S11"), "核对签发机关为主体注册地的主管部门，或持有跨地区许可证（R-S11）"},
		Step{"R-S13", b.holds(categoryPlatform), "在小程序后台添加类目：电商平台 > 电商平台（R-S13）"},
		Step{"R-S17", false, "商家销售医疗器械或非处方药的，另添加相应医疗类目（R-S17）；催情香水、催情药品等违法商品一律不得提供（R-S18）"},
	)
}

// coreDone reports whether a route's core document counts.
func coreDone(a *Answer, id string) bool {
	for i := range a.Routes {
		if t := &a.Routes[i]; t.ID == id && t.tried {
			for _, h := range t.Held {
				if h.core {
					return true
				}
			}
		}
	}
	return false
}

func (b *bench) counts(name string) bool {
	kind, ok := b.r.kindOf(name)
	for i := range b.docs {
		if ok && b.docs[i].kind == kind && b.docs[i].state == valid {
			return true
		}
	}
	return false
}

// rulesDone reports whether the three platform-rule documents count.
func (b *bench) rulesDone() bool {
	done := map[string]bool{}
	for i := range b.docs {
		j := &b.docs[i]
		if j.kind >= 0 && j.state == valid {
			done[b.r.types[j.kind].Content] = true
		}
	}
	return done["agreement"] && done["admission"] && done["dispute"]
}

// tried reports whether the applicant took any route.
func (a *Answer) tried() bool {
	return slices.ContainsFunc(a.Routes, func(r RouteAnswer) bool { return r.tried })
}

// broken reports whether a rule stands against the application on any route
// that was tried.
func (a *Answer) broken(rule string) bool {
	for i := range a.Routes {
		if t := &a.Routes[i]; t.tried {
			for _, f := range append(append([]Fault{}, t.Invalid...), t.Review...) {
				if f.Rule == rule {
					return true
				}
			}
		}
	}
	return false
}
