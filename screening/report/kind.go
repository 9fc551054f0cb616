package report

// A Kind is a report that can be asked for.
type Kind struct {
	Name    string
	Title   string
	About   string // what a row is, and where it comes from
	Period  string // what the period is about, "" where the report is of the present
	Columns []Column
}

// KindOf returns a kind by name.
func KindOf(name string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// index returns the place of a column, or -1.
func (k *Kind) index(name string) int {
	for i := range k.Columns {
		if k.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

func (k *Kind) columnNames() []string {
	names := make([]string, len(k.Columns))
	for i := range k.Columns {
		names[i] = k.Columns[i].Name
	}
	return names
}

func kindNames() []string {
	kinds := Kinds()
	names := make([]string, len(kinds))
	for i := range kinds {
		names[i] = kinds[i].Name
	}
	return names
}

// Kinds returns all kinds, in the order in which people look for them. A report
// on appeals is not among them: what is known of these are the ledger's entries,
// which the kind ledger lists.
func Kinds() []Kind {
	return []Kind{
		findingsKind(), changesKind(), merchantsKind(), documentsKind(), identityKind(), measuresKind(), categoriesKind(),
		runsKind(), coverageKind(), rulesKind(), ledgerKind(), reconciliationKind(), decisionsKind(), releasesKind(),
	}
}

func text(name, title string, width float64) Column {
	return Column{Name: name, Title: title, Type: TypeText, Width: width}
}

func counted(name, title string, names func(string) string) Column {
	return Column{Name: name, Title: title, Type: TypeText, Count: true, names: names}
}

func private(name, title string, p Privacy, width float64) Column {
	return Column{Name: name, Title: title, Type: TypeText, Privacy: p, Width: width}
}

func number(name, title string) Column { return Column{Name: name, Title: title, Type: TypeInt} }
func summed(name, title string) Column {
	return Column{Name: name, Title: title, Type: TypeInt, Sum: true}
}
func moment(name, title string) Column { return Column{Name: name, Title: title, Type: TypeTime} }
func day(name, title string) Column    { return Column{Name: name, Title: title, Type: TypeDay} }
func yesNo(name, title string) Column {
	return Column{Name: name, Title: title, Type: TypeFlag, Count: true}
}

// listingColumns name a listing and its merchant.
func listingColumns() []Column {
	return []Column{
		text("listing_id", "商品编号", 18), private("title", "标题", PrivateText, 44), text("merchant_id", "商家编号", 14), text("merchant_name", "商家名称", 28),
	}
}

func findingsKind() Kind {
	return Kind{
		Name: "findings", Title: "命中明细", Period: "筛查时间",
		About: "当前结论中的每一条命中一行；结论在期间内作出的商品计入，已被替换的结论见“结论变化”。",
		Columns: append(listingColumns(),
			counted("verdict", "结论", outcomeTitle), Column{Name: "class", Title: "品类编号", Type: TypeText, Width: 26},
			Column{Name: "class_name", Title: "品类", Type: TypeText, Width: 24, Count: true}, counted("outcome", "处置", outcomeTitle),
			counted("match", "命中方式", kindTitle), text("term", "词条", 20), Column{Name: "field", Title: "字段", Type: TypeText, names: fieldTitle},
			private("quote", "原文", PrivateText, 24), text("steps", "规避手法", 20), text("citations", "依据", 48), yesNo("held", "已取得类目"),
			text("remedy", "商家怎么办", 48), moment("screened_at", "筛查时间"), number("run", "运行"), text("revision", "词典版本", 20)),
	}
}

func changesKind() Kind {
	return Kind{
		Name: "changes", Title: "结论变化", Period: "变化时间", About: "每个被替换的结论一行，取自结论历史。",
		Columns: append(listingColumns(),
			counted("old", "原结论", outcomeTitle), counted("new", "新结论", outcomeTitle), yesNo("flipped", "结论不同"), counted("because", "原因", causeTitle),
			moment("screened_at", "原筛查时间"), moment("changed_at", "变化时间"), number("run", "运行"), text("old_revision", "原词典版本", 20), text("new_revision", "新词典版本", 20)),
	}
}

func merchantsKind() Kind {
	return Kind{
		Name: "merchants", Title: "商家与资料", About: "每个商家一行：状态、资料、缺少、到期、重新核验（每六个月一次，满 150 天提醒）。",
		Columns: []Column{
			text("merchant_id", "商家编号", 14), text("name", "名称", 28), text("uscc", "统一社会信用代码", 22), counted("kind", "主体", subjectTitle),
			counted("state", "状态", merchantTitle), yesNo("exempt", "免登记"), day("joined_on", "入驻日期"), summed("documents", "证照数"), summed("pending", "待审核"),
			summed("expired", "已过期"), summed("expiring", "30 天内到期"), day("next_expiry", "最近到期日"), summed("may_sell", "可售类目数"), summed("incomplete", "材料不全类目数"),
			text("missing", "缺少", 48), day("verified_on", "核验日期"), day("verify_by", "应重新核验"), counted("verification", "核验情况", verificationTitle),
		},
	}
}

func documentsKind() Kind {
	return Kind{
		Name: "documents", Title: "证照台账", Period: "到期日", About: "每份证照一行；给出期间时只列期间内到期的。",
		Columns: []Column{
			number("document", "证照编号"), text("merchant_id", "商家编号", 14), text("merchant_name", "商家名称", 28), {Name: "type", Title: "证照类型", Type: TypeText, Width: 26, Count: true},
			private("number", "证号", PrivateText, 24), text("holder", "持有人", 28), text("issuer", "发证机关", 24), text("issued_on", "发证日期", 12), text("valid_until", "有效期（原文）", 16),
			day("expires_on", "到期日"), yesNo("perpetual", "长期"), counted("decision", "审核", decisionTitle), text("status", "证照状态", 10), moment("updated_at", "更新时间"),
		},
	}
}
