// Package dictionary reads, checks, identifies and compares the data the
// engine judges by: classes of goods, context words, categories, documents and
// sources of law. dictionaries/README.md describes every field of the files.
//
// Load is strict and reports every problem with file, line and column. Lint
// finds what parses but cannot be right. A Dictionary is plain data: it does
// not match text, which is the work of package screening.
package dictionary
