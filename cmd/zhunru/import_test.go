package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhunru/store"
	"zhunru/store/storetest/pg"
)

// data runs one command line on a database.
func data(tb testing.TB, db string, args ...string) *screened {
	tb.Helper()
	var stdout, stderr bytes.Buffer
	status := run(tb.Context(), append(args, "--db", db), strings.NewReader(""), &stdout, &stderr)
	return &screened{status, stdout.String(), stderr.String()}
}

// must runs a command line that must end with a status.
func (s *screened) must(tb testing.TB, status int) *screened {
	tb.Helper()
	if s.status != status {
		tb.Fatalf("status %d, want %d\n%s%s", s.status, status, s.stdout, s.stderr)
	}
	return s
}

func wantText(tb testing.TB, got string, parts ...string) {
	tb.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			tb.Errorf("no %q in\n%s", p, got)
		}
	}
}

// held returns every listing with its outcome, in the order of keys.
func held(tb testing.TB, db string) string {
	tb.Helper()
	s, err := openStore(tb.Context(), db, false)
	if err != nil {
		tb.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	rows, err := s.Listings(tb.Context(), store.Query{Limit: store.MaxBatch})
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = rows[i].Listing.ID + "=" + string(rows[i].Stamp.Outcome)
	}
	r, err := s.VerifyLedger(tb.Context(), "", nil)
	if err != nil || !r.OK() {
		tb.Errorf("ledger %+v, %v", r, err)
	}
	return strings.Join(out, " ")
}

const someMerchants = "商家编号,名称,统一社会信用代码,注册地,入驻时间,核验日期\n" +
	"M1,深圳甲公司,,广东省深圳市,2026年1月3日,2026-10-01\n" +
	"M2,杭州乙公司,,浙江省杭州市,坏日期,\n" +
	"M1,重复,,,,\n"

const someDocuments = "商家编号,证照类型,证号,持有人,范围,发证日期,有效期至,审核状态\n" +
	"M1,营业执照,91440300,深圳甲公司,日用百货；互联网销售,2020-01-01,长期,\n" +
	"M1,食品经营许可证,JY1,深圳甲公司,,2020-01-01,2027-01-01,待审\n" +
	"M9,营业执照,1,x,,,,\nM1,没有这种证,1,x,,,,\n"

const someListings = "编号,商家,标题\n1,M1,保温杯\n2,M1,=HYPERLINK 仿真枪\n3,M2\n,M2,x\n"

// TestImport goes through an import of all three kinds on both databases.
func TestImport(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		importAll(t, filepath.Join(t.TempDir(), "z.db"))
	})
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		importAll(t, pg.Start(t).Database(t))
	})
}

