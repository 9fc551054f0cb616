package qualification

import "strings"

// A noticeClass is what a word means for the reading of a notice.
type noticeClass uint8

const (
	wordPlain     noticeClass = iota // holds a word of another class without its meaning
	wordWeChat                       // the subject of the statement
	wordMini                         // a mini-program of unnamed platform
	wordNamed                        // another platform, by name
	wordSite                         // a website or an app
	wordNoNeed                       // 不需
	wordNeed                         // 应当
	wordObtain                       // 取得
	wordLicence                      // 电信业务经营许可证
	wordPermit                       // 许可证, of any kind
	wordLacking                      // 未取得许可 … 不得
	wordOnlyThen                     // 方可
	wordNot                          // 并非, 不属于, 不: turns round what it reaches
	wordAsk                          // 是否
	wordLimit                        // 若, 之前: makes its sentence conditional
	wordExcept                       // 但, 除外, 仅限: limits other sentences too
	wordReported                     // 称, 认为
	wordReject                       // 不予认可
	wordReason                       // 材料不齐全
	wordRight                        // 不予受理
	wordOtherKind                    // 补正通知书
	wordGranted                      // 准予许可
	wordLaw                          // 电信条例
	wordParty                        // 你公司
	noticeClasses
)

// noticeWords is what is looked for in a notice, words parted by spaces. At
// any place the longest word wins, so that a plain word (名称) takes away the
// meaning of what it holds (称).
var noticeWords = [...]struct {
	class noticeClass
	words string
}{
	{wordPlain, `不予受理申请 不符合受理条件的决定 依法不需要取得行政许可 不需要取得行政许可 不需要行政许可
		不属于电信业务 不属于增值电信业务 不属于经营电信业务 不属于经营性电信业务 不属于经营增值电信业务
		不属于受理范围 不属于许可范围 不属于行政许可范围 不属于电信业务经营许可范围 不属于电信业务许可范围
		不属于电信业务经营许可事项 不构成电信业务 不涉及电信业务 不属于本机关职权范围内的许可事项 非经营性
		如下 如上 例如 如期 如实 以下 旗下 名下 若干 不但 不仅 不论 不管 无论 不同 不断 无锡 未来 非凡 无限 无忧 无线 无界 未央 无为市 非遗
		名称 简称 全称 统称 职称 称号 公司名称 以下简称 以下称 下称 说明 除了 解除 消除 除夕
		我局认为 本局认为 本机关认为 我机关认为 我厅认为 审查认为 审核认为 研究认为 管理局认为
		申请人 申请事项 申请材料 申请书 申请表 申请单位 申请企业 申请公司 要求 应用 应用程序 供应 相应 响应 需求 所需 急需 主要 重要 要件
		对外 外商 外资 境外 海外 外国 外省 外贸 中外 国外 户外 外卖 视频 许可证编号 如不服 如对 如有 如你公司对 如贵公司对 如你单位对 如果对 期间届满 仅限经营类电子商务 仅限互联网信息服务 拟开展 拟从事 拟经营 拟申请 拟提供
		认为本决定 认为本通知 认为该决定 认为上述决定 认为侵犯 认为行政机关 无误 误差 原则性 解释权`},
	{wordWeChat, `微信 微信小程序 微信平台 微信公众号 微信公众平台 微信平台服务 微信生态 微信视频号 腾讯微信`},
	{wordMini, `小程序 公众号`},
	{wordNamed, `支付宝 抖音 百度 快手 淘宝 天猫 拼多多 京东 美团 今日头条 字节跳动 小红书 钉钉 飞书 微博 企业微信 高德 哔哩哔哩 闲鱼 饿了么 qq 华为快应用 快应用`},
	{wordSite, `网站 官网 自有平台 独立平台 自建平台 其他平台 第三方平台 电商平台网站 app 客户端 手机软件 移动应用 h5 网页`},
	{wordNoNeed, `不需 不需要 无需 无须 毋须 毋需 勿需 勿须 不须 不必 不用 不需再 无需要 没必要 没有必要 无必要 不再需要 不再需 免于 免予 不要求 不强制
		并不需要 并不需 并无需 并不必 并不用 不应 不应当 无要求 可不 可以不`},
	{wordNeed, `需 需要 须 必须 应 应当 应该 必需 务必 要 不得不 不能不 不可不 责令 方需 仍需 还需 还应 还应当 尚需 均需 均应 都需要 仍应`},
	{wordObtain, `取得 办理 申请 申领 申办 领取 获得 获取 持有 具备 拥有 报批 补办 换领`},
	{wordLicence, `电信业务经营许可证 增值电信业务经营许可证 跨地区增值电信业务经营许可证 电信业务经营许可 增值电信业务经营许可
		增值电信业务许可证 增值电信业务许可 电信业务许可证 电信业务许可 电信经营许可证 电信经营许可 增值电信许可证 增值电信许可 电信许可证 电信许可
		增值电信经营许可证 增值电信业务牌照 icp许可证 icp经营许可证 icp证 edi许可证 edi经营许可证 edi证`},
	{wordPermit, `许可证 经营许可证 经营许可 行政许可 相关许可证 有关许可证 该许可证 该许可 此许可证 该证 上述许可证 许可`},
	{wordLacking, `未取得 未办理 未经许可 未依法取得 未获得 无证 没有取得 尚未取得`},
	{wordOnlyThen, `方可 方能 才能 才可 不得从事 不得经营 不得开展 擅自`},
	{wordNot, `不 未 无 没 否 勿 莫 拒 禁 反 非 并非 并不 不属于 不是 不能认定 无法认定 不等于 不代表 不意味 不意味着 不认为 未认定 不认定 不得 不得以 不能 不可 没有 非属
		不存在 难以 难以认定 不足以 而非 绝非 未必 不见得 不一定 不同意 不承认 否认 否定 推翻 不再属于 不再是 不再 不宜 不视为 不视同 不可能 从未 不符合 也非 均非 皆非 也不是 都不是`},
	{wordAsk, `是否 吗 么 能否 可否 与否 有无 呢 如何 为什么 需不需要 需不需 要不要 用不用 是不是 谁说 为何 何以 何故 缘何 岂 难道 怎么 哪些 何种`},
	{wordLimit, `若 如 如果 假如 倘若 除非 除 只有 只要 只在 之前 以前 却 另 另行 视情况 视具体 外 暂 暂时 暂不 目前 现阶段 当前 此前 届时 期间 期内 过渡 试点
		一般 通常 原则上 可能 或许 也许 大概 部分 部份 某些 个别 有些 有的 拟 草案 征求意见 情况下 条件下 情形下 驳回 如需 确需 尚 未满 以后 日后 今后 将来 待
		直至 截至 满足 达到 达不到 超过 其中 年前 月前 日前 证明 载明 写明 注明 列明 填明 假设 假定 样本 示例文字 模板 范本 样例 请求 申请认定 曾 原先 原来 过去`},
	{wordExcept, `但 但是 然而 不过 除外 以外 之外 例外 仅限 只限 限于 仅适用 只适用 不适用 另有 仅对 仅就 前提 删除 取消 停止执行 中止 暂停 伪造 虚构 冒用 篡改 编造 编者按 仅供参考 以上为 上述为 转载 网友 谣言 谣传 传闻 撤销 废止 更正 作废 失效 不再有效`},
	{wordReported, `称 认为 主张 声称 自称 宣称 辩称 据称 自述 陈述 辩 表示 声明 承诺 误以为 误认为 误认 误解 传言 网传 听说 说 来函 来电 咨询 询问 请示 反映 所述 提出异议 意见认为 以为 建议 设想 理解为 误 我公司 我司 本公司 我单位 本单位 贵局 贵厅 贵部门 申请人的 申请人意见 申请人提 申请人以 观点`},
	{wordReject, `不予认可 不予采纳 不予采信 不予支持 不予确认 不认可 不采纳 不采信 不支持 不成立 不能成立 不属实 不实 无依据 没有依据 缺乏依据 无法律依据 没有法律依据 于法无据
		有误 错误 不正确 不准确 不恰当 不妥 不能采信 不能采纳 不能认可`},
	{wordReason, `不齐 不齐全 不全 不完整 材料缺失 未提交齐 不符合法定形式 不符合受理条件 不符合申请条件 不符合许可条件 不符合规定条件 不符合条件
		不属于本机关职权 不属于本机关职权范围 不属于我局职权范围 不属于本局职权范围 不属于本行政机关职权范围 职权范围 管辖范围 未在法定期限 未在规定期限 未在规定时间
		未按期 逾期未补正 逾期不补正 逾期 隐瞒 虚假材料 撤回申请 注册资本 不具备`},
	{wordRight, `不予受理 不受理 不予以受理 行政许可不予受理通知书 不予受理通知书 不予受理决定书 不予受理决定 不予受理告知书 行政许可申请不予受理通知书 行政许可申请不予受理决定书 不予受理通知`},
	{wordOtherKind, `不予许可决定书 不予行政许可决定书 不准予行政许可决定书 不准予许可决定书 补正通知书 补正材料通知书 补正告知书 补正材料告知书 材料补正通知书 材料补正告知书 一次性告知书 补正材料一次性告知书
		受理通知书 受理决定书 行政许可受理通知书 行政许可申请受理通知书 申请受理通知书 受理回执 终止办理 终止办理通知书 终止审查 终止审查通知书 行政许可终止办理通知书 备案通知 备案通知书 备案回执
		准予许可决定书 准予行政许可决定书 行政许可决定书 延期通知书 撤回通知书 注销决定书 注销通知书 行政处罚决定书`},
	{wordGranted, `准予许可 准予行政许可 予以受理 决定受理 予以许可 准予受理 已受理 颁发 不予许可 不予行政许可 不准予行政许可 不准予许可 不予批准`},
	{wordLaw, `电信条例 管理办法 行政许可法 法律 法规 规定 条例`},
	{wordParty, `你公司 贵公司 你单位 贵单位 贵司 你司 该公司 该业务 本次 你企业 此项业务 上述业务 该项业务`},
}

