package rescreen_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
)

func TestParametersAreThoseOfTheTask(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		task rescreen.Task
		raw  string
		want rescreen.Params
		ok   bool
	}{
		{rescreen.TaskFull, ``, rescreen.Params{}, true},
		{rescreen.TaskFull, `{"rate":100}`, rescreen.Params{Rate: 100}, true},
		{rescreen.TaskExpiry, `{"rate":1,"leads":[60,3]}`, rescreen.Params{Rate: 1, Leads: []int{60, 3}}, true},
		{rescreen.TaskIdentityReport, `{"days":15}`, rescreen.Params{Days: 15}, true},
		{rescreen.TaskCheck, `{"rate":1}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `{"leads":[1]}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `{"days":1}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `{"rates":1}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `{"rate":-1}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `{"rate":1}{"rate":2}`, rescreen.Params{}, false},
		{rescreen.TaskExpiry, `{"leads":[0]}`, rescreen.Params{}, false},
		{rescreen.TaskFull, `rate`, rescreen.Params{}, false},
	} {
		got, err := rescreen.ParseParams(tt.task, []byte(tt.raw))
		if (err == nil) != tt.ok || tt.ok && !cmp.Equal(tt.want, got) {
			t.Errorf("%s %s: %+v %v", tt.task, tt.raw, got, err)
		}
	}
}

func TestTheWindowOfTheIdentityReport(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		on, until string
		days      int
	}{{"2027-01-01", "2027-01-31", 0}, {"2027-07-01", "2027-07-31", 0}, {"2028-02-10", "2028-02-29", 0}, {"2027-01-01", "2027-01-15", 15}} {
		p := rescreen.Params{Days: tt.days}
		if got := p.Window(date(t, tt.on)).String(); got != tt.until {
			t.Errorf("%s, %d days: until %s, want %s", tt.on, tt.days, got, tt.until)
		}
	}
}

func TestSweepRemindsAtLeadsOfOnesOwn(t *testing.T) {
	t.Parallel()
	d := &qualification.Dossier{Documents: []qualification.Document{{Type: "食品经营许可证", ValidUntil: "2027-03-01"}}}
	got := map[int]bool{}
	for on := date(t, "2026-11-01"); on < date(t, "2027-03-01"); on++ {
		for _, n := range rescreen.SweepAt(d, on-1, on, []int{3, 60}) {
			got[n.Days] = true
		}
	}
	if diff := cmp.Diff(map[int]bool{60: true, 3: true}, got); diff != "" {
		t.Error(diff)
	}
}
