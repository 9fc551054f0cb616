package catalogue

// Lists of words parted by spaces, for all departments. Colours stand in
// attributes too.
const (
	leads  = "新款 秋款 爆款 网红 国潮 日系 韩版 ins风 升级款 加厚款 外贸 原创 现货 【现货】 【新品】 【包邮】 [热卖] 高颜值 小众 轻奢 北欧风 工厂店 ※新品※ 限时特惠"
	tails  = "包邮 现货 新品 批发 多色可选 礼物 生日礼物 神器 爆款 厂家直供 一件代发 套装 新款 高颜值 可定制 送运费险 当天发货 实用 简约风 耐用"
	shouts = "包邮 现货 当天发货 质量保证 量大优惠 老店 厂家直供 新款到货 多款可选 售后无忧 拍下备注 限量 全国可发 老客户优惠"
	packs  = "2件 3件装 一套 两只装 5个装 10个 1对 单件 4件组合"
	colors = "黑色 白色 米白 奶茶色 浅灰 深灰 藏青 雾霾蓝 天蓝 墨绿 豆绿 鹅黄 姜黄 酒红 樱花粉 藕粉色 香芋紫 卡其 咖啡色 焦糖色 燕麦色 彩虹色"
	emojis = "🔥 ✨ 💕 🌸 🎁 👗 🏠 ⭐ 🍀 ☀️ ❤️ 👍🏻 🎉 🐱 🌈"
	latin  = "NEW HOT SALE Fashion Cute Home Vintage Basic Style Outdoor Simple Korean Daily Classic 2PCS Soft Cotton Mini Large Free-Size"
	untidy = "！！！ ~~~ 、、 ++ // （（ ...  ♡♡ 、"
)

// Syllables of invented brands and companies.
const (
	brandHeads = "禾 云 青 鹿 野 拾 初 晴 松 溪 岚 知 栖 暖 素 木 星 麦 橙 柚 安 朴 叶 屿 澄"
	brandTails = "里 舍 朵 上 漾 柏 也 乐 屋 研 和 途 鸣 光 作 物 集 川 禾 语 田 歌 桥 白 汀"
	brandLatin = "LUMOVIA HEMUO YUNLIE NORDAY OAKBEE MIANLO TARUVA PINOLLE SOFENNA KUMILO VERDANO BOLINO QINGYE LANMOA WULIO"
	stems      = "禾木云朵青山海星辰川野鹿鸣初见知微拾光小满白露谷雨晴岚溪语栖安然悦宁嘉和恒信盛泰瑞祥隆兴达远宏博润泽森林泉石松竹兰芷锦绣"
)

// sentences are what descriptions are made of; see piecesOf for the slots.
var sentences = [...]string{
	"{N}选用{M}制作，手感细腻，做工扎实。", "这款{N}主打{K}，{F}都适合。", "{W}使用刚刚好，放着也好看。",
	"本店所有{N}均为实物拍摄，颜色以收到的为准。", "下单后48小时内发出，偏远地区时效稍长。", "收到后如有破损请当天联系客服，我们会补发。",
	"尺寸为手工测量，存在1至3厘米误差，介意慎拍。", "{M}材质，{K}款，日常打理很方便。", "清洗时请用温水，不要长时间浸泡，阴凉处晾干。",
	"细节处走线平整，边角处理圆润，不易刮手。", "包装简单大方，送人也体面。", "不同批次之间会有轻微色差，属于正常现象。",
	"支持七天无理由退换，退回时请保持吊牌完好。", "批量采购请联系客服，可按数量报价。", "包装内含{N}一件，配件随包装附送。",
	"我们从打样到出货都有专人抽检。", "新款刚到，{K}的设计很受欢迎。", "{W}用得上，不用时收起来也不占地方。", "请对照详情页的尺寸表选择，拿不准可以问客服。",
	"{N}表面平整，闻起来没有明显异味，拆开通风一会儿更好。", "用料厚实，不容易变形。", "拍前请看清规格，颜色和款式在选项里选择。",
	"老客户回购很多，欢迎收藏店铺。", "默认发中通或圆通，需要指定快递请先留言。", "安装很简单，按照说明书十分钟就能完成。",
	"{K}的外观配上{M}，放在家里很搭。", "我们在产地有自己的小工厂，价格实在。", "本品不含图中其他摆拍物品。", "收藏加购优先发货。",
	"适合{F}，{W}都能用到。", "每件都经过简单包装，避免运输途中磕碰。", "颜色有多种可选，库存不多时请先咨询。",
}

// plain are sentences that say nothing of the goods, for listings that are not
// made from a department's words.
var plain = [...]string{
	"实物拍摄，所见即所得。", "下单后尽快安排发出，请耐心等待。", "有问题先联系客服，我们会尽快处理。", "数量有限，拍完为止。",
	"包装严实，收到后请当面验货。", "多拍可以优惠，具体请咨询。", "新老顾客都欢迎，认准本店。", "详情请看图片，规格在选项里选择。",
	"默认快递发出，指定快递请备注。", "支持退换，退回运费按平台规定。", "店里还有其他款式，可以进店看看。", "库存会随时变动，拍前请先问。",
}

// patterns are orders of words in ordinary titles: L lead, B brand, F whom it
// fits, W when, M made of, N the goods, A other goods of the shelf, K look, C
// colour, P pack, T tail.
var patterns = [...]string{
	"LBFKMNKWKTP", "WMNFKKWKTC", "BNKMFKWKAT", "LFWMNKKWKTP", "NKMFWKKKTC", "BWKNMKFKTP", "KMNKFWKCT", "LBMKNWKFKPT", "FWNKKMKATC",
}
