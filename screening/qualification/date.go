package qualification

import (
	"fmt"
	"time"
)

// A Date is a civil day in China, as the number of days since 1970-01-01.
// Dates compare and subtract like the integers they are. Arithmetic is defined
// for the years 1 to 9999.
type Date int

const secondsPerDay = 24 * 60 * 60

// DateOf returns the day that t falls on in Asia/Shanghai. The zone is a fixed
// +08:00: no time zone database is needed, and China has kept it without
// summer time since 1992.
func DateOf(t time.Time) Date {
	local := t.Unix() + 8*60*60
	day := local / secondsPerDay
	if local%secondsPerDay < 0 {
		day--
	}
	return Date(day)
}

// NewDate returns the day of a year 1 to 9999, a month and a day of the month.
// It is false for a day that the calendar does not have.
func NewDate(y, m, d int) (Date, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

// civil is NewDate without the check; months and days out of range carry over.
func civil(y, m, d int) Date {
	return Date(time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// daysIn returns the number of days of a month.
func daysIn(y, m int) int {
	return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// Civil returns the year, month and day of the month.
func (d Date) Civil() (y, m, day int) {
	year, month, day := time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
	return year, int(month), day
}

// String returns YYYY-MM-DD.
func (d Date) String() string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// AddDays returns the day n days later, or earlier if n is negative.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// AddMonths returns the same day of the month n months later, or the month's
// last day where it has no such day: 31 January plus one month is 28 or 29
// February.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	first := civil(y, m+n, 1)
	y, m, _ = first.Civil()
	return first + Date(min(day, daysIn(y, m))-1)
}

// EndedOn reports whether a term whose last day is d is over on the day given.
// The last day itself is still inside the term.
func (d Date) EndedOn(on Date) bool { return on > d }

// MarshalText returns YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD and nothing else; ParseDate reads what people
// write.
func (d *Date) UnmarshalText(b []byte) error {
	t, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return fmt.Errorf("qualification: date %.20q is not YYYY-MM-DD: %w", b, err)
	}
	*d = DateOf(t)
	return nil
}

// MarshalJSON returns "YYYY-MM-DD".
func (d Date) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads "YYYY-MM-DD"; null changes nothing.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return fmt.Errorf("qualification: date %.20q is not a string", b)
	}
	return d.UnmarshalText(b[1 : len(b)-1])
}
