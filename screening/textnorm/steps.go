package textnorm

import "strings"

// Steps is the set of things that had to be undone to read a piece of text.
// The zero value means that the text was plain.
type Steps uint16

// The steps, in the order in which they are reported. StepSpace and StepMark
// share the name "separator": a space is how people part words, any other
// mark between two characters of a word is not, and the engine weighs them
// differently.
const (
	StepCase        Steps = 1 << iota // upper case
	StepWidth                         // full-width or half-width form
	StepCompat                        // circled, squared, mathematical, superscript… (NFKC)
	StepTraditional                   // traditional or variant character
	StepCombining                     // accent or combining mark
	StepConfusable                    // Cyrillic, Greek or symbol standing for a Latin letter
	StepZeroWidth                     // invisible character inside
	StepSpace                         // white space inside
	StepMark                          // punctuation, symbol or line break inside
	StepEmoji                         // emoji inside, or emoji read as a word
	StepRepeat                        // repeated character
	StepSplitGlyph                    // one character written as its parts
	StepPinyin                        // character written in pinyin
	StepHomophone                     // character replaced by one of the same sound
)

// gapSteps are the steps that describe what stood before a character rather
// than the character itself.
const gapSteps = StepZeroWidth | StepSpace | StepMark | StepEmoji | StepCombining

// Gap is the subset of steps that parts a word from its neighbour for a reader:
// white space, marks and emoji.
const Gap = StepSpace | StepMark | StepEmoji

var stepNames = [...]struct {
	step Steps
	name string
}{
	{StepWidth, "width"},
	{StepTraditional, "traditional"},
	{StepCase, "case"},
	{StepSpace | StepMark, "separator"},
	{StepZeroWidth, "zero_width"},
	{StepCombining, "combining"},
	{StepCompat, "compatibility"},
	{StepConfusable, "confusable"},
	{StepRepeat, "repeat"},
	{StepSplitGlyph, "split_glyph"},
	{StepPinyin, "pinyin"},
	{StepHomophone, "homophone"},
	{StepEmoji, "emoji"},
}

// Names lists the steps by their names in findings, in a fixed order. It
// returns an empty, non-nil slice for no steps, and then allocates nothing.
func (s Steps) Names() []string {
	names := []string{}
	if s == 0 {
		return names
	}
	for _, n := range stepNames {
		if s&n.step != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

// StepNames lists every name that Names can return, in its order.
func StepNames() []string { return (^Steps(0)).Names() }

// String joins the names with "+"; it is "plain" for no steps.
func (s Steps) String() string {
	if s == 0 {
		return "plain"
	}
	return strings.Join(s.Names(), "+")
}
