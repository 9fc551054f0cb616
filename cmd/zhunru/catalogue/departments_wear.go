package catalogue

// A department is a kind of shop for ordinary goods: the words its titles are
// made of, parted by spaces. Platform is the platform category it applies for.
type department struct {
	path, platform                       string
	nouns, looks, made, fit, when, sizes string
}

// wear is what one puts on or carries.
var wear = [...]department{
	{
		path: "服饰/女装", platform: "服饰",
		nouns: "连衣裙 半身裙 针织衫 雪纺衫 阔腿裤 牛仔裤 风衣 卫衣 衬衫 羊毛衫 打底衫 小西装 吊带裙 毛呢外套 百褶裙 开衫",
		looks: "收腰 显瘦 宽松 高腰 法式 气质 复古 碎花 纯色 通勤 小个子 中长款 设计感 垂感 慵懒 甜美 百搭 洋气",
		made:  "雪纺 棉麻 针织 灯芯绒 羊毛混纺 天丝 纯棉 牛仔布", fit: "女 女士 女生 妈妈 微胖女生 学生",
		when: "春秋 夏季 秋冬 早春 夏装 冬季加厚 四季", sizes: "S M L XL 2XL 均码",
	},
	{
		path: "服饰/男装", platform: "服饰",
		nouns: "T恤 衬衫 休闲裤 牛仔裤 夹克 卫衣 羽绒服 工装裤 针织衫 POLO衫 西裤 运动裤 毛衣 马甲 风衣",
		looks: "宽松 修身 直筒 潮牌 百搭 纯色 条纹 商务 休闲 抗皱 免烫 重磅 翻领 连帽 美式 日系 大码",
		made:  "纯棉 精梳棉 冰丝 羊毛 摇粒绒 牛仔布 灯芯绒 速干面料", fit: "男 男士 青年 爸爸 中年男士 情侣",
		when: "春秋 夏季 秋冬 夏装 冬季加绒 四季", sizes: "M L XL 2XL 3XL 4XL",
	},
	{
		path: "服饰/内衣家居服", platform: "服饰",
		nouns: "睡衣套装 家居服 秋衣秋裤 打底袜 中筒袜 船袜 浴袍 睡裙 保暖衣 棉袜 睡裤 月子服",
		looks: "宽松 柔软 透气 亲肤 可爱 卡通 简约 条纹 格子 无痕 吸汗 不勒 弹力 防滑",
		made:  "纯棉 莫代尔 珊瑚绒 法兰绒 竹纤维 新疆棉 天丝", fit: "女 男 情侣 妈妈 学生 女士",
		when: "春秋 夏季薄款 秋冬 冬季加厚 四季", sizes: "M L XL 2XL 均码 5双装",
	},
	{
		path: "母婴/童装童鞋", platform: "母婴用品",
		nouns: "儿童外套 男童裤子 女童裙子 连体衣 宝宝帽子 儿童卫衣 童袜 小童马甲 儿童羽绒服 学步鞋 儿童雨鞋 公主裙 包屁衣 口水巾",
		looks: "可爱 卡通 洋气 宽松 柔软 小熊 小兔 条纹 韩系 薄款 加绒 透气 字母",
		made:  "纯棉 精梳棉 双层纱 珊瑚绒 针织 有机棉", fit: "宝宝 男童 女童 婴儿 中大童 幼儿园",
		when: "春秋 夏季 秋冬 外出 百天 周岁", sizes: "66 73 80 90 100 110 120 130",
	},
	{
		path: "鞋靴/鞋子", platform: "服饰",
		nouns: "小白鞋 运动鞋 帆布鞋 马丁靴 凉鞋 拖鞋 老爹鞋 豆豆鞋 雪地靴 乐福鞋 跑步鞋 板鞋 洞洞鞋 单鞋 棉拖鞋",
		looks: "百搭 厚底 软底 透气 防滑 增高 轻便 复古 平底 一脚蹬 系带 尖头 圆头 网面 踩屎感",
		made:  "牛皮 超纤皮 飞织网面 帆布 橡胶底 EVA 麂皮", fit: "女 男 情侣 学生 妈妈 老人",
		when: "春秋 夏季 秋冬 居家 户外 上班", sizes: "35 36 37 38 39 40 41 42 43",
	},
	{
		path: "箱包/女包男包", platform: "箱包",
		nouns: "双肩包 斜挎包 托特包 单肩包 腋下包 钱包 卡包 行李箱 帆布包 腰包 妈咪包 电脑包 化妆包 手提包 胸包",
		looks: "大容量 轻便 百搭 小众 高级感 通勤 复古 链条 菱格 防泼水 简约 多隔层 可爱 迷你 设计师款",
		made:  "牛津布 头层牛皮 帆布 尼龙 PU皮 编织 灯芯绒", fit: "女 男 学生 情侣 妈妈 上班族",
		when: "出差 旅行 上学 通勤 户外 短途", sizes: "小号 中号 大号 20寸 24寸 26寸",
	},
	{
		path: "饰品/时尚饰品", platform: "百货",
		nouns: "发夹 抓夹 发圈 耳钉 耳环 项链 手链 发箍 胸针 丝巾 围巾 帽子 渔夫帽 棒球帽 手套 腰带 太阳镜",
		looks: "气质 小众 复古 简约 高级感 冷淡风 蝴蝶结 珍珠扣 花朵 几何 甜酷 百搭 精致 森系",
		made:  "合金 亚克力 缎面 毛线 雪纺 醋酸板 棉线", fit: "女 女生 学生 女士 新娘 闺蜜",
		when: "春夏 秋冬 日常 婚礼 拍照 旅行", sizes: "均码 一对 单只 两件套",
	},
}
