package screening_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening"
	"zhunru/screening/segment"
)

// TestWhatIsRememberedChangesNoVerdict screens the same listings before and
// after so many other categories and attributes that the memory of them was
// dropped, and with a scan that remembers nothing yet.
func TestWhatIsRememberedChangesNoVerdict(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("很长的名字", 100)
	e := builtIn(t)
	fresh, err := screening.NewEngine(builtInDictionary(t), segment.Lazy{})
	if err != nil {
		t.Fatal(err)
	}
	kept := []screening.Listing{
		{ID: "a", Title: "欧姆龙电子血压计", Category: "医疗器械/血压计", Attributes: map[string]string{"型号": "U10", "材质": "象牙"}},
		{ID: "b", Title: "夏季连衣裙", Category: "服饰/连衣裙", Attributes: map[string]string{"材质": "纯棉"}},
		{ID: "c", Title: "收藏摆件", Category: long + "/酒类", Attributes: map[string]string{long: "象牙雕"}},
	}
	want := make([]screening.Verdict, len(kept))
	for i := range kept {
		want[i] = fresh.Screen(&kept[i], nil)
	}
	for round := range 3 {
		for i := range kept {
			if diff := cmp.Diff(want[i], e.Screen(&kept[i], nil)); diff != "" {
				t.Errorf("round %d: %s", round, diff)
			}
		}
		for i := range 1500 {
			e.Screen(&screening.Listing{ID: "x", Title: "短袖", Category: fmt.Sprint("类目", i), Attributes: map[string]string{fmt.Sprint("属性", i): "一"}}, nil)
		}
	}
}

// TestCleanListingsAllocateNothing but the verdict's empty list of findings,
// which takes none.
func TestCleanListingsAllocateNothing(t *testing.T) { //nolint:paralleltest // AllocsPerRun
	e := builtIn(t)
	l := &screening.Listing{
		ID: "a", Title: "夏季新款纯棉短袖", Description: "面料柔软亲肤，做工细致，尺码齐全。", Category: "服饰/上衣/短袖", Brand: "示例",
		Attributes: map[string]string{"材质": "纯棉", "颜色": "白色", "规格": "均码"},
	}
	if v := e.Screen(l, nil); v.Outcome != screening.OutcomePass || len(v.Findings)+len(v.Suppressed) > 0 {
		t.Fatalf("not clean: %+v", v)
	}
	least := math.Inf(1)
	for range 50 { // the race detector makes pools forget now and then
		least = min(least, testing.AllocsPerRun(1, func() { e.Screen(l, nil) }))
	}
	if least > 0 {
		t.Errorf("%v allocations a listing, want 0", least)
	}
}
