package report

func reconciliationKind() Kind {
	return Kind{
		Name: "reconciliation", Title: "对账",
		About: "同一事实按记录和按台账各数一次，每项一行；不一致即为告警，命令以状态 1 结束，请立即核对备份。证照逐份只列不一致的。",
		Columns: []Column{
			counted("fact", "事实", factTitle), text("item", "日期、运行、种类或对象", 28), summed("records", "按记录"), summed("ledger", "按台账"), number("difference", "差"), yesNo("agrees", "一致"),
		},
	}
}

func factTitle(s string) string {
	return titles("verdicts", "当日台账有结论的商品，记录仍在", "proved", "全量运行证明过的商品，记录仍在", "history", "被替换的结论：记录版本与历史", "chunks", "运行完成的分块", "roots", "分块摘要与台账相同",
		"listings", "运行筛查的商品", "documents", "证照的提交与决定次数", "decisions", "证照按审核结果", "document", "不一致的证照", "exports", "导出")(s)
}

func decisionsKind() Kind {
	return Kind{
		Name: "decisions", Title: "审核质量", Period: "决定时间",
		About: "每个审核人一行，取自台账中证照条目的原文：决定了多少证照、通过与退回、其后在同一次提交上被改判的次数、从提交到决定的中位分钟数（偶数个取较小者）。导入时已带结论的没有等待时间。申诉目前没有自己的报表，其条目见“台账”。",
		Columns: []Column{
			text("actor", "审核人", 24), summed("documents", "证照数"), summed("decisions", "决定"), summed("accepted", "通过"), summed("rejected", "退回"), summed("superseded", "作废"),
			summed("reversed", "其后被改判"), number("median_minutes", "中位等待分钟"), summed("unwaited", "没有等待时间"),
		},
	}
}

func releasesKind() Kind {
	return Kind{
		Name: "releases", Title: "词典发布与影响", Period: "启用时间",
		About: "每个启用过的词典版本一行，最近的在前：与前一个版本相差多少，按它做了多少次运行、筛查了多少件次，有多少结论因规则改变，其中更严和更宽的各多少。增减数的是词条、例外和设置；“全部受影响”指语境词或变体表有改动，所有品类都要重新筛查。",
		Columns: []Column{
			text("revision", "词典版本", 20), moment("loaded_at", "启用时间"), text("previous", "前一个版本", 20), number("classes", "品类数"), summed("changed_classes", "改动的品类"),
			summed("added", "增加"), summed("removed", "减少"), yesNo("everything", "全部受影响"), summed("runs", "运行次数"), summed("judged", "筛查件次"),
			summed("changed", "因规则改变的结论"), summed("stricter", "其中更严"), summed("looser", "其中更宽"), text("released_by", "发布人", 20), number("entry", "台账条目"),
		},
	}
}