// ocrConfusions maps a character of the statement to those that text
// recognition gives for it, from the way they are drawn. Our own list.
var ocrConfusions = map[rune]string{
	'微': "徽薇徵徹溦嶶征", '信': "倍借佶俏偐", '小': "少水川", '程': "稈秤稞逞", '序': "库宇予", '平': "乎干半", '台': "合古吕",
	'服': "報眼股", '务': "努劣各", '不': "丕木末下禾", '需': "霈雲儒耑", '取': "职耴最", '得': "碍徳淂", '电': "屯申甩由田",
	'业': "亚並址", '经': "轻径泾", '营': "菅莒管", '许': "讦汻奸", '可': "司句叮", '证': "征让怔诬泟", '利': "刊和", '用': "甩同甪",
	'予': "子矛于", '受': "爱授", '通': "诵逋", '知': "和", '书': "节",
	'无': "元旡夭", '未': "末", '办': "力为", '理': "埋狸",
}

// acceptedSentences are the two statements of R-S06, of which a notice must
// hold one.
var acceptedSentences = [...]string{
	"微信小程序不需取得电信业务经营许可证",
	"利用微信平台服务不需取得电信业务经营许可证",
}

// heartOfStatement are the characters that no other may stand for but by a
// listed confusion: another one turns the statement round.
const heartOfStatement = "不需"

