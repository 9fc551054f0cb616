package qualification

// A topicMeasure is a quantity that a topic must state beside its words.
type topicMeasure uint8

const (
	measureNone    topicMeasure = iota
	measureCadence              // at least every six months
	measureNotice               // at least seven days ahead
	measureLimit                // within any stated time
)

// A topicSpec is what a platform rule must say. Each group of Words (parted by
// spaces) needs one of its words in the same sentence; Foreign words make the
// sentence speak of somebody or something else, unless a home word of the kind
// stands there too.
type topicSpec struct {
	id, name, rule, article string
	advisory                bool
	words                   []string
	foreign                 string
	measure                 topicMeasure
	ask                     string // what to write, for the message
}

// A topicKind is a kind of platform rule.
type topicKind struct {
	kind, document, home string
	topics               []topicSpec
}

const (
	dutyOfParty   = "消费者 买家 顾客 收货人 快递 物流公司 员工 求职者"
	merchantWords = "商家 商户 入驻 经营者 店铺 申请人 卖家 开店 资质"
)

// topicKinds are the three platform rules of R-S04 and what R-S14 to R-S16 ask
// of them. Articles: 《电子商务法》 (2019-01-01) and 《网络交易监督管理办法》
// (SAMR Order 37, 2021-05-01); the text of article 24 of the latter was read
// in a summary only (reference/regulations.md A2).
var topicKinds = [...]topicKind{
	{"agreement", "平台服务协议和交易规则", "商家 商户 入驻 经营者 店铺 卖家", []topicSpec{
		{id: "AGREEMENT_ENTRY", name: "进入平台", rule: "R-S14", article: "《电子商务法》第三十二条",
			words:   []string{"入驻 进入平台 进入本平台 加入平台 加入本平台 开店 开设店铺 开通店铺 准入 注册成为商家"},
			foreign: "页面 直播间 首页", ask: "商家进入平台的条件和程序"},
		{id: "AGREEMENT_EXIT", name: "退出平台", rule: "R-S14", article: "《电子商务法》第三十二条",
			words:   []string{"退出平台 退出本平台 退出经营 退店 清退 终止入驻 注销店铺 关闭店铺 停止经营 终止合作 解除合作 申请退出 退出"},
			foreign: "登录 页面 直播间 全屏 浏览 账号切换", ask: "商家退出平台的条件和程序"},
		{id: "AGREEMENT_QUALITY", name: "商品和服务质量保障", rule: "R-S14", article: "《电子商务法》第三十二条",
			words:   []string{"商品质量 服务质量 产品质量 质量保障 质量保证 质量标准 质量合格 质量要求 质量问题 质量责任 商品和服务的质量 商品或者服务质量 商品或服务质量 商品和服务质量 商品及服务质量 假冒伪劣 三包"},
			foreign: "服务器 网络质量 通信 画质 带宽", ask: "商品和服务质量由谁保障、如何保障"},
		{id: "AGREEMENT_CONSUMER", name: "消费者权益保护", rule: "R-S14", article: "《电子商务法》第三十二条",
			words:   []string{"消费者 买家 顾客 购买者", "权益 退货 退款 换货 无理由 赔偿 赔付 知情权 选择权 售后 公平交易 损害"},
			foreign: "赔偿平台 赔偿本平台 向平台赔偿", ask: "如何保护消费者权益（如退货、赔付、售后）"},
		{id: "AGREEMENT_PRIVACY", name: "个人信息保护", rule: "R-S14", article: "《电子商务法》第三十二条",
			words:   []string{"个人信息 用户信息 用户隐私 隐私 用户数据 用户资料", "保护 保密 安全 泄露 加密 同意 合法 必要 出售 处理 收集 使用 删除 匿名"},
			foreign: "员工 招聘 求职者 雇员", ask: "如何收集、使用和保护个人信息"},
		{id: "AGREEMENT_DISPLAY", name: "公示协议和规则", rule: "R-S14", article: "《电子商务法》第三十三条", advisory: true,
			words: []string{"公示 首页 显著位置 展示", "协议 规则"}, foreign: "商品协议", ask: "在首页显著位置公示协议和规则，便于阅览和下载"},
		{id: "AGREEMENT_AMENDMENT", name: "修改规则提前七日公示", rule: "R-S14", article: "《电子商务法》第三十四条", advisory: true,
			words: []string{"修改 变更 修订 调整", "协议 规则"}, measure: measureNotice, ask: "修改协议和规则时公开征求意见，并至少在实施前七日公示"},
	}},
	{"admission", "入驻经营者审核规范", merchantWords, []topicSpec{
		{id: "ADMISSION_IDENTITY", name: "核验身份", rule: "R-S15", article: "《电子商务法》第二十七条",
			words: []string{"身份 营业执照 主体资格 主体信息 统一社会信用代码", admissionActs}, foreign: dutyOfParty, ask: "要求商家提交并核验身份（营业执照或身份证件）"},
		{id: "ADMISSION_ADDRESS", name: "核验地址", rule: "R-S15", article: "《电子商务法》第二十七条",
			words: []string{"地址 经营场所 住所", admissionActs}, foreign: dutyOfParty + " 收货 发货地址 网络地址 ip地址", ask: "要求商家提交并核验地址"},
		{id: "ADMISSION_CONTACT", name: "核验联系方式", rule: "R-S15", article: "《电子商务法》第二十七条",
			words: []string{"联系方式 联系电话 手机号 电话号码 联系人 电子邮箱", admissionActs}, foreign: dutyOfParty + " 客服 收货", ask: "要求商家提交并核验联系方式"},
		{id: "ADMISSION_LICENCE", name: "核验行政许可", rule: "R-S15", article: "《电子商务法》第二十七条",
			words: []string{"行政许可 许可证 资质证书 经营资质 资质证明 商家资质 资质 备案凭证 批准文件", admissionActs}, foreign: dutyOfParty, ask: "要求商家提交并核验经营所需的行政许可"},
		{id: "ADMISSION_RECORDS", name: "登记并建立档案", rule: "R-S15", article: "《电子商务法》第二十七条",
			words: []string{"档案 建档 归档", "建立 建档 归档 形成 录入 登记 保存 留存 一户一档"}, foreign: "消费者 买家 员工 人事 商品档案", ask: "登记并建立商家档案"},
		{id: "ADMISSION_REVERIFY", name: "至少每六个月核验更新", rule: "R-S15", article: "《电子商务法》第二十七条、《网络交易监督管理办法》第二十四条",
			words:   []string{"核验 复核 复审 复查 审核 核查 核实 查验 更新 认证 验证 年审 年检", "身份 资质 资料 信息 证照 档案 主体 营业执照 许可证 入驻"},
			foreign: "消费者 买家 员工 价格 库存 榜单", measure: measureCadence, ask: "至少每六个月核验更新一次商家信息"},
	}},
	{"dispute", "用户交易纠纷处理机制", "", []topicSpec{
		{id: "DISPUTE_CHANNEL", name: "投诉举报渠道", rule: "R-S16", article: "《电子商务法》第五十九条",
			words: []string{"投诉 举报 维权", "渠道 方式 电话 热线 入口 邮箱 客服 邮件 在线 页面 通道 按钮"}, ask: "投诉、举报的渠道和方式"},
		{id: "DISPUTE_DEADLINE", name: "处理时限", rule: "R-S16", article: "《电子商务法》第五十九条、第六十三条",
			words: []string{"投诉 举报 纠纷 争议 申诉 维权 介入 受理 调解 处理 客服"}, foreign: "发货 结算 付款 提现 员工", measure: measureLimit, ask: "受理和处理投诉、纠纷的时限"},
		{id: "DISPUTE_EVIDENCE", name: "证据和举证", rule: "R-S16", article: "《电子商务法》第六十三条",
			words: []string{"证据 举证 凭证 证明材料 聊天记录 交易记录 截图", "提交 提供 举证 审核 出示 采信 保全 调取 认定 上传 保存 核实 收集"}, foreign: "备案凭证 记账凭证 会计凭证 登录凭证 招聘", ask: "由谁在何时提交哪些证据、如何认定"},
		{id: "DISPUTE_OUTCOME", name: "处理结果", rule: "R-S16", article: "《电子商务法》第六十三条",
			words: []string{"处理结果 处理决定 处理意见 裁决 调解结果 裁定 调解协议 结论 判定 处理方案", "告知 通知 反馈 送达 执行 作出 出具 公布 答复 履行 生效 退款 赔偿 达成"}, foreign: "考核 员工", ask: "如何作出、告知和执行处理结果"},
	}},
}

