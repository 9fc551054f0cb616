package qualification

import (
	"fmt"
	"slices"
	"strings"
)

// Covers says whether a licence's scope covers the service with a code of the
// catalogue (R-S03), and why.
//
// B21 is covered by 在线数据处理与交易处理业务, limited to 经营类电子商务 or
// 交易处理 or not at all. B25, which stands for 互联网信息服务, is covered by
// 信息服务业务 without limits or limited to 互联网信息服务, and by
// 互联网信息服务业务. An exclusion that takes away the whole of it refuses;
// one that takes a part (信息搜索查询服务, 网络借贷信息中介类的…) does not. Any
// other code is covered by its name, unless excluded.
//
// why is a Chinese sentence that quotes the scope, whether yes or no; span and
// item tell where: the first service that covers, or else the first that bears
// the code. span is nil and item -1 if none does.
func Covers(scope []string, code string) (yes bool, why string, span *Span, item int) {
	name := catalogueName(code)
	if name == "" {
		return false, fmt.Sprintf("业务代码%s不在电信业务分类目录的增值电信业务中，请核对规则", quoted(code)), nil, -1
	}
	for i, s := range scope {
		if len(s) > maxScopeItem {
			return false, fmt.Sprintf("核准服务项目第%d项长达%d字节，无法审读，请只填证载业务种类", i+1, len(s)), nil, i
		}
	}
	var refused *Service
	services := Services(scope)
	for i := range services {
		s := &services[i]
		switch {
		case s.Code != code:
		case s.Covers:
			return true, fmt.Sprintf("核准服务项目%s属于%s（%s）", quoted(s.Quote), name, code), &s.At, s.Item
		case refused == nil:
			refused = s
		}
	}
	if refused != nil {
		return false, refused.Why, &refused.At, refused.Item
	}
	if strings.TrimSpace(strings.Join(scope, "")) == "" {
		return false, fmt.Sprintf("核准服务项目为空，无法证明含有%s（%s），请按证填写", name, code), nil, -1
	}
	return false, fmt.Sprintf("核准服务项目%s中没有%s（%s）", quoted(strings.Join(scope[:min(len(scope), maxShown)], "；")), name, code), nil, -1
}

// judge decides whether the service stands for its code.
func (s *Service) judge() {
	switch s.Code {
	case "B21":
		s.Why = s.refuseB21()
	case "B25":
		s.Why = s.refuseB25()
	default:
		if s.reach == reachOther {
			s.Why = fmt.Sprintf("%s不是%s（%s）", quoted(s.Quote), s.Name, s.Code)
		} else if x := s.excluded(wholeNames(s.Code)...); x != "" {
			s.Why = s.excludes(x)
		}
	}
	s.Covers = s.Why == ""
}

func (s *Service) excludes(item string) string {
	return fmt.Sprintf("%s写明不含%s，不能作为%s（%s）", quoted(s.Quote), quoted(item), s.wanted(), s.Code)
}

func (s *Service) wanted() string {
	if s.Code == "B25" {
		return "互联网信息服务业务"
	}
	return s.Name
}

func (s *Service) refuseB21() string {
	if s.reach == reachOther {
		return fmt.Sprintf("%s只是%s（B21）中的数据处理或交换，不含交易处理", quoted(s.Quote), s.Name)
	}
	if x := s.excluded(wholeNames(s.Code)...); x != "" {
		return s.excludes(x)
	}
	ok := func(item string) bool {
		return hasAnyOf(item, "电子商务", "交易处理", "EDI") && !strings.Contains(item, "非")
	}
	if len(s.Limits) > 0 && !slices.ContainsFunc(s.Limits, ok) {
		return fmt.Sprintf("%s仅限%s，没有写明经营类电子商务或交易处理，不能作为%s（B21）", quoted(s.Quote), quoted(strings.Join(s.Limits, "、")), s.Name)
	}
	return ""
}

// internetKinds are the five kinds of 信息服务 in the catalogue. A licence that
// excludes all of them leaves nothing.
var internetKinds = [...]string{"信息发布平台和递送服务", "信息搜索查询服务", "信息社区平台服务", "信息即时交互服务", "信息保护和处理服务"}

func (s *Service) refuseB25() string {
	if s.reach == reachOther {
		return quoted(s.Quote) + "不是互联网信息服务业务（B25）"
	}
	if x := s.excluded(wholeNames(s.Code)...); x != "" {
		return s.excludes(x)
	}
	left := slices.ContainsFunc(internetKinds[:], func(kind string) bool { return s.excluded(strings.TrimSuffix(kind, "服务"), kind) == "" })
	if !left {
		return s.excludes(strings.Join(s.Excludes, "、"))
	}
	if len(s.Limits) == 0 || slices.ContainsFunc(s.Limits, isInternet) {
		return ""
	}
	if s.reach == reachInternet && slices.ContainsFunc(s.Limits, func(item string) bool { return !isOtherNet(item) }) {
		return ""
	}
	return fmt.Sprintf("%s仅限%s，没有互联网信息服务，不能作为互联网信息服务业务（B25）", quoted(s.Quote), quoted(strings.Join(s.Limits, "、")))
}

// isInternet reports whether a limit names the internet's information services.
func isInternet(item string) bool {
	return hasAnyOf(item, "互联网", "因特网", "ICP") && !strings.Contains(item, "非")
}

// isOtherNet reports whether a limit names another network or a negation.
func isOtherNet(item string) bool {
	return hasAnyOf(item, "移动网", "固定网", "电话", "短信", "非")
}

// wholeNames lists what an exclusion must name to take away all that a code is
// asked for.
func wholeNames(code string) []string {
	switch code {
	case "B21":
		return []string{"在线数据处理与交易处理", "在线数据处理和交易处理", "交易处理", "交易/事务处理", "经营类电子商务", "电子商务"}
	case "B25":
		return []string{"互联网信息服务", "因特网信息服务", "国际互联网信息服务", "信息服务", "互联网", "ICP"}
	}
	return []string{strings.TrimSuffix(catalogueName(code), "业务")}
}

// excluded returns the exclusion that takes away one of the names as a whole,
// "" if none does. What is qualified (网络借贷信息中介类的互联网信息服务) is only a
// part of it.
func (s *Service) excluded(names ...string) string {
	for _, item := range s.Excludes {
		if slices.Contains(names, bare(item)) {
			return item
		}
		for piece := range strings.FieldsFuncSeq(item, func(r rune) bool { return strings.ContainsRune("和与及或以", r) }) {
			if slices.Contains(names, bare(piece)) {
				return item
			}
		}
		// 不含互联网信息服务业务的信息服务业务
		if head, tail, ok := strings.Cut(item, "的"); ok && strings.HasSuffix(bare(tail), "服务") && slices.Contains(names, bare(head)) {
			return item
		}
	}
	return ""
}

// bare takes off what does not qualify a service's name.
func bare(item string) string {
	for _, lead := range [...]string{"所有", "全部", "一切", "任何", "各类", "从事", "经营性", "提供"} {
		item = strings.TrimPrefix(item, lead)
	}
	for _, end := range [...]string{"等", "项目", "内容", "等", "业务", "类"} {
		item = strings.TrimSuffix(item, end)
	}
	return item
}
