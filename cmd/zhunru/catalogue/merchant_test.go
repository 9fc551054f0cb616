package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/dictionary"
	"zhunru/screening/qualification"
)

func registry(t *testing.T) *qualification.Registry {
	t.Helper()
	r, err := qualification.NewRegistry(builtIn(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMerchantsAreWellFormed(t *testing.T) {
	t.Parallel()
	c, r := made(t, 0, 3000, 4), registry(t)
	names, codes, fresh := map[string]bool{}, map[string]bool{}, 0
	for i := range c.merchants {
		d := c.Merchant(i)
		s := &d.Subject
		if s.ID != merchantID(i) || s.Kind != "merchant" || names[s.Name] || codes[s.USCC] {
			t.Fatalf("merchant %d: %+v has a wrong id or kind, or a name or code of another", i, *s)
		}
		names[s.Name], codes[s.USCC] = true, true
		if f := qualification.CheckUSCC(s.USCC); f != nil {
			t.Errorf("%s: %s", s.USCC, f.Why)
		}
		if f := qualification.DoubtUSCC(s.USCC); f != nil {
			t.Errorf("%s: %s", s.USCC, f.Why)
		}
		place, ok := qualification.ProvinceOfPlace(s.Place)
		if region, known := qualification.ProvinceOfRegion(qualification.USCCRegion(s.USCC)); !ok || !known || place != region {
			t.Errorf("%s is registered in %s under %s", s.Name, s.Place, s.USCC)
		}
		joined := c.Joined(i)
		if verified, _, f := qualification.ParseDate(s.VerifiedOn); f != nil || verified < joined || verified > c.on || joined > c.on {
			t.Errorf("%s joined on %s and was verified on %s", s.ID, joined, s.VerifiedOn)
		}
		if c.on-joined < newMerchantDays {
			fresh++
		}
		if _, err := r.Evaluate(&d, "", "", c.on); err != nil {
			t.Errorf("%s applies for %q: %v", s.ID, d.ApplyFor, err)
		}
	}
	if fresh < 250 || fresh > 500 {
		t.Errorf("%d of 3000 merchants are new, want about one in eight", fresh)
	}
}

// TestPapersStandAsTheyWereMade holds the generator's own word on each trade
// against the registry's judgement.
func TestPapersStandAsTheyWereMade(t *testing.T) {
	t.Parallel()
	d, c, r := builtIn(t), made(t, 0, 4000, 6), registry(t)
	covered, seen := map[standing]int{}, map[standing]int{}
	for i := range c.merchants {
		dossier, worst := c.merchant(i)
		if len(worst) == 0 {
			continue
		}
		s, err := r.NewStanding(&dossier, "", c.on)
		if err != nil {
			t.Fatal(err)
		}
		for k, st := range worst {
			class := d.Class(c.classes[c.restricted[c.tradesOf(i).of[k]]].id)
			seen[st]++
			ok, lacks := s.Covers(class.Requires.Category, class.Requires.AnyOf)
			if ok {
				covered[st]++
			}
			if !ok && (st == inForce || st == endingSoon) {
				t.Errorf("%s does not cover %s: %v", dossier.Subject.ID, class.ID, lacks)
			}
		}
	}
	for st := inForce; st <= absent; st++ {
		if seen[st] < 30 {
			t.Errorf("%d trades stand %d, want more", seen[st], st)
		}
	}
	for _, st := range []standing{expired, otherHolder, otherNumber} { // papers of another trade may do
		if covered[st]*10 > seen[st] {
			t.Errorf("%d of %d trades are covered by papers that stand %d", covered[st], seen[st], st)
		}
	}
	if good := covered[inForce] + covered[endingSoon]; good < 800 {
		t.Errorf("%d trades are covered, want more", good)
	}
}

func TestDocumentsEndSoonOrHaveEnded(t *testing.T) {
	t.Parallel()
	c := made(t, 0, 2000, 8)
	soon, ended, other := 0, 0, 0
	for i := range c.merchants {
		d := c.Merchant(i)
		for _, x := range d.Documents {
			until, perpetual, f := qualification.ParseDate(x.ValidUntil)
			if x.Holder != "" && x.Holder != d.Subject.Name {
				other++
			}
			if f != nil || perpetual {
				continue
			}
			switch {
			case until < c.on:
				ended++
			case until <= c.on.AddDays(newMerchantDays):
				soon++
			}
		}
	}
	if soon < 30 || ended < 30 || other < 10 {
		t.Errorf("%d documents end soon, %d have ended, %d belong to others; want many of each", soon, ended, other)
	}
}

func TestNumbersHaveTheFormOfTheirKind(t *testing.T) {
	t.Parallel()
	s := newStream(1, forPapers, 0)
	for _, kind := range builtIn(t).Documents {
		if len(kind.Formats) == 0 {
			continue
		}
		var formats []qualification.Format
		for _, template := range kind.Formats {
			f, err := qualification.ParseFormat(template)
			if err != nil {
				t.Fatal(err)
			}
			formats = append(formats, f)
		}
		for range 20 {
			n := number(&s, &kind, 2023, "粤")
			if f := qualification.CheckFormats(formats, n); f != nil {
				t.Errorf("《%s》 %q: %s", kind.Name, n, f.Why)
			}
		}
	}
}

func TestIssuerIsThatOfThePlace(t *testing.T) {
	t.Parallel()
	f := &firm{town: &towns[0]}
	for kind, want := range map[string]string{
		"省级药品监督管理部门":              "广东省药品监督管理局",
		"县级以上市场监督管理部门":            "深圳市市场监督管理局",
		"设区的市级或国家药品监督管理部门":        "深圳市药品监督管理局",
		"国家或省级药品监督管理部门":           "广东省药品监督管理局",
		"国家药品监督管理局":               "国家药品监督管理局",
		"文化和旅游行政部门":               "深圳市文化和旅游局",
		"公安机关":                    "深圳市公安局",
		"市场监督管理总局(原国家食品药品监督管理部门)": "市场监督管理总局",
		"省级疾病预防控制(卫生健康)主管部门":      "广东省疾病预防控制局",
		"教育或人力资源社会保障部门":           "深圳市教育局",
		"发卡企业,经公证机构公证":            "发卡企业",
	} {
		if got := issuerOf(kind, f); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// TestWordsOfTownsAndBrands holds what the code takes for granted of lists.
func TestWordsOfTownsAndBrands(t *testing.T) {
	t.Parallel()
	list := []rune(stems)
	slices.Sort(list)
	if all := len(list); len(slices.Compact(list)) != all || 104729%all == 0 {
		t.Error("stems repeat a character: names of companies would repeat")
	}
	for i := range towns {
		p, ok := qualification.ProvinceOfPlace(towns[i].place())
		q, known := qualification.ProvinceOfRegion(towns[i].code)
		n, _, numbered := qualification.ProvinceOfNumber(towns[i].sign + "B2-20200001")
		if !ok || !known || !numbered || p != q || p != n || !strings.HasSuffix(towns[i].city, "市") {
			t.Errorf("%+v: place in %s, code of %s, sign of %s", towns[i], p, q, n)
		}
	}
	a, b := made(t, 0, 10, 1), made(t, 0, 1000, 1)
	if diff := cmp.Diff(a.Merchant(3).Subject, b.Merchant(3).Subject); diff != "" {
		t.Errorf("a merchant changes with the number of merchants:\n%s", diff)
	}
	if _, err := New(without(builtIn(t), "食品经营许可证"), Options{Merchants: 1, On: a.on}); err == nil {
		t.Error("a dictionary that lacks a document type is accepted")
	}
}

func without(d *dictionary.Dictionary, document string) *dictionary.Dictionary {
	lesser := *d
	lesser.Documents = slices.DeleteFunc(slices.Clone(d.Documents), func(x dictionary.Document) bool { return x.Name == document })
	return &lesser
}
