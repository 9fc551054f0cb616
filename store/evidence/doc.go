// Package evidence makes packs that prove verdicts without the database, and
// verifies them. A pack is a ZIP, uncompressed and the same byte for byte from
// the same facts:
//
//	README.txt      how to check it, by hand too
//	listings.jsonl  every text that was judged
//	verdicts.jsonl  every verdict: findings, what was answered, its proof
//	laws.jsonl      rules and sources that the verdicts name
//	decisions.jsonl what was handed in by merchants, and decided on it
//	rules/N.json    the dictionary of a revision, whole
//	manifest.json   SHA-256 of each of these
//	seal.json       the export's entry over the manifest, the entries with their
//	                proofs, the signed head of the ledger, the public key
//
// The package judges nothing but what Replay is asked for, and writes nothing to
// the database but the export's entry and the tree head.
package evidence
