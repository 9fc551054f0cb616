package dictionary

import (
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing wrong with a dictionary. Line and Column count from 1
// and are 0 where they are not known.
type Problem struct {
	File         string
	Line, Column int
	Rule         string // which check found it: "syntax", "unknown-source", …
	Message      string
}

// String renders the problem as file:line:column: rule: message.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Column > 0 {
		fmt.Fprintf(&b, ":%d", p.Column)
	}
	fmt.Fprintf(&b, ": %s: %s", p.Rule, p.Message)
	return b.String()
}

// Problems is a list of problems as an error.
type Problems []Problem

// Error lists every problem, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

func (ps Problems) sorted() Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return ps
}
