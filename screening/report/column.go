package report

import (
	"strconv"
	"time"
)

// A Type is what the values of a column are. The empty value is invalid.
type Type string

// The types. Days are YYYY-MM-DD; times are shown in China's zone.
const (
	TypeText Type = "text"
	TypeInt  Type = "int"
	TypeTime Type = "time"
	TypeDay  Type = "day"
	TypeFlag Type = "flag"
)

// A Column is one column of a kind of report.
type Column struct {
	Name    string  // the machine's, stable
	Title   string  // Chinese
	Type    Type    // required
	Width   float64 // in characters; 0: by the type
	Privacy Privacy // what a mask hides of it
	Count   bool    // totals count the rows by its value
	Sum     bool    // totals add it up; TypeInt
	names   func(string) string
}

// A Cell is one value: of TypeText and TypeDay in Text, "" where there is none;
// of the others in Number where Known. A time is microseconds since 1970, a flag
// 0 or 1.
type Cell struct {
	Text   string
	Number int64
	Known  bool
}

// Str is a text or a day.
func Str(s string) Cell { return Cell{Text: s} }

// Num is a number.
func Num(n int64) Cell { return Cell{Number: n, Known: true} }

// Flag is yes or no.
func Flag(b bool) Cell {
	if b {
		return Num(1)
	}
	return Num(0)
}

// At is a time; the zero time is none.
func At(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Num(t.UnixMicro())
}

// china is the zone of all reports; it has had no summer time since 1991.
func china() *time.Location { return time.FixedZone("Asia/Shanghai", chinaOffset) }

const chinaOffset = 8 * 60 * 60

// machine appends a value as filters and JSON name it.
func (c *Column) machine(dst []byte, v *Cell) []byte {
	switch c.Type {
	case TypeText, TypeDay:
		return append(dst, v.Text...)
	case TypeInt:
		if v.Known {
			return strconv.AppendInt(dst, v.Number, 10)
		}
	case TypeTime:
		if v.Known {
			return time.UnixMicro(v.Number).In(china()).AppendFormat(dst, time.RFC3339)
		}
	case TypeFlag:
		if v.Known {
			return strconv.AppendBool(dst, v.Number != 0)
		}
	}
	return dst
}

// shown appends a value as people read it, the same in CSV and HTML.
func (c *Column) shown(dst []byte, v *Cell, m Mask) []byte {
	switch c.Type {
	case TypeText, TypeDay:
		return append(dst, c.text(v, m)...)
	case TypeTime:
		if v.Known {
			return appendTime(dst, v.Number)
		}
		return dst
	case TypeFlag:
		if v.Known && v.Number != 0 {
			return append(dst, "是"...)
		}
		if v.Known {
			return append(dst, "否"...)
		}
		return dst
	}
	return c.machine(dst, v)
}

// text is a text as people read it, masked.
func (c *Column) text(v *Cell, m Mask) string {
	if c.names != nil && v.Text != "" {
		return c.names(v.Text)
	}
	if c.Privacy != "" {
		return m.Hide(c.Privacy, v.Text)
	}
	return v.Text
}

// appendTime appends 2006-01-02 15:04:05 in China's zone, several times faster
// than time.Format.
func appendTime(dst []byte, micros int64) []byte {
	t := time.UnixMicro(micros).UTC().Add(chinaOffset * time.Second)
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = strconv.AppendInt(dst, int64(year), 10)
	for _, p := range [...]struct {
		sign byte
		n    int
	}{{'-', int(month)}, {'-', day}, {' ', hour}, {':', minute}, {':', second}} {
		dst = append(dst, p.sign, byte('0'+p.n/10), byte('0'+p.n%10))
	}
	return dst
}

// width is how wide the column is shown, in characters.
func (c *Column) width() float64 {
	if c.Width > 0 {
		return c.Width
	}
	switch c.Type {
	case TypeTime:
		return 20
	case TypeDay:
		return 12
	case TypeText:
		return 18
	}
	return 10
}
