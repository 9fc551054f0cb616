package rescreen_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunru/screening/qualification"
	"zhunru/screening/rescreen"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestSchedulesFireInChineseTime(t *testing.T) {
	t.Parallel()
	s := rescreen.Schedule{Name: "n", Spec: "0 2 * * *"}
	times, err := s.Next(at(t, "2026-11-23T17:59:00Z"), 3)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(times))
	for _, x := range times {
		got = append(got, x.UTC().Format(time.RFC3339))
	}
	if diff := cmp.Diff([]string{"2026-11-23T18:00:00Z", "2026-11-24T18:00:00Z", "2026-11-25T18:00:00Z"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMissedSlotsAreOneFiring(t *testing.T) {
	t.Parallel()
	s := rescreen.Schedule{Name: "n", Spec: "0 2 * * *"}
	next := at(t, "2026-11-01T18:00:00Z")
	if _, ok, err := s.Due(next, next.Add(-time.Second)); ok || err != nil {
		t.Errorf("fires before its time: %v %v", ok, err)
	}
	for _, tt := range []struct {
		rule   string
		now    string
		slot   string
		missed int
	}{
		{"at its time", "2026-11-01T18:00:00Z", "2026-11-01T18:00:00Z", 0},
		{"late the same night", "2026-11-02T03:00:00Z", "2026-11-01T18:00:00Z", 0},
		{"after an outage of three nights", "2026-11-04T19:00:00Z", "2026-11-04T18:00:00Z", 3},
	} {
		f, ok, err := s.Due(next, at(t, tt.now))
		if !ok || err != nil || !f.Slot.Equal(at(t, tt.slot)) || f.Missed != tt.missed || !f.Next.Equal(f.Slot.AddDate(0, 0, 1)) {
			t.Errorf("%s: %+v %v %v", tt.rule, f, ok, err)
		}
	}
}

func TestSchedulesThatCannotBeReadSaySo(t *testing.T) {
	t.Parallel()
	for _, s := range []rescreen.Schedule{
		{Name: "a", Spec: "每天两点"}, {Name: "b", Spec: "99 * * * *"}, {Name: "c", Spec: ""},
		{Name: "d", Spec: "0 2 * * *", Zone: "Mars/Phobos"}, {Name: "e", Spec: "CRON_TZ=UTC 0 2 * * *"}, {Name: "f", Spec: "0 0 2 * * *"},
	} {
		if s.Validate() == nil {
			t.Errorf("%q in %q is accepted", s.Spec, s.Zone)
		}
	}
	never := rescreen.Schedule{Name: "n", Spec: "0 0 30 2 *"}
	if times, err := never.Next(at(t, "2026-01-01T00:00:00Z"), 2); err != nil || len(times) != 0 {
		t.Errorf("30 February: %v %v", times, err)
	}
}

func TestDefaultsAreValidAndCoverEveryTask(t *testing.T) {
	t.Parallel()
	tasks := map[rescreen.Task]bool{}
	for _, s := range rescreen.Defaults() {
		tasks[s.Task] = true
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, task := range rescreen.Tasks {
		if task == rescreen.TaskReport { // which report is for the platform to say
			continue
		}
		if !tasks[task] {
			t.Errorf("no default sets off %s", task)
		}
	}
}

func date(t *testing.T, s string) qualification.Date {
	t.Helper()
	d, _, flaw := qualification.ParseDate(s)
	if flaw != nil {
		t.Fatal(flaw.Why)
	}
	return d
}

func TestSweepRemindsAtEveryLeadOnce(t *testing.T) {
	t.Parallel()
	d := &qualification.Dossier{Documents: []qualification.Document{{Type: "食品经营许可证", ValidUntil: "2027-03-01"}}}
	got := map[int]rescreen.NoticeKind{}
	for on := date(t, "2026-11-01"); on < date(t, "2027-03-10"); on++ {
		for _, n := range rescreen.Sweep(d, on-1, on) {
			if n.Missed {
				t.Errorf("%s: missed with a sweep every day", on)
			}
			got[n.Days] = n.Kind
		}
	}
	want := map[int]rescreen.NoticeKind{90: "document_ending", 30: "document_ending", 15: "document_ending", 7: "document_ending", 1: "document_ending", -1: "document_ended"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSweepMakesGoodDaysOnWhichNoneRan(t *testing.T) {
	t.Parallel()
	d := &qualification.Dossier{Documents: []qualification.Document{{Type: "a", ValidUntil: "2027-03-01"}, {Type: "b", ValidUntil: "长期"}, {Type: "c", ValidUntil: "某日"}}}
	got := rescreen.Sweep(d, date(t, "2027-01-20"), date(t, "2027-02-25"))
	want := []rescreen.Notice{
		{Kind: rescreen.NoticeEnding, Document: "a", Days: 4, On: "2027-03-01", Missed: true},
		{Kind: rescreen.NoticeUnreadable, Document: "c", Index: 2, On: "某日", Problem: got[len(got)-1].Problem},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := rescreen.Sweep(d, date(t, "2027-02-01"), date(t, "2027-04-01")); got[0].Kind != rescreen.NoticeEnded || !got[0].Missed {
		t.Errorf("ended while nobody looked: %+v", got[0])
	}
}

func TestIdentityIsDueAt150DaysAndOverdueAt183(t *testing.T) {
	t.Parallel()
	d := &qualification.Dossier{Subject: qualification.Subject{VerifiedOn: "2026-01-01"}}
	got := map[int]rescreen.NoticeKind{}
	for on := date(t, "2026-01-01"); on < date(t, "2026-09-01"); on++ {
		for _, n := range rescreen.Sweep(d, on-1, on) {
			got[n.Days] = n.Kind
		}
	}
	if diff := cmp.Diff(map[int]rescreen.NoticeKind{150: "reverification_due", 183: "reverification_overdue"}, got); diff != "" {
		t.Error(diff)
	}
}
