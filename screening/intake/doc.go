// Package intake reads files of listings as a stream: CSV, JSON Lines and
// XLSX, in UTF-8, UTF-16 or GB18030, with Chinese or English headers.
//
// Every row becomes a Listing or a RowError that names file, line and field;
// none is skipped in silence, and a bad row never stops the reading of the
// next one. Memory does not grow with the file (a workbook's shared strings
// are the exception). The package judges nothing and writes nothing but the
// temporary files of Seen.
package intake