// afterStatement are the words that may follow the statement in its clause
// and leave it as it is.
var afterStatement = [...]string{
	"的情形", "的情况", "的范围", "的范畴", "的业务", "的规定", "的相关", "的有关", "的项目", "的类型", "的行为", "的事项",
	"等", "因此", "因而", "故", "据此", "所以", "依据", "根据", "按照", "依照", "现", "我局", "本机关", "本局", "决定", "不予受理", "特此", "即可",
}

// afterStatementLine are the words that may stand on the line after it where
// no full stop closes it: an address, a signature, an enclosure.
var afterStatementLine = [...]string{"你公司", "贵公司", "附", "联系", "如有", "如对", "如不服", "二〇", "二零"}

// noticeLexicon returns the words with their classes: those of the table, and
// the key words with each of their characters misread.
func noticeLexicon() (words []string, classes []noticeClass) {
	for _, row := range noticeWords {
		for _, w := range strings.Fields(row.words) {
			words, classes = append(words, w), append(classes, row.class)
		}
	}
	for _, key := range [...]struct {
		class noticeClass
		word  string
	}{
		{wordWeChat, "微信"}, {wordMini, "小程序"}, {wordNoNeed, "不需"}, {wordNoNeed, "无需"}, {wordNoNeed, "无须"}, {wordRight, "不予受理"}, {wordRight, "不予受理通知书"}, {wordLicence, "电信业务经营许可证"},
	} {
		runes := []rune(key.word)
		for i, r := range runes {
			for _, wrong := range ocrConfusions[r] {
				w := string(runes[:i]) + string(wrong) + string(runes[i+1:])
				words, classes = append(words, w), append(classes, key.class)
			}
		}
	}
	return words, classes
}
