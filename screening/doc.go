// Package screening judges listings: may this be sold here; if not, which
// words, which class of goods and which law say so; what is missing.
//
//	Listing ──► textnorm.Normalize ──► canonical text + map to the bytes
//	                 │ signals
//	                 ├──► ahocorasick: terms, slang, suspect and weak words, cues,
//	                 │    exceptions, reroutes, context words, prefilter words
//	                 ├──► views: collapsed repeats, fused glyphs, emoji as words
//	                 └──► sounds: pinyin and homophones of prohibited terms
//	candidates ──► exceptions, reroutes: the longest phrase wins
//	           ──► cues: weak and suspect words need company
//	           ──► patterns: RE2 near a prefilter word
//	           ──► words (gse): boundaries, and the sense of a match: goods, or
//	               their box, picture, colour, toy, book, place, or no goods
//	           ──► the title as a whole: what else does it sell?
//	           ──► declared category: what it demands, what does not agree
//	findings   ──► qualifications held ──► decide ──► Verdict
//
// The engine is pure: no clock, network, database, file or goroutine. It does
// not read files (package intake), store verdicts or talk to anybody. Build
// one with NewEngine, share it, swap it with a Service.
package screening
