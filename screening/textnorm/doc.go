// Package textnorm turns what sellers type into canonical text that terms can
// be matched in, and leads every canonical character back to the exact bytes
// it came from.
//
// Normalize folds case, width, compatibility forms, traditional characters,
// accents and look-alikes, and leaves out what only separates or hides:
// spaces, punctuation, emoji, zero-width characters, combining marks. What was
// undone stays attached to each canonical character as [Steps]. The derived
// views ([Normalizer.Collapse], [Normalizer.Fuse], [Normalizer.Picture] and
// [Phonetics]) undo more, and are built only where [Text.Signals] asks.
//
// The package does not know any term, and it does not decide anything. Terms
// must be folded by the same Normalizer as the text they are looked for in.
package textnorm
