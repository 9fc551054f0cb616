package report

import (
	"cmp"
	"slices"
	"strings"
)

// Totals are what the rows of a report add up to: every number in them can be
// had again by counting the rows of the file.
type Totals struct {
	Rows   int64   `json:"rows"`
	Sums   []Sum   `json:"sums,omitempty"`
	Counts []Tally `json:"counts,omitempty"`
}

// A Sum is a column added up.
type Sum struct {
	Column string `json:"column"`
	Title  string `json:"title"`
	Sum    int64  `json:"sum"`
}

// A Tally counts the rows by the value of a column, the most frequent first. Its
// numbers add up to the rows.
type Tally struct {
	Column string  `json:"column"`
	Title  string  `json:"title"`
	Values []Count `json:"values"`
	Other  int64   `json:"other,omitempty"` // rows of values beyond the first 10,000 that came
}

// A Count is a value and how many rows have it.
type Count struct {
	Value string `json:"value"`
	Title string `json:"title"`
	Rows  int64  `json:"rows"`
}

// maxDistinct bounds the values of a tally, so that memory does not grow with
// the rows.
const maxDistinct = 10_000

// A counter counts the values of one column.
type counter struct {
	at    int
	texts map[string]*int64
	flags [3]int64 // no, yes, none
	other int64
}

func (c *counter) add(col *Column, v *Cell) {
	if col.Type == TypeFlag {
		switch {
		case !v.Known:
			c.flags[2]++
		case v.Number == 0:
			c.flags[0]++
		default:
			c.flags[1]++
		}
		return
	}
	if n := c.texts[v.Text]; n != nil {
		*n++
		return
	}
	if len(c.texts) >= maxDistinct {
		c.other++
		return
	}
	one := int64(1)
	c.texts[strings.Clone(v.Text)] = &one
}

func (c *counter) tally(col *Column) Tally {
	t := Tally{Column: col.Name, Title: col.Title, Values: []Count{}, Other: c.other}
	for value, n := range c.texts {
		title := value
		if col.names != nil && value != "" {
			title = col.names(value)
		}
		t.Values = append(t.Values, Count{value, title, *n})
	}
	for i, f := range [...]Count{{Value: "false", Title: "否"}, {Value: "true", Title: "是"}, {}} {
		if f.Rows = c.flags[i]; f.Rows > 0 {
			t.Values = append(t.Values, f)
		}
	}
	for i := range t.Values {
		if t.Values[i].Title == "" {
			t.Values[i].Title = "（空）"
		}
	}
	slices.SortFunc(t.Values, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), strings.Compare(a.Value, b.Value))
	})
	return t
}

// A summary adds rows up.
type summary struct {
	cols   []Column
	rows   int64
	counts []counter
	sums   []int64 // by column
}

func newSummary(cols []Column) *summary {
	s := &summary{cols: cols, sums: make([]int64, len(cols))}
	for i := range cols {
		if cols[i].Count {
			s.counts = append(s.counts, counter{at: i, texts: map[string]*int64{}})
		}
	}
	return s
}

func (s *summary) add(row []Cell) {
	s.rows++
	for i := range s.counts {
		c := &s.counts[i]
		c.add(&s.cols[c.at], &row[c.at])
	}
	for i := range row {
		if s.cols[i].Sum {
			s.sums[i] += row[i].Number
		}
	}
}

func (s *summary) totals() Totals {
	t := Totals{Rows: s.rows}
	for i := range s.cols {
		if s.cols[i].Sum {
			t.Sums = append(t.Sums, Sum{s.cols[i].Name, s.cols[i].Title, s.sums[i]})
		}
	}
	for i := range s.counts {
		t.Counts = append(t.Counts, s.counts[i].tally(&s.cols[s.counts[i].at]))
	}
	return t
}
