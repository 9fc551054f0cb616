package intake

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// checkSheet makes sure that a sheet ends where the rows ended: excelize takes
// broken XML for the end of the sheet and says nothing.
func checkSheet(file, sheet string, last int) (err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	part, err := sheetPart(&z.Reader, sheet)
	if err != nil {
		return err
	}
	f, err := z.Open(part)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := lastRow(f)
	if err != nil {
		return fmt.Errorf("sheet %s is broken after row %d: %w", sheet, rows, err)
	}
	if rows > last {
		return fmt.Errorf("sheet %s: rows after %d could not be read, it has %d", sheet, last, rows)
	}
	return nil
}

// lastRow reads all of a sheet and returns the number of its last row.
func lastRow(r io.Reader) (int, error) {
	d := xml.NewDecoder(r)
	n := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		n++
		for _, a := range start.Attr {
			if a.Name.Local == "r" {
				if n, err = strconv.Atoi(a.Value); err != nil {
					return n, err
				}
			}
		}
	}
}

// sheetPart returns the name of the part that holds a sheet.
func sheetPart(z *zip.Reader, sheet string) (string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Relationships []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(z, "xl/workbook.xml", &book); err != nil {
		return "", err
	}
	if err := decodePart(z, "xl/_rels/workbook.xml.rels", &rels); err != nil {
		return "", err
	}
	for _, s := range book.Sheets {
		if !strings.EqualFold(s.Name, sheet) {
			continue
		}
		for _, r := range rels.Relationships {
			if r.ID != s.ID {
				continue
			}
			if strings.HasPrefix(r.Target, "/") {
				return strings.TrimPrefix(r.Target, "/"), nil
			}
			return path.Join("xl", r.Target), nil
		}
	}
	return "", fmt.Errorf("workbook names no part for sheet %s", sheet)
}

func decodePart(z *zip.Reader, name string, into any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	return xml.NewDecoder(f).Decode(into)
}
