package segment_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestSegmentationPin shows what an upgrade of gse moves: the words of fifty
// phrases whose boundaries the engine leans on.
func TestSegmentationPin(t *testing.T) {
	t.Parallel()
	s := shared(t)
	phrases := strings.Fields(`
手枪钻 大麻哈鱼 大麻哈鱼子酱 加大麻袋 三黄片 k粉色 象牙白 口红子弹头 充电棍 报警灯 转接码 喷火枪管 烟弹簧
毛刷单支 美白水 日上代购 羊奶粉 防晒霜 情趣内衣 电热水器 注射用头孢 硝酸钾 雌激素 床单双人 增大乳液 保湿润肤霜
补水磨砂膏 美女儿童 吐司机 资格考试 天文物理 泡面粉丝 上海鲜花 户外挂饰 时刻章 微笑气泡 中学历史 小黄片
一次性用品 大麻将 小个子弹力裤 血压计收纳盒 茶叶罐 茶叶袋装 红酒开瓶器 防狼喷雾 鸦片战争史 电子烟花 食品级硅胶 无酒精湿巾`)
	var b strings.Builder
	for _, p := range phrases {
		b.WriteString(p + "\t" + cut(s, p) + "\n")
	}
	golden := filepath.Join("testdata", "segment.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("word boundaries moved; look at each, then run with -update:\n%s", d)
	}
}
