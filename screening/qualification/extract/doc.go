// Package extract reads what a person handed in: text out of PDF, DOCX,
// pictures and plain text, and out of the text proposals for the fields of a
// document.
//
//	file ──► kind by content ──► text layer (pdftotext, DOCX, text) ──► Document ──► Propose ──► a person
//	                        └──► no text layer: pdftoppm, tesseract ──┘
//
// Files are hostile until proven otherwise: every read has a bound in bytes,
// pages, pixels and time, and the outside programs run with a memory limit in
// a process group that dies with the call. The package does not judge: a
// proposal is never a fact, and no field is set that a person has filled.
//
// PDF needs pdftotext. The Go libraries that were looked at read only fonts
// that carry a ToUnicode map and return rubbish for the predefined Chinese
// encodings (UniGB-UCS2-H, GBK-EUC-H) that official documents use, without an
// error; a wrong licence text is worse than a message that names a package.
package extract
