package screening_test

import (
	"fmt"

	"zhunru/dictionaries"
	"zhunru/screening"
	"zhunru/screening/dictionary"
	"zhunru/screening/segment"
)

func ExampleEngine_Screen() {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := screening.NewEngine(d, segment.Lazy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	v := e.Screen(&screening.Listing{ID: "L-1", Title: "正品迷*药 女用"}, nil)
	fmt.Println(v.Outcome)
	for _, f := range v.Findings[:1] {
		fmt.Println(f.Class, f.Term, f.Quote, f.Steps, f.Span.Byte)
	}
	// Output:
	// prohibited
	// P15_STUPEFY_APHRODISIAC 迷药 迷*药 [separator] [6 13]
}

func ExampleService_Swap() {
	d, err := dictionary.Load(dictionaries.FS)
	if err != nil {
		fmt.Println(err)
		return
	}
	first, err := screening.NewEngine(d, segment.Lazy{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := screening.NewService(first)
	s.Swap(first) // in force for the next listing, without a pause
	fmt.Println(s.Screen(&screening.Listing{ID: "L-2", Title: "血压计收纳盒"}, screening.Held{}).Outcome)
	// Output: pass
}
