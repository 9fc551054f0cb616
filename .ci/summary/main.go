// Command summary reads the JSON of go test and prints what a person wants to
// know: failures in full, a line a package, and every skipped test with how to
// enable it. With ZHUNRU_FORBID_SKIPS set, a skip is a failure.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func main() {
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(nil, 64<<20)
	output := map[string]*strings.Builder{}
	var skipped, failed []string
	passes, fails := 0, 0
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil {
			fmt.Println(sc.Text())
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if output[key] == nil {
				output[key] = &strings.Builder{}
			}
			output[key].WriteString(e.Output)
		case "pass":
			if e.Test != "" {
				passes++
			} else {
				fmt.Printf("ok    %-40s %6.1fs\n", e.Package, e.Elapsed)
			}
		case "fail":
			if e.Test != "" {
				fails++
			} else {
				fmt.Printf("FAIL  %-40s %6.1fs\n", e.Package, e.Elapsed)
			}
			failed = append(failed, key)
		case "skip":
			if e.Test != "" {
				skipped = append(skipped, key+": "+reason(output[key]))
			}
		}
	}
	for _, key := range failed {
		if output[key] != nil {
			fmt.Printf("\n--- %s\n%s", key, output[key])
		}
	}
	for _, s := range skipped {
		fmt.Println("skipped", s)
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", passes, fails, len(skipped))
	if fails > 0 || len(failed) > 0 || len(skipped) > 0 && os.Getenv("ZHUNRU_FORBID_SKIPS") != "" {
		os.Exit(1)
	}
}

// reason is the last line a test printed before it skipped: it says how to
// enable it.
func reason(b *strings.Builder) string {
	if b == nil {
		return "no reason given"
	}
	last := ""
	for line := range strings.SplitSeq(b.String(), "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			last = line
		}
	}
	return last
}