const admissionActs = "提交 提供 核验 审核 登记 收集 验证 核实 查验 审查 填写 上传 出具 审验 报送 核对"

// Words that decide whether a sentence states anything. A neutral word takes
// away the meaning of what it holds.
const (
	topicStrict = `应 应当 应该 必须 须 需 需要 将 会 可 可以 不得 严禁 禁止 负责 承诺 有权 保证 予以 有义务 要求 不得拒绝 不得免除 不得无故`
	topicAction = `建立 提供 设立 设置 开设 开通 公布 公示 承担 进行 提交 核验 审核 登记 收集 通知 告知 送达 反馈 执行 制定 实行 保存 留存 受理 核实 查验 验证 审查
		填写 上传 出具 处理 采取 保护 保障 维护 尊重 遵守 遵循 支持 享有 办理 作出 复核 复审 复查 更新 归档 建档 拨打 赔付 展示 认定 举证 介入 核查 调解`
	topicNegation = `不负责 不承担 不处理 不受理 不介入 不参与 不提供 不保证 不保障 不保护 不进行 不予处理 不予受理 不审核 不核验 不核实 不审查 不对 不再 概不 恕不
		不设 不要求 不作 不做 不公示 不建立 不留存 不登记 不通知 不告知 不另行通知 不支持 不接受 不担保 不能保证 无法保证 无义务 没有义务 无需 无须 不需 不必 毋须 不用
		免除 拒绝 未建立 未设 没有 尚未 暂不 暂未 不制定 另行制定 另行约定 不会 不向消费者 不反馈 不执行 不收取证据 不收集商家 不应 不更新`
	topicNeutral = `应用 供应 相应 响应 反应 对应 适应 应收 应付 应急 应答 需求 所需 急需 将来 会员 社会 机会 协会 委员会 会话 会计 工会 消费者协会 许可 认可 可能 可靠 可信 可用 可疑
		不对外 没有损坏 不再出售 不会泄露 不会出售 不会向 不会将 不会擅自 不会超出 不会非法 没有异议 不再另行 不得拒绝 不得免除 不得无故`
	topicPlatform = `平台 我们 本公司 我司 公司`
)
