package report

import "zhunru/screening"

func identityKind() Kind {
	return Kind{
		Name: "identity", Title: "平台内经营者身份信息报送",
		About: "《网络交易监督管理办法》第二十五条：每年一月和七月报送。每个平台内经营者一行，已登记的报代码，免登记的自然人报证件号和免登记类型；“缺项”列出法定而尚未取得的内容。",
		Columns: []Column{
			counted("registration", "登记情况", registrationTitle), text("name", "名称（姓名）", 28), text("uscc", "统一社会信用代码", 22),
			private("id_number", "身份证件号码", PrivateID, 22), private("address", "实际经营地址", PrivateAddress, 36), private("contact", "联系人", PrivateName, 12),
			private("phone", "联系方式", PrivatePhone, 16), text("shop_name", "网店名称", 24), text("shop_url", "网址链接", 36), text("exemption", "免登记类型", 16),
			text("merchant_id", "商家编号", 14), counted("state", "状态", merchantTitle), text("lacking", "缺项", 36),
		},
	}
}

func measuresKind() Kind {
	return Kind{
		Name: "measures", Title: "处置措施与公示", Period: "采取时间",
		About: "《网络交易监督管理办法》第三十条的公示内容。每件当前不得上架的商品、每个被停止服务的商家一行；措施持续至结论或状态改变。公示期限按周一至周五推算，未计节假日。",
		Columns: []Column{
			counted("measure", "措施", measureTitle), text("merchant_id", "商家编号", 14), text("merchant_name", "经营者名称", 28), text("shop_name", "网店名称", 24), text("shop_url", "网址链接", 36),
			text("listing_id", "商品编号", 18), private("title", "商品标题", PrivateText, 44), {Name: "conduct", Title: "违法行为", Type: TypeText, Width: 28, Count: true},
			text("citations", "依据", 48), moment("taken_at", "采取时间"), day("publish_by", "公示期限"), text("revision", "词典版本", 20),
		},
	}
}

func categoriesKind() Kind {
	return Kind{
		Name: "categories", Title: "类目台账", Period: "可售至", About: "谁在哪个类目可售到何时：每个商家、每个评定过的类目一行。",
		Columns: []Column{
			text("merchant_id", "商家编号", 14), text("merchant_name", "商家名称", 28), {Name: "category", Title: "类目", Type: TypeText, Width: 28, Count: true},
			counted("state", "评定", applicationTitle), day("since", "可售自"), day("until", "可售至"), text("missing", "缺少", 48), day("evaluated_on", "评定日"), text("profile", "口径", 16),
		},
	}
}

func runsKind() Kind {
	return Kind{
		Name: "runs", Title: "运行历史", Period: "发起时间", About: "每次重新筛查一行。",
		Columns: []Column{
			number("run", "运行"), counted("kind", "种类", runTitle), counted("state", "状态", runStateTitle), text("actor", "发起人", 20), day("on", "判定日"),
			summed("total", "商品数"), summed("done", "已筛查"), summed("changed", "理由变化"), summed("flipped", "结论变化"), summed("alarms", "告警"),
			moment("created_at", "发起时间"), moment("started_at", "开始时间"), moment("ended_at", "结束时间"), text("revision", "词典版本", 20), text("error", "错误", 36),
		},
	}
}

func coverageKind() Kind {
	return Kind{
		Name: "coverage", Title: "筛查覆盖", Period: "完成时间", About: "何时、按哪个词典版本筛查了哪些商品：每个完成的分块一行，摘要是该分块全部（商品、输入、结论）的 Merkle 根，与台账中的条目一致。",
		Columns: []Column{
			number("run", "运行"), counted("kind", "种类", runTitle), number("chunk", "分块"), number("after", "起（不含）"), number("last", "止"), summed("listings", "商品数"),
			summed("changed", "理由变化"), summed("flipped", "结论变化"), day("on", "判定日"), moment("ended_at", "完成时间"), text("root", "摘要", 66), text("revision", "词典版本", 20),
		},
	}
}

func rulesKind() Kind {
	return Kind{
		Name: "rules", Title: "规则质量", Period: "变化时间", About: "每个品类一行：当前命中与涉及商品，以及期间内被替换的结论中有它的次数。人工复核的判断待复核功能上线后计入。",
		Columns: []Column{
			text("class", "品类编号", 26), text("class_name", "品类", 24), summed("findings", "命中"), summed("listings", "商品"), summed("prohibited", "禁售"), summed("needs_category", "需类目"),
			summed("review", "待审"), summed("notice", "提示"), summed("held", "已取得类目而放行"), summed("replaced", "被替换的命中"), summed("cleared", "替换后通过"),
		},
	}
}

func ledgerKind() Kind {
	return Kind{
		Name: "ledger", Title: "台账", Period: "时间", About: "每个台账条目一行：结论、分块、决定、申诉、发布、豁免、证照、商家、定时任务、导出、密钥、运行、回调、导入。",
		Columns: []Column{
			number("seq", "序号"), moment("at", "时间"), text("actor", "谁", 20), counted("kind", "种类", entryTitle), text("subject", "对象", 28),
			text("payload", "内容摘要", 66), text("revision", "词典版本", 20), text("hash", "条目摘要", 66),
		},
	}
}

// titles returns the names of the words of a list of pairs; others stay.
func titles(pairs ...string) func(string) string {
	return func(s string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == s {
				return pairs[i+1]
			}
		}
		return s
	}
}

func outcomeTitle(s string) string { return OutcomeName(screening.Outcome(s), Chinese) }
func kindTitle(s string) string    { return kindName(screening.Kind(s), Chinese) }
func fieldTitle(s string) string   { return fieldName(s, Chinese) }

func causeTitle(s string) string {
	return titles("rule", "规则", "licence", "证照", "listing", "商品", "date", "日期", "exemption", "豁免")(s)
}
func subjectTitle(s string) string { return titles("platform", "平台方", "merchant", "商家")(s) }
func merchantTitle(s string) string {
	return titles("named", "仅知编号", "active", "在营", "suspended", "停止服务", "left", "已退出")(s)
}
func verificationTitle(s string) string {
	return titles("never", "从未核验", "ok", "有效", "due", "即将到期", "overdue", "已超期")(s)
}
func decisionTitle(s string) string {
	return titles("pending", "待审核", "accepted", "通过", "rejected", "退回", "superseded", "已更新")(s)
}
func registrationTitle(s string) string {
	return titles("registered", "已登记", "exempt", "免登记")(s)
}
func measureTitle(s string) string {
	return titles("not_listed", "不予上架", "listing_suspended", "下架", "merchant_suspended", "停止提供服务")(s)
}
func applicationTitle(s string) string {
	return titles("may_apply", "可售", "review", "待人工确认", "incomplete", "材料不全", "rejected", "不符合")(s)
}
func runTitle(s string) string {
	return titles("full", "全量", "revision", "词典变动", "merchant", "商家", "listing", "商品", "expiry", "到期清扫", "import", "导入")(s)
}
func runStateTitle(s string) string {
	return titles("planned", "等待", "running", "进行中", "paused", "暂停", "done", "完成", "failed", "失败", "cancelled", "已取消")(s)
}
func entryTitle(s string) string {
	return titles("verdict", "结论", "chunk", "分块", "decision", "决定", "appeal", "申诉", "release", "发布", "exemption", "豁免",
		"document", "证照", "merchant", "商家", "schedule", "定时任务", "export", "导出", "key", "密钥",
		"run", "运行", "webhook", "回调", "listing", "商品", "import", "导入")(s)
}
