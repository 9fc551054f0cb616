package lazydfa_test

import (
	"fmt"

	"zhunru/screening/lazydfa"
)

func ExampleProgram_Match() {
	p, err := lazydfa.Compile(`(代购|原厂)[^,。]{0,6}(包|鞋)`)
	if err != nil {
		fmt.Println(err)
		return
	}
	var c lazydfa.Cache
	fmt.Println(p.Match(&c, []byte("原厂皮女包 现货")), p.Match(&c, []byte("原厂授权,帆布鞋")))
	// Output: true false
}

func ExampleProgram_Find() {
	p, err := lazydfa.Compile(`(一|二|双)开?(插座|面板)`)
	if err != nil {
		fmt.Println(err)
		return
	}
	text := []byte("墙壁双开插座面板")
	start, end := p.Find(lazydfa.NewCache(64<<10), text)
	fmt.Println(start, end, string(text[start:end]))
	// Output: 6 18 双开插座
}
