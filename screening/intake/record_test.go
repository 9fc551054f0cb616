package intake

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func smallTable() *Table {
	return &Table{
		Columns: []Column{
			{Field: "id", Names: []string{"商家编号"}, Kind: ColumnID, Required: true},
			{Field: "name", Names: []string{"名称"}, Required: true},
			{Field: "joined_on", Names: []string{"入驻时间"}, Kind: ColumnDay},
		},
		Key: func(f map[string]string) string { return f["id"] },
	}
}

// records reads a file of the small table: its records and its problems.
func records(t *testing.T, name, text string) (rows []map[string]string, problems []string) {
	t.Helper()
	r, err := OpenRecords(name, strings.NewReader(text), smallTable(), Options{Seen: NewSeen()})
	if err != nil {
		return nil, []string{err.Error()}
	}
	defer r.Close() //nolint:errcheck // nothing was opened
	for {
		var rec Record
		err := r.Next(&rec)
		var problem *RowError
		switch {
		case errors.Is(err, io.EOF):
			return rows, problems
		case errors.As(err, &problem):
			problems = append(problems, problem.Field+" "+problem.Code)
		case err != nil:
			t.Fatal(err)
		default:
			rows = append(rows, rec.Fields)
		}
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("名称\t商家编号\n甲\tM1\n")
	if err != nil {
		t.Fatal(err)
	}
	a := map[string]string{"id": "M1", "name": "甲"}
	for _, tt := range []struct {
		rule, name, text string
		want             []map[string]string
		problems         []string
	}{
		{"columns in any order, GB18030, tabs", "a.csv", gb, []map[string]string{a}, nil},
		{"an empty cell is there, a missing column is not", "a.csv", "id,name,入驻时间\nM1,甲,\n", []map[string]string{{"id": "M1", "name": "甲", "joined_on": ""}}, nil},
		{"unknown column is said", "a.csv", "id,name,库存\nM1,甲,3\n", []map[string]string{a}, []string{`"库存" COLUMN_UNKNOWN`}},
		{"required column", "a.csv", "id,库存\nM1,3\n", nil, []string{"a.csv: line 1: 表头缺少名称（name）列，请补上"}},
		{"required cell", "a.csv", "id,name\nM1, \n", nil, []string{"name FIELD_EMPTY"}},
		{"duplicate", "a.csv", "id,name\nM1,甲\n M1,乙\n", []map[string]string{a}, []string{"line ID_DUPLICATE"}},
		{"JSON Lines with Chinese keys and a number", "a.jsonl", `{"商家编号":12,"name":"甲"}`, []map[string]string{{"id": "12", "name": "甲"}}, nil},
		{"JSON unknown key", "a.jsonl", `{"id":"1","name":"甲","x":1}`, nil, []string{`"x" COLUMN_UNKNOWN`}},
		{"JSON key twice by another name", "a.jsonl", `{"id":"1","商家编号":"2","name":"甲"}`, nil, []string{"id COLUMN_DUPLICATE"}},
		{"JSON array is lines", "a.jsonl", `{"id":"1","name":["甲","乙"]}`, []map[string]string{{"id": "1", "name": "甲\n乙"}}, nil},
		{"JSON cut, nested, junk", "a.jsonl", "{\"id\":\n{\"id\":{}}\n{\"id\":\"1\",\"name\":\"甲\"}}\n[]\n", nil,
			[]string{"id ROW_UNREADABLE", "id ROW_UNREADABLE", "line ROW_UNREADABLE", "line ROW_UNREADABLE"}},
		{"JSON bytes that are no text", "a.jsonl", "{\"id\":\"1\",\"name\":\"甲\"}\n{\"id\":\"\xff\"}", []map[string]string{{"id": "1", "name": "甲"}}, []string{"line FIELD_ENCODING"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			rows, problems := records(t, tt.name, tt.text)
			if diff := cmp.Diff(tt.want, rows) + cmp.Diff(tt.problems, problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzRecords: no input makes reading panic, loop or give a record without its
// mandatory fields.
func FuzzRecords(f *testing.F) {
	f.Add(true, "id,name\nM1,甲\n")
	f.Add(false, `{"id":1,"name":["a"],"joined_on":null}`)
	f.Fuzz(func(t *testing.T, table bool, text string) {
		name := "a.jsonl"
		if table {
			name = "a.csv"
		}
		r, err := OpenRecords(name, strings.NewReader(text), smallTable(), Options{})
		if err != nil {
			return
		}
		for range strings.Count(text, "\n") + len(smallTable().Columns) + 1200 {
			var rec Record
			err := r.Next(&rec)
			if err == nil && (strings.TrimSpace(rec.Fields["id"]) == "" || strings.TrimSpace(rec.Fields["name"]) == "") {
				t.Fatalf("%+v", rec)
			}
			if err != nil && !errors.As(err, new(*RowError)) {
				return
			}
		}
		t.Fatal("no end")
	})
}
