// Package qualification turns a subject's documents into the categories it may
// have: which are held on a date, what is missing, invalid or doubtful and by
// which rule, which smallest change would help, and until when it all holds.
//
//	Dossier ──► judge each document ──► groups ──► routes ──► Answer
//	                 (fields, number, dates, holder,      │
//	                  scope, jurisdiction, text)          └──► Forecast
//
// Rules R-S01 to R-S23 are those of the seed document, 「如何申请"电商平台"类目」
// (Tencent Cloud, 2022-11-23); every fault names its rule. What a category
// demands is data (dictionaries/categories, dictionaries/documents). The
// package has no clock: the date is an argument. It reads no files other than
// a dossier given to it; text and fields come out of scans elsewhere (package
// extract), and a person confirms them.
package qualification
