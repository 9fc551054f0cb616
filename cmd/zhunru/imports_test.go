package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the table of the house: which of our packages a package may
// import. Tests of a package may also import what they need to run it.
var mayImport = map[string][]string{
	"dictionaries":                    {},
	"screening/textnorm":              {},
	"screening/ahocorasick":           {},
	"screening/segment":               {},
	"screening/lazydfa":               {},
	"screening/privacy":               {},
	"screening/dictionary":            {"screening/textnorm"},
	"screening":                       {"screening/textnorm", "screening/ahocorasick", "screening/dictionary", "screening/qualification", "screening/lazydfa"},
	"screening/quality":               {"screening"},
	"screening/intake":                {"screening"},
	"screening/report":                {"screening", "screening/privacy", "screening/textnorm", "screening/dictionary", "screening/qualification"},
	"cmd/zhunru":                      {"dictionaries", "screening", "screening/dictionary", "screening/textnorm", "screening/segment", "screening/quality", "screening/intake", "screening/report", "screening/qualification", "screening/qualification/extract", "cmd/zhunru/catalogue", "store", "store/jobs", "store/evidence", "store/webhook", "store/vault", "screening/rescreen", "api"},
	"api":                             {"screening", "screening/privacy", "screening/qualification", "screening/dictionary", "screening/report"},
	"cmd/zhunru/catalogue":            {"screening", "screening/dictionary", "screening/qualification"},
	".ci/summary":                     {},
	".ci/targets":                     {},
	"screening/qualification/extract": {"screening/qualification"},
	"screening/qualification":         {"screening/textnorm", "screening/dictionary"},
	"screening/rescreen":              {"screening", "screening/qualification", "screening/dictionary"},
	"store":                           {"screening", "screening/qualification", "screening/dictionary", "screening/report", "store/vault"},
	"store/webhook":                   {},
	"store/jobs":                      {"store", "store/webhook", "store/evidence", "screening/report", "screening", "screening/rescreen", "screening/qualification", "screening/dictionary"},
	"store/evidence":                  {"store", "screening", "screening/dictionary", "screening/qualification"},
	"store/storetest":                 {"store", "screening/report", "screening", "screening/qualification", "screening/dictionary"},
	"store/storetest/pg":              {},
	"store/vault":                     {},
}

// onlyIn says which package may import a library that must not spread.
var onlyIn = map[string][]string{
	"github.com/go-ego/gse":                          {"screening/segment"},
	"github.com/mozillazg/go-pinyin":                 {"screening/textnorm"},
	"github.com/goccy/go-yaml":                       {"screening/dictionary", "screening/qualification", "cmd/zhunru"},
	"github.com/spf13/cobra":                         {"cmd/zhunru"},
	"github.com/xuri/excelize/v2":                    {"screening/intake", "screening/report", "store/storetest"},
	"github.com/prometheus/client_golang/prometheus": {"cmd/zhunru"},
	"gorm.io/gorm":                                   {"store"},
	"github.com/pressly/goose/v3":                    {"store"},
	"github.com/gin-gonic/gin":                       {"api"},
	"github.com/danielgtaylor/huma/v2":               {"api"},
	"github.com/swaggest/swgui":                      {"api"},
	"github.com/robfig/cron/v3":                      {"screening/rescreen"},
	"github.com/riverqueue/river":                    {"store/jobs"},
	"golang.org/x/text/encoding":                     {"screening/intake", "screening/report", "screening/qualification/extract"},
	"github.com/tink-crypto/tink-go/v2":              {"store/vault"},
}

// TestImportsRunOneWay reads the imports from the source, not from go list,
// whose answer the test cache would keep.
func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkImports(t, path, filepath.ToSlash(filepath.Dir(rel)), strings.HasSuffix(path, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImports(t *testing.T, path, pkg string, test bool) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	allowed, known := mayImport[pkg]
	if !known {
		t.Errorf("%s: package %s is not in the table; say what it may import", path, pkg)
	}
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if ours, ok := strings.CutPrefix(name, "zhunru/"); ok {
			if !test && !slices.Contains(allowed, ours) {
				t.Errorf("%s: %s may not import %s", path, pkg, ours)
			}
			if strings.HasPrefix(ours, "cmd") && !strings.HasPrefix(pkg, "cmd") {
				t.Errorf("%s: nobody imports cmd", path)
			}
			continue
		}
		if owners, ok := onlyIn[name]; ok && !test && !slices.Contains(owners, pkg) {
			t.Errorf("%s: only %s may import %s", path, strings.Join(owners, ", "), name)
		}
	}
}
