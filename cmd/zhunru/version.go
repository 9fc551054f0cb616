package main

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"zhunru/screening/dictionary"
)

// A versionReport says which program and which dictionary judge.
type versionReport struct {
	Version    string         `json:"version"`
	Commit     string         `json:"commit,omitempty"`
	CommitTime string         `json:"commit_time,omitempty"`
	Modified   bool           `json:"modified,omitempty"` // the sources differed from the commit
	Go         string         `json:"go"`
	Platform   string         `json:"platform"`
	Dictionary dictionarySize `json:"dictionary"`
}

type dictionarySize struct {
	Revision   string `json:"revision"`
	Classes    int    `json:"classes"`
	Terms      int    `json:"terms"` // terms, slang, suspect and weak words
	Patterns   int    `json:"patterns"`
	Exceptions int    `json:"exceptions"`
}

func newVersion() *cobra.Command {
	var dir string
	asJSON := false
	c := &cobra.Command{
		Use:   "version",
		Short: "版本、Go 版本、词典版本与词数 / version and dictionary revision",
		Long: `显示程序版本、Go 版本，以及所用词典的版本号（内容的 SHA-256）和数量。
相同的程序、词典与输入给出逐字节相同的结论。`,
		Example: `  zhunru version
  zhunru version --dictionaries ./dictionaries --json`,
		Args: exactly(0),
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := loadDictionary(dir)
			if err != nil {
				return err
			}
			v := describeBuild()
			v.Dictionary = measure(d)
			if asJSON {
				return encodeJSON(c.OutOrStdout(), v)
			}
			return printVersion(c.OutOrStdout(), v)
		},
	}
	c.Flags().StringVar(&dir, "dictionaries", "", "词典目录，默认内置 / dictionary folder, built in by default")
	c.Flags().BoolVar(&asJSON, "json", false, "输出 JSON")
	return c
}

func describeBuild() *versionReport {
	v := &versionReport{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = cmp.Or(build.Main.Version, v.Version)
	for _, s := range build.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.CommitTime = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func measure(d *dictionary.Dictionary) dictionarySize {
	size := dictionarySize{Revision: d.Revision, Classes: len(d.Classes)}
	for _, s := range summaries(d) {
		size.Terms += s.Terms
		size.Patterns += s.Patterns
		size.Exceptions += s.Exceptions
	}
	return size
}

func printVersion(w io.Writer, v *versionReport) error {
	commit := cmp.Or(v.Commit, "未知 / unknown")
	if v.Modified {
		commit += "（有未提交的改动 / modified）"
	}
	_, err := fmt.Fprintf(w, `准入 zhunru %s
提交  %s %s
Go    %s %s
词典  %s
      %s 类，%s 词，%s 个模式，%s 个例外
`, v.Version, commit, v.CommitTime, v.Go, v.Platform, v.Dictionary.Revision,
		grouped(v.Dictionary.Classes), grouped(v.Dictionary.Terms), grouped(v.Dictionary.Patterns), grouped(v.Dictionary.Exceptions))
	return err
}
