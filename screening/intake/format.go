package intake

import (
	"bufio"
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
)

// A Format is how a file holds its rows. The empty value asks Open to find
// out from the name and then from the first bytes.
type Format string

// The formats.
const (
	FormatCSV   Format = "csv" // comma, semicolon, tab or ；, whichever the header uses
	FormatJSONL Format = "jsonl"
	FormatXLSX  Format = "xlsx"
)

// ParseFormat reads a format as users write it.
func ParseFormat(s string) (Format, error) {
	switch f := Format(strings.ToLower(s)); f {
	case FormatCSV, FormatJSONL, FormatXLSX:
		return f, nil
	}
	return "", fmt.Errorf("format %q is none of csv, jsonl, xlsx", s)
}

var extensions = map[string]Format{
	".csv": FormatCSV, ".tsv": FormatCSV, ".txt": FormatCSV,
	".jsonl": FormatJSONL, ".ndjson": FormatJSONL, ".json": FormatJSONL,
	".xlsx": FormatXLSX, ".xlsm": FormatXLSX,
}

// formatOf tells the format from the name, else from the first bytes.
func formatOf(name string, r *bufio.Reader) Format {
	if f, ok := extensions[strings.ToLower(filepath.Ext(name))]; ok {
		return f
	}
	head, _ := r.Peek(512) // a short or failed read shows again when rows are read
	switch text := bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return FormatXLSX
	case bytes.HasPrefix(text, []byte("{")):
		return FormatJSONL
	}
	return FormatCSV
}
