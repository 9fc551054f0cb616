package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/intake"
	"zhunru/screening/qualification"
	"zhunru/screening/report"
	"zhunru/store"
)

// importFlags are the flags of zhunru import as they were given.
type importFlags struct {
	database            databaseFlags
	in, encoding, sheet string
	rejects, on         string
	dry, noProgress     bool

	kind           store.ImportKind
	files          []string
	stdout, stderr io.Writer
}

func newImport() *cobra.Command {
	c := &cobra.Command{
		Use:   "import listings|merchants|documents FILE…",
		Short: "把商品、商家、证照导入数据库，商品边导边筛 / import files into the database",
		Long: `读 CSV、JSON Lines 或 XLSX，按编号新增或更新；商品随即筛查，结论与商品在同一事务里保存。
格式、编码（UTF-8、UTF-16、GB18030）自动识别，列的顺序不限，列名中英文均可。

中途被中断或断电，再运行同一条命令就从断点继续，不漏一行，不重一行。内容没有变的行不
写入；同一个文件再导入一次，什么也不变。被拒绝的行写进 输入文件名.rejects.csv（或 --rejects），
写明行、字段、代码、原因，其余照常导入，退出状态为 3。

退出状态：0 完成；2 用法错误；3 有行被拒绝、读写出错或被中断。

Imports files, screening listings on the way in; resumes where it was stopped.`,
		Args: func(c *cobra.Command, _ []string) error {
			return usagef("请写明导入什么 / say what to import\n用法：zhunru %s", c.Use)
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	c.AddCommand(
		newImportKind(store.ImportListings, "商品 / listings", `列：商品编号/id  标题/title（这两列必有）
  商家编号/merchant_id  描述/description  类目/category  品牌/brand  属性.X/attributes.X`),
		newImportKind(store.ImportMerchants, "商家 / merchants", `列：商家编号/id  名称/name（这两列必有）
  统一社会信用代码/uscc  注册地/registered_place  入驻时间/joined_on  核验日期/verified_on
  主体类型/kind  已有类目/categories_held  其他平台/other_platforms  免登记/exempt  状态/state
文件里没有的列，数据库里原有的值不动；多个值用 ； 分开。`),
		newImportKind(store.ImportDocuments, "证照 / documents", `列：商家编号/merchant_id  证照类型/type（这两列必有；商家须已导入）
  证号/number  持有人/holder  统一社会信用代码/uscc  范围/scope  发证机关/issuer
  发证日期/issued_on  有效期至/valid_until  状态/status  正文/text  文件/file  审核状态/decision
同一商家同类同号的证照是同一份。没有 审核状态 列时，新证照按已通过计。`),
	)
	return c
}

func newImportKind(kind store.ImportKind, short, columns string) *cobra.Command {
	f := &importFlags{kind: kind}
	c := &cobra.Command{
		Use:     string(kind) + " FILE…",
		Short:   short,
		Long:    columns,
		Example: "  zhunru import " + string(kind) + " 导出.xlsx --db zhunru.db\n  zhunru import " + string(kind) + " 导出.csv --dry-run",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("%s 需要至少一个文件 / name a file\n用法：%s", c.CommandPath(), c.UseLine())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			f.files, f.stdout, f.stderr = args, c.OutOrStdout(), c.ErrOrStderr()
			return f.run(c.Context())
		},
	}
	f.database.register(c)
	f.database.registerDictionaries(c)
	s := c.Flags()
	s.StringVar(&f.in, "in", "", "输入格式 csv|jsonl|xlsx，默认按扩展名与内容识别 / input format")
	s.StringVar(&f.encoding, "encoding", "", "文本编码 utf-8|gb18030|utf-16le|utf-16be，默认识别 / text encoding")
	s.StringVar(&f.sheet, "sheet", "", "XLSX 的工作表，默认第一张 / sheet of a workbook")
	s.StringVar(&f.rejects, "rejects", "", "被拒绝的行写到这个 CSV 文件，默认与输入文件并排 / where refused rows go")
	s.BoolVar(&f.dry, "dry-run", false, "只说会怎样，不写数据库 / write nothing")
	s.BoolVar(&f.noProgress, "no-progress", false, "不显示进度条 / no progress bar")
	if kind == store.ImportListings {
		s.StringVar(&f.on, "on", "", "按哪天的证照判断，默认今天（北京时间） / the day to judge on")
	}
	return c
}

// options checks the flags about reading.
func (f *importFlags) options() (o intake.Options, on qualification.Date, err error) {
	if f.in != "" {
		if o.Format, err = intake.ParseFormat(f.in); err != nil {
			return o, 0, usagef("--in: %w", err)
		}
	}
	if f.encoding != "" {
		if o.Encoding, err = intake.ParseEncoding(f.encoding); err != nil {
			return o, 0, usagef("--encoding: %w", err)
		}
	}
	o.Sheet = f.sheet
	rejects, rejectsErr := os.Stat(f.rejects)
	for _, name := range f.files {
		if name == "-" {
			return o, 0, usagef("import 不读标准输入：断点续传要重读文件，请先存成文件")
		}
		if in, err := os.Stat(name); err == nil && rejectsErr == nil && os.SameFile(in, rejects) {
			return o, 0, usagef("--rejects %s 就是输入文件 / would overwrite the input", f.rejects)
		}
	}
	on, err = parseDay(f.on)
	return o, on, err
}

func (f *importFlags) run(ctx context.Context) error {
	options, on, err := f.options()
	if err != nil {
		return err
	}
	if f.kind == store.ImportListings && f.size() >= largeImport {
		if _, err := loadSegmenter(); err != nil {
			return err
		}
	}
	d, err := f.open(ctx)
	if err != nil {
		return err
	}
	p := &filePass{flags: f, desk: d, options: options, started: time.Now()}
	err = p.all(ctx, on)
	return errors.Join(err, d.close())
}

// largeImport is the size of files, in bytes, from which on some listing will
// need words for sure.
const largeImport = 1 << 20

// size is that of the files together; one that cannot be read is said later.
func (f *importFlags) size() (total int64) {
	for _, name := range f.files {
		if info, err := os.Stat(name); err == nil {
			total += info.Size()
		}
	}
	return total
}

// open opens the database for what is imported; a dry run only reads it.
func (f *importFlags) open(ctx context.Context) (*desk, error) {
	switch {
	case f.dry:
		return openReadingDesk(ctx, f.database)
	case f.kind == store.ImportListings:
		return openDesk(ctx, f.database, true)
	}
	return openFiles(ctx, f.database)
}

// importerOf returns what imports a kind of rows.
func importerOf(ctx context.Context, d *desk, kind store.ImportKind, on qualification.Date, actor string) (importer, error) {
	if kind == store.ImportListings {
		return newListingImporter(ctx, d, on, actor)
	}
	return &subjectImporter{of: kind, store: d.store, actor: actor, registry: d.registry}, nil
}

// digest is the content of a file together with how it is read.
func (f *importFlags) digest(ctx context.Context, file io.ReadSeeker) (sum store.Hash, err error) {
	h := newImportDigest(f.in, f.encoding, f.sheet)
	buf := make([]byte, 1<<20)
	for ctx.Err() == nil {
		n, err := file.Read(buf)
		h.Write(buf[:n])
		if errors.Is(err, io.EOF) {
			h.Sum(sum[:0])
			_, err := file.Seek(0, io.SeekStart)
			return sum, err
		}
		if err != nil {
			return sum, err
		}
	}
	return sum, ctx.Err()
}

// newImportDigest begins the hash that stands for a file: what follows is its
// content.
func newImportDigest(in, encoding, sheet string) hash.Hash {
	h := sha256.New()
	fmt.Fprintf(h, "zhunru-import-v1\n%q %q %q\n", in, encoding, sheet)
	return h
}

// outcomesLine names how many verdicts there were of each kind.
func outcomesLine(counts map[screening.Outcome]int64) string {
	var parts []string
	for _, o := range screening.Outcomes {
		if counts[o] > 0 {
			parts = append(parts, report.OutcomeName(o, report.Chinese)+" "+grouped(int(counts[o])))
		}
	}
	return strings.Join(parts, "，")
}