func importAll(t *testing.T, db string) {
	data(t, db, "migrate", "up").must(t, exitDone)
	merchants, documents, goods := write(t, "商家.csv", someMerchants), write(t, "证照.csv", someDocuments), write(t, "商品.csv", someListings)
	got := data(t, db, "import", "merchants", merchants).must(t, exitInput)
	wantText(t, got.stdout, "新增 1，更新 0，未变 0，拒绝 2", "zhunru rescreen --kind merchant")
	got = data(t, db, "import", "documents", documents).must(t, exitInput)
	wantText(t, got.stdout, "新增 2，更新 0，未变 0，拒绝 2")
	wantText(t, read(t, rejectsBeside(documents)), "MERCHANT_UNKNOWN", "TYPE_UNKNOWN")
	got = data(t, db, "import", "listings", goods).must(t, exitInput)
	wantText(t, got.stdout, "新增 2，更新 0，未变 0，拒绝 2", "禁售 1", "通过 1")
	want := "1=pass 2=prohibited"
	if got := held(t, db); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for kind, file := range map[string]string{"merchants": merchants, "documents": documents, "listings": goods} {
		before := fingerprint(t, db)
		got := data(t, db, "import", kind, file).must(t, exitInput)
		wantText(t, got.stdout, "没有变化")
		if strings.Contains(got.stdout, "rescreen") {
			t.Errorf("%s: a change is said where there is none", kind)
		}
		if diff := cmp.Diff(before, fingerprint(t, db)); diff != "" {
			t.Errorf("%s again: %s", kind, diff)
		}
	}
	changed := write(t, "商家2.csv", "商家编号,名称\nM1,深圳甲有限公司\n")
	wantText(t, data(t, db, "import", "merchants", changed).must(t, exitDone).stdout, "新增 0，更新 1，未变 0，拒绝 0")
	s, err := openStore(t.Context(), db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read from
	m, err := s.Merchant(t.Context(), "M1")
	if err != nil || m.Name != "深圳甲有限公司" || m.Place != "广东省深圳市" || m.VerifiedOn != "2026-10-01" || m.JoinedAt.Unix() != 1767369600 {
		t.Errorf("a column that the file does not have was changed, or a day is wrong: %+v, %v", m, err)
	}
	if d, err := s.Documents(t.Context(), "M1"); err != nil || len(d) != 2 || !d[0].Perpetual || d[0].Decision != store.Accepted ||
		len(d[0].Scope) != 2 || d[1].Decision != store.Pending || d[1].ExpiresOn != "2027-01-01" {
		t.Errorf("%+v, %v", d, err)
	}
	edited := write(t, "商品2.csv", "编号,商家,标题\n1,M1,仿真枪\n2,M1,=HYPERLINK 仿真枪\n")
	wantText(t, data(t, db, "import", "listings", edited).must(t, exitDone).stdout, "新增 0，更新 1，未变 1，拒绝 0")
	if got := held(t, db); got != "1=prohibited 2=prohibited" {
		t.Error(got)
	}
}

// fingerprint is what an import that changes nothing must leave as it is.
func fingerprint(tb testing.TB, db string) []string {
	tb.Helper()
	s, err := openStore(tb.Context(), db, false)
	if err != nil {
		tb.Fatal(err)
	}
	defer s.Close()  //nolint:errcheck // only read from
	var out []string //nolint:prealloc // a dozen lines
	for _, table := range []string{"listings", "records", "record_history", "findings", "merchants", "documents", "ledger", "chunks", "runs"} {
		var n int64
		if err := s.Pool().QueryRowContext(tb.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d", table, n))
	}
	for _, column := range []string{"listings.edited_at", "merchants.updated_at", "documents.updated_at", "records.screened_at", "runs.version"} {
		table, name, _ := strings.Cut(column, ".")
		var n int64
		if err := s.Pool().QueryRowContext(tb.Context(), "SELECT COALESCE(MAX("+name+"), 0) FROM "+table).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %d", column, n))
	}
	return out
}

func read(tb testing.TB, path string) string {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

func TestImportRejectsAreInertAndNameWhatIsWrong(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "z.db")
	file, sheet := write(t, "goods.csv", "编号,标题\n=cmd\n＝2,\n"), filepath.Join(t.TempDir(), "out.csv")
	data(t, db, "import", "listings", file, "--rejects", sheet).must(t, exitInput)
	want := "\ufeff文件,行,字段,代码,原因,摘录\n" + file + ",2,line,ROW_COLUMNS,\"1 fields, the header has 2（列数不符）\",'=cmd\n" +
		file + ",3,title,FIELD_EMPTY,empty（缺少标题）,\n"
	if diff := cmp.Diff(want, read(t, sheet)); diff != "" {
		t.Error(diff)
	}
}

func TestImportReadsEveryFormatAlike(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("商品编号;商品标题;属性.材质\nL1;仿真枪;木\n")
	if err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(t.TempDir(), "z.db")
	wantText(t, data(t, db, "import", "listings", write(t, "g.csv", gb)).must(t, exitDone).stdout, "新增 1", "禁售 1")
	for _, file := range []string{
		write(t, "g.jsonl", `{"id":"L1","title":"仿真枪","attributes":{"材质":"木"}}`),
		workbook(t, [][]any{{"商品编号", "标题", "属性.材质"}, {"L1", "仿真枪", "木"}}),
	} {
		wantText(t, data(t, db, "import", "listings", file).must(t, exitDone).stdout, "没有变化：读入 1 行，新增 0，更新 0，未变 1，拒绝 0")
	}
	merchants := workbook(t, [][]any{{"商家编号", "名称", "入驻时间"}, {1001, "甲", 46025}})
	data(t, db, "import", "merchants", merchants).must(t, exitDone)
	again := write(t, "m.jsonl", `{"商家编号":1001,"name":"甲","joined_on":"2026-01-03"}`)
	wantText(t, data(t, db, "import", "merchants", again).must(t, exitDone).stdout, "没有变化：读入 1 行，新增 0，更新 0，未变 1，拒绝 0")
}

func TestImportDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, file := filepath.Join(dir, "z.db"), write(t, "goods.csv", someListings)
	got := data(t, db, "import", "listings", file, "--dry-run").must(t, exitInput)
	wantText(t, got.stdout, "试运行，没有写入", "新增 2，更新 0，未变 0，拒绝 2", "禁售 1")
	wantText(t, got.stderr, "goods.csv:4: line: ", "（ROW_COLUMNS）")
	for _, path := range []string{db, rejectsBeside(file)} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s was written", path)
		}
	}
	data(t, db, "import", "listings", file).must(t, exitInput)
	before := fingerprint(t, db)
	edited := write(t, "goods.csv", "编号,标题\n1,仿真枪\n9,杯\n")
	wantText(t, data(t, db, "import", "listings", edited, "--dry-run").must(t, exitDone).stdout, "新增 1，更新 1，未变 0，拒绝 0")
	if diff := cmp.Diff(before, fingerprint(t, db)); diff != "" {
		t.Error(diff)
	}
}

// workbook writes the cells of one sheet.
func workbook(tb testing.TB, rows [][]any) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "g.xlsx")
	book := excelize.NewFile()
	for i := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &rows[i]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := book.SaveAs(path); err != nil {
		tb.Fatal(err)
	}
	return path
}
