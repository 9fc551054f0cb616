// Package report writes verdicts: as JSON Lines and CSV for machines and
// spreadsheets, as XLSX, and as two views for people at a terminal, a compact
// table and an explanation of every finding.
//
// The append functions only append to the slice they are given, so many
// goroutines may use them at once, each with its own. The package decides
// nothing, opens no files and knows nothing of terminals but their colours.
package report
