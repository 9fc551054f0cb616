// Package dictionaries holds the data zhunru is built with: classes of goods,
// context words, categories, documents, sources of law and the tables of the
// normaliser. It has no logic; README.md describes every field, package
// screening/dictionary reads it.
package dictionaries

import "embed"

// FS is the built-in dictionary, rooted where the folders goods, context,
// categories, documents, sources and variants are.
//
//go:embed goods/*.yaml context/*.yaml categories/*.yaml documents/*.yaml sources/*.yaml variants/*.txt
var FS embed.FS
