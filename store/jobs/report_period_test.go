package jobs

import (
	"errors"
	"testing"

	"zhunru/screening"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
)

func TestPeriodsBeforeADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ day, period, from, to string }{
		{"2026-03-01", "day", "2026-02-28", "2026-02-28"}, {"2026-03-01", "month", "2026-02-01", "2026-02-28"}, {"2026-01-15", "month", "2025-12-01", "2025-12-31"},
		{"2026-03-02", "week", "2026-02-23", "2026-03-01"}, {"2026-03-01", "week", "2026-02-16", "2026-02-22"}, {"2026-01-01", "half_year", "2025-07-01", "2025-12-31"},
		{"2026-07-31", "half_year", "2026-01-01", "2026-06-30"}, {"2026-03-01", "", "", ""},
	} {
		day, _, flaw := qualification.ParseDate(c.day)
		if flaw != nil {
			t.Fatal(flaw)
		}
		p := ReportPlan{Spec: report.Spec{Kind: "changes", Format: report.FormatCSV, Mask: report.MaskPersonal}, Period: c.period}
		s, err := p.on(day)
		if err != nil || s.From != c.from || s.To != c.to {
			t.Errorf("%s before %s: %s to %s, %v", c.period, c.day, s.From, s.To, err)
		}
	}
	p := ReportPlan{Spec: report.Spec{Kind: "changes", Format: report.FormatCSV, Mask: report.MaskPersonal}, Period: "year"}
	var invalid *screening.InvalidError
	if err := p.Check(); !errors.As(err, &invalid) {
		t.Error(err)
	}
}
