package qualification

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(t *testing.T, y, m, d int) Date {
	t.Helper()
	date, ok := NewDate(y, m, d)
	if !ok {
		t.Fatalf("no such day: %d-%d-%d", y, m, d)
	}
	return date
}

func TestParseDateAcceptsWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	want := day(t, 2022, 1, 1)
	for _, s := range []string{
		"2022-01-01", "2022/1/1", "2022.1.1", "20220101", "2022年1月1日", "2022年01月01日", "2022年1月1",
		"２０２２－０１－０１", "２０２２年１月１日", "二〇二二年一月一日", "二○二二年一月一日", "二零二二年一月一日", "贰零贰贰年壹月壹日",
		"  2022-01-01\t", "2022 年 1 月 1 日", "2022-01-01止", "2022年1月1日止", "2022年1月1日前", "至2022年1月1日止", "有效期至 2022-01-01", "2022—01—01",
	} {
		if got, perpetual, flaw := ParseDate(s); got != want || perpetual || flaw != nil {
			t.Errorf("ParseDate(%q) = %v, %v, %+v, want %v", s, got, perpetual, flaw, want)
		}
	}
	for s, want := range map[string]Date{
		"二〇二二年十二月三十一日": day(t, 2022, 12, 31), "二〇二二年十月二十日": day(t, 2022, 10, 20), "二〇二四年二月廿九日": day(t, 2024, 2, 29),
		"一九九九年十一月三十日": day(t, 1999, 11, 30), "20240229": day(t, 2024, 2, 29), "9999-12-31": day(t, 9999, 12, 31),
	} {
		if got, _, flaw := ParseDate(s); got != want || flaw != nil {
			t.Errorf("ParseDate(%q) = %v, %+v, want %v", s, got, flaw, want)
		}
	}
	for _, s := range []string{"长期", " 长 期 ", "永久", "长期有效", "无固定期限", "長期"} {
		if d, perpetual, flaw := ParseDate(s); d != 0 || !perpetual || flaw != nil {
			t.Errorf("ParseDate(%q) = %v, %v, %+v, want perpetual", s, d, perpetual, flaw)
		}
	}
}

func TestParseDateSaysWhichPartIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, code string
		at             int
		why            string
	}{
		{"nothing", " \u200b", CodeDateEmpty, -1, "日期为空"},
		{"a day February lacks", "2023-02-30", CodeDateDay, 8, "二月没有30日"},
		{"a leap day in a common year", "2023年2月29日", CodeDateDay, 7, "2023年该月共28天"},
		{"31 April in eight digits", "20220431", CodeDateDay, 6, "四月没有31日"},
		{"day 0", "2022-01-00", CodeDateDay, 8, "没有0日"},
		{"month 13", "2022-13-01", CodeDateMonth, 5, "没有13月"},
		{"month 13 after leading spaces", "  2022/13/1", CodeDateMonth, 7, "没有13月"},
		{"month 0", "2022-00-10", CodeDateMonth, 5, "没有0月"},
		{"two digits of year", "22-01-01", CodeDateYear, 0, "四位"},
		{"a year long past", "1022-01-01", CodeDateYear, 0, "1022"},
		{"no day", "2022年1月", CodeDatePart, -1, "缺少日"},
		{"no month", "2022", CodeDatePart, -1, "缺少月份"},
		{"a mark and nothing", "2022-", CodeDatePart, -1, "缺少月份"},
		{"a letter O", "2O22-01-01", CodeDateYear, 0, "四位"},
		{"a letter in the month", "2022-O1-01", CodeDateForm, 5, "“O”应为月份"},
		{"mixed marks", "2022-01/01", CodeDateForm, 7, "“/”应为“-”"},
		{"年 without 月", "2022年1-1", CodeDateForm, 6, "应为“月”"},
		{"a space inside a number", "2022-01-0 1", CodeDateForm, 10, "空格"},
		{"spaces for marks", "2022 1 101", CodeDateForm, 5, "空格"},
		{"a range", "2022年1月1日至2027年1月1日", CodeDateTrailing, 9, "多出“至2027年1月1日”"},
		{"a time of day", "2022-01-01T00:00", CodeDateTrailing, 10, "多出"},
		{"words", "见证书", CodeDateForm, 0, "“见”应为年份"},
		{"nine digits", "202201011", CodeDateForm, 0, "无法读成数字"},
		{"十 in the wrong place", "2022年一二十月1日", CodeDateForm, 5, "无法读成数字"},
		{"not UTF-8", "2022-\xff-01", CodeDateForm, 5, "应为月份"},
		{"endless", "2022-01-01" + strings.Repeat("1", 1<<20), CodeDateForm, 8, "无法"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, perpetual, flaw := ParseDate(tt.in)
			if d != 0 || perpetual || flaw == nil {
				t.Fatalf("ParseDate(%.40q) = %v, %v, %v, want a flaw", tt.in, d, perpetual, flaw)
			}
			if flaw.Code != tt.code || flaw.At != tt.at || !strings.Contains(flaw.Why, tt.why) {
				t.Errorf("ParseDate(%.40q): %+v, want %s at %d, …%s…", tt.in, *flaw, tt.code, tt.at, tt.why)
			}
			if len(flaw.Why) > 400 {
				t.Errorf("a message of %d bytes", len(flaw.Why))
			}
		})
	}
}

