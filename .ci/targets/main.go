// Command targets writes requests for a load test, in vegeta's JSON form: each
// screens one listing of its own, titled by a line of a labelled corpus.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

type target struct {
	Method string              `json:"method"`
	URL    string              `json:"url"`
	Header map[string][]string `json:"header"`
	Body   []byte              `json:"body"`
}

func main() {
	url := flag.String("url", "http://127.0.0.1:8080", "server")
	n := flag.Int("n", 1000, "requests")
	from := flag.Int("from", 0, "number of the first listing")
	store := flag.Bool("store", true, "keep the verdicts")
	corpus := flag.String("corpus", "testdata/labelled/prohibited.tsv", "titles: the second column of each line but the first")
	flag.Parse()
	if err := write(*url, *corpus, *from, *n, *store); err != nil {
		fmt.Fprintln(os.Stderr, "targets:", err)
		os.Exit(1)
	}
}

func write(url, corpus string, from, n int, store bool) error {
	titles, err := read(corpus)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	encode := json.NewEncoder(out)
	header := map[string][]string{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + os.Getenv("ZHUNRU_KEY")}}
	for i := from; i < from+n; i++ {
		listing := map[string]string{"id": fmt.Sprintf("L%08d", i), "merchant_id": fmt.Sprintf("M%03d", i%500), "title": titles[i%len(titles)]}
		body, err := json.Marshal(map[string]any{"listings": []any{listing}, "store": store})
		if err != nil {
			return err
		}
		if err := encode.Encode(target{"POST", url + "/v1/screenings", header, body}); err != nil {
			return err
		}
	}
	return out.Flush()
}

func read(corpus string) ([]string, error) {
	b, err := os.ReadFile(corpus)
	if err != nil {
		return nil, err
	}
	var titles []string
	for line := range strings.Lines(string(b)) {
		if columns := strings.Split(line, "\t"); len(columns) > 1 && columns[1] != "title" {
			titles = append(titles, columns[1])
		}
	}
	if len(titles) == 0 {
		return nil, fmt.Errorf("%s: no titles", corpus)
	}
	return titles, nil
}
