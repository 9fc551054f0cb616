package quality

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhunru/screening"
)

// outcomeNames maps what labellers write to outcomes.
var outcomeNames = map[string]screening.Outcome{
	"prohibited": screening.OutcomeProhibited, "needs_category": screening.OutcomeNeedsCategory,
	"restricted": screening.OutcomeNeedsCategory, "review": screening.OutcomeReview,
	"pass": screening.OutcomePass, "clean": screening.OutcomePass,
}

// maxLine bounds a line of a label file, in bytes.
const maxLine = 1 << 20

// ReadLabels reads tab-separated labels with a header. It wants the columns
// title and outcome (or disposition: clean, restricted, prohibited), and
// takes id, class, category, description, split and note, in any order. A
// note that holds the word unsure marks the row. A row that cannot be read is
// an error that names its line.
func ReadLabels(r io.Reader) ([]Label, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 64<<10), maxLine)
	var header []string
	var labels []Label
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimPrefix(strings.TrimSuffix(sc.Text(), "\r"), "\ufeff")
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		fields := strings.Split(text, "\t")
		if header == nil {
			if header = fields; !slices.Contains(header, "title") {
				return nil, fmt.Errorf("line %d: the header has no column title", line)
			}
			continue
		}
		l, err := parseLabel(header, fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		l.Line = line
		labels = append(labels, l)
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		return nil, errors.New("no labelled rows")
	}
	return labels, nil
}

func parseLabel(header, fields []string) (Label, error) {
	var l Label
	if len(fields) > len(header) {
		return l, fmt.Errorf("%d fields, the header has %d", len(fields), len(header))
	}
	for i, value := range fields {
		value = strings.TrimSpace(value)
		switch header[i] {
		case "id":
			l.Listing.ID = value
		case "title":
			l.Listing.Title = value
		case "description":
			l.Listing.Description = value
		case "category":
			l.Listing.Category = value
		case "class":
			l.Class = value
		case "split":
			l.Split = value
		case "note":
			l.Unsure = strings.Contains(value, "unsure")
		case "outcome", "disposition":
			want, ok := outcomeNames[value]
			if !ok {
				return l, fmt.Errorf("column %s: %q is none of prohibited, needs_category (restricted), review, pass (clean)", header[i], value)
			}
			l.Want = want
		}
	}
	if l.Listing.Title == "" {
		return l, errors.New("column title is empty")
	}
	if l.Want == "" {
		return l, errors.New("no column outcome or disposition")
	}
	return l, nil
}