func TestDateOfIsTheDayInShanghai(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-12-31T15:59:59Z": "2026-12-31", "2026-12-31T16:00:00Z": "2027-01-01", "2027-01-01T00:00:00+08:00": "2027-01-01",
		"1969-12-31T15:59:59Z": "1969-12-31", "1969-12-31T16:00:00Z": "1970-01-01", "1900-03-01T00:00:00+08:00": "1900-03-01",
	} {
		at, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(at).String(); got != want {
			t.Errorf("DateOf(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestNewDateKnowsTheCalendar(t *testing.T) {
	t.Parallel()
	if d, ok := NewDate(1970, 1, 1); !ok || d != 0 {
		t.Errorf("the first day is %d, %v", d, ok)
	}
	for _, no := range [][3]int{{2023, 2, 29}, {1900, 2, 29}, {2022, 4, 31}, {2022, 0, 1}, {2022, 13, 1}, {2022, 1, 0}, {0, 1, 1}, {10000, 1, 1}} {
		if d, ok := NewDate(no[0], no[1], no[2]); ok {
			t.Errorf("NewDate%v = %v", no, d)
		}
	}
	if _, ok := NewDate(2000, 2, 29); !ok {
		t.Error("2000 had a leap day")
	}
}

func TestAddMonthsEndsWithTheMonth(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from string
		n    int
		want string
	}{
		{"2022-01-31", 1, "2022-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2022-01-01", 60, "2027-01-01"},
		{"2024-02-29", 12, "2025-02-28"}, {"2022-03-31", -1, "2022-02-28"}, {"2022-12-31", 2, "2023-02-28"}, {"2022-05-15", -17, "2020-12-15"},
	}
	for _, tt := range tests {
		from, _, _ := ParseDate(tt.from)
		if got := from.AddMonths(tt.n).String(); got != tt.want {
			t.Errorf("%s + %d months = %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}

func TestLastDayIsInsideTheTerm(t *testing.T) {
	t.Parallel()
	last := day(t, 2027, 1, 1)
	if last.EndedOn(last) || last.EndedOn(last.AddDays(-1)) || !last.EndedOn(last.AddDays(1)) {
		t.Error("a term must end on the day after its last day")
	}
}

func TestDateAsJSON(t *testing.T) {
	t.Parallel()
	type record struct {
		On   Date            `json:"on"`
		When map[Date]string `json:"when"`
	}
	in := record{day(t, 2022, 1, 9), map[Date]string{day(t, 2027, 12, 31): "end"}}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"on":"2022-01-09","when":{"2027-12-31":"end"}}` {
		t.Fatalf("Marshal = %s, %v", b, err)
	}
	var out record
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{`"2022-1-9"`, `"2022-02-30"`, `20220109`, `""`, `"`} {
		var d Date
		if err := d.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("Unmarshal(%s) = %v", bad, d)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2022-01-01", "二〇二四年二月廿九日", "长期", "20231332", "2022年1月1日止", "\xff", "至", "2022-0 1-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, perpetual, flaw := ParseDate(s)
		switch {
		case flaw != nil:
			if d != 0 || perpetual || flaw.Why == "" || flaw.At < -1 || flaw.At >= len([]rune(s)) {
				t.Errorf("ParseDate(%q) = %v, %v, %+v", s, d, perpetual, *flaw)
			}
		case !perpetual:
			again, _, flaw := ParseDate(d.String())
			if flaw != nil || again != d {
				t.Errorf("ParseDate(%q) = %v, which reads as %v, %+v", s, d, again, flaw)
			}
			y, m, dd := d.Civil()
			if same, ok := NewDate(y, m, dd); !ok || same != d {
				t.Errorf("%v is %d-%d-%d, which is %v", d, y, m, dd, same)
			}
		}
	})
}
