package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const benchRows = 20_000

func benchText(format func(i int) string, head string) string {
	b := strings.Builder{}
	b.WriteString(head)
	for i := range benchRows {
		b.WriteString(format(i))
	}
	return b.String()
}

// BenchmarkReader reports the time of one row, duplicates looked for.
func BenchmarkReader(b *testing.B) {
	csv := benchText(func(i int) string {
		return fmt.Sprintf("L-%d,M-%d,家用加厚保温杯大容量便携 男女通用,\n", i, i%500)
	}, "商品编号,商家,标题,类目\n")
	jsonl := benchText(func(i int) string {
		return fmt.Sprintf(`{"id":"L-%d","merchant_id":"M-%d","title":"家用加厚保温杯大容量便携 男女通用"}`+"\n", i, i%500)
	}, "")
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(csv)
	if err != nil {
		b.Fatal(err)
	}
	for _, x := range []struct {
		name, text string
		format     Format
	}{{"csv", csv, FormatCSV}, {"csv-gb18030", gb, FormatCSV}, {"jsonl", jsonl, FormatJSONL}} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(x.text) / benchRows))
			var r *Reader
			row := Row{}
			for b.Loop() {
				if r == nil {
					r, err = Open("f", strings.NewReader(x.text), Options{Format: x.format, Seen: NewSeen()})
					if err != nil {
						b.Fatal(err)
					}
				}
				if err := r.Next(&row); errors.Is(err, io.EOF) {
					r = nil
				} else if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
