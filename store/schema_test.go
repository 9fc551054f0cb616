package store

import (
	"database/sql"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm/schema"

	"zhunru/store/storetest/pg"
)

// rows are all row types.
func rows() []schema.Tabler {
	return []schema.Tabler{merchantRow{}, documentRow{}, qualificationRow{}, listingRow{}, findingRuleRow{}, findingRow{}, recordRow{},
		historyRow{}, revisionRow{}, runRow{}, chunkRow{}, scheduleRow{}, importRow{}, rejectRow{}, ledgerRow{}, ledgerHeadRow{},
		ledgerNodeRow{}, treeHeadRow{}, alarmRow{}, proofRow{}, proofLeavesRow{}, eventRow{}, accessKeyRow{}, answerRow{}, secretRow{}, webhookRow{}, deliveryRow{}, outboxRow{}, exportRow{},
		payloadRow{}, listingVersionRow{}, judgedInputRow{}, chunkTreeRow{}}
}

// TestSchemaIsThatOfTheRows compares every table's columns with the fields of
// its row type, both ways, on both engines.
func TestSchemaIsThatOfTheRows(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		compareSchema(t, filepath.Join(t.TempDir(), "z.db"), `SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p
 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'goose_db_version'`)
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		compareSchema(t, pg.Start(t).Database(t), `SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`)
	})
}

func compareSchema(t *testing.T, dsn, query string) {
	t.Helper()
	s, err := Open(t.Context(), dsn, Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	want, got := map[string][]string{}, map[string][]string{}
	for _, r := range rows() {
		parsed, err := schema.Parse(r, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		want[r.TableName()] = slices.Sorted(slices.Values(parsed.DBNames))
	}
	err = queryEach(t.Context(), s.reader(), s.engine, query, nil, func(r *sql.Rows) error {
		var table, column string
		err := r.Scan(&table, &column)
		got[table] = append(got[table], column)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for table := range got {
		slices.Sort(got[table])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
