package lazydfa_test

import (
	"regexp"
	"testing"

	"zhunru/screening/lazydfa"
)

// benches are patterns of the dictionaries, shortened, each with a text that
// sets it off but that it does not match, and one that it matches.
var benches = []struct{ name, expr, misses, matches string }{
	{
		"counterfeit bags",
		`(代购级|代购版|正品级|真品级|原单级|顶级版本|最高版本|终极版(本|全钢|原厂)|顶级(原单|原版|原厂)|顶版|原单(顶级|正品|品质)|纯原(单|版|级|皮)|过验|过检|一包一码|拆包定制|zp(皮|级)|专柜(验货|对比)).{0,38}(包包|女包|男包|手提|单肩|斜挎|腋下|链条|双肩|托特|tote|bag|钱包|卡包|腰包|背包|拖鞋|凉鞋|单鞋|板鞋|球鞋|短靴|腕表|手表|手链|项链|戒指|耳钉|墨镜|丝巾|皮带|t恤|卫衣|外套)`,
		"纯原皮料 2023新款欧美复古风百搭通勤大容量文件袋 收纳袋 复合面料 厂家直销",
		"纯原皮新款欧美复古百搭通勤大容量单肩斜挎女包",
	},
	{
		"factory codes",
		`(顶级|顶版|老工厂|原厂|代购|终极|芯片|过检|过验|zp|真品|特级|精品|对花).{0,24}\b[mn]\d{5}\b|\b[mn]\d{5}\b.{0,24}(顶级|原厂|代购|终极版|芯片版|过检|过验|zp|真品级)`,
		"精品男士皮带自动扣头层牛皮商务休闲腰带 原厂正品支持专柜 2024 款 n95",
		"新款老花水桶包 m44020 原厂皮",
	},
	{
		"food by weight",
		`(零食|口味|风味|小吃|茶|糖|饼|糕|酥|干|粉|面|酱|油|豆|米|果仁|肉|鱼|虾|菇|枣|汤|奶|蜜|咖啡|饮|汁|辣|卤|脆|仁|丝|片)[^ ,。杯壶机模盒]{0,4}[ (（]?\d{2,4} ?(g|克)(\*|x|×|/)? ?\d{0,3} ?(袋|包|罐|条|盒装|支|块|枚|听|瓶装|桶)`,
		"双面绒加厚床笠 棉麻面料 330g 四件套 纯棉粉色 豆沙 奶油风 被套200x230",
		"原味牛奶糖 500g/袋 喜糖",
	},
	{
		"whole title",
		`^[^霜膜肤妆皂浴洗唇颜眼机壳衣裤裙鞋袜帽柜架模锅杯]*(绿茶|红茶|黑茶|白茶|蜂蜜|橄榄油|银耳|枸杞|燕麦|咖啡|奶茶)[^霜膜肤妆皂浴洗唇颜眼机壳衣裤裙鞋袜帽柜架模锅杯]*$`,
		"一次性奶茶打包袋 咖啡外卖手提袋 绿茶色 加厚塑料单杯袋双杯袋",
		"云南小粒咖啡 阿拉比卡 中度烘焙 袋装",
	},
}

func BenchmarkFind(b *testing.B) {
	for _, x := range benches {
		p, err := lazydfa.Compile(x.expr)
		if err != nil {
			b.Fatal(err)
		}
		re := regexp.MustCompile(x.expr)
		for _, text := range []struct{ name, text string }{{"misses", x.misses}, {"matches", x.matches}} {
			if re.MatchString(text.text) != (text.name == "matches") {
				b.Fatalf("%s: %s is no such text", x.name, text.text)
			}
			read := []byte(text.text)
			b.Run(x.name+"/"+text.name+"/lazydfa", func(b *testing.B) {
				var c lazydfa.Cache
				b.ReportAllocs()
				for b.Loop() {
					p.Find(&c, read)
				}
			})
			b.Run(x.name+"/"+text.name+"/regexp", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					re.FindIndex(read)
				}
			})
		}
	}
}

// BenchmarkForgetful has a cache far too small: the worst case.
func BenchmarkForgetful(b *testing.B) {
	for _, x := range benches {
		p, err := lazydfa.Compile(x.expr)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(x.name, func(b *testing.B) {
			c := lazydfa.NewCache(1)
			for b.Loop() {
				p.Find(c, []byte(x.misses))
			}
		})
	}
}
