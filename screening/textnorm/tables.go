package textnorm

import (
	"bufio"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// Tables is the data a Normalizer is made of. The files are described in
// dictionaries/README.md; all of them are optional.
type Tables struct {
	// Traditional maps a traditional or variant character to the simplified
	// one. Families with several readings (乾 干) fold to one member.
	Traditional map[rune]rune
	// Confusable maps a character to the Latin letter or digit it looks like.
	// It is applied only beside a Latin letter.
	Confusable map[rune]rune
	// Letters maps symbols that are drawn letters or digits (🅰, ❶) and that
	// NFKC leaves alone.
	Letters map[rune]rune
	// Split maps the parts of a character to the character: 木仓 → 枪.
	Split map[string]rune
	// Emoji maps an emoji to the word it stands for: 🔫 → 枪.
	Emoji map[rune]string
}

// ReadTables reads the variants folder: traditional.txt, confusables.txt,
// letters.txt, split_glyphs.txt and emoji.txt. Each line is the form, white
// space, and what it means; # starts a comment. Every problem is reported with
// its file and line.
func ReadTables(fsys fs.FS) (Tables, error) {
	t := Tables{
		Traditional: map[rune]rune{}, Confusable: map[rune]rune{}, Letters: map[rune]rune{},
		Split: map[string]rune{}, Emoji: map[rune]string{},
	}
	readers := []struct {
		file string
		add  func(from, to string) error
	}{
		{"traditional.txt", runePair(t.Traditional)},
		{"confusables.txt", runePair(t.Confusable)},
		{"letters.txt", runePair(t.Letters)},
		{"split_glyphs.txt", func(from, to string) error {
			return addSplit(t.Split, from, to)
		}},
		{"emoji.txt", func(from, to string) error {
			return addEmoji(t.Emoji, from, to)
		}},
	}
	for _, r := range readers {
		if err := readPairs(fsys, r.file, r.add); err != nil {
			return Tables{}, err
		}
	}
	return t, nil
}

func readPairs(fsys fs.FS, file string, add func(from, to string) error) error {
	f, err := fsys.Open(file)
	if err != nil {
		return fmt.Errorf("textnorm: %w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		text, _, _ := strings.Cut(sc.Text(), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return fmt.Errorf("%s:%d: want two fields, the form and its meaning, found %d", file, line, len(fields))
		}
		if err := add(fields[0], fields[1]); err != nil {
			return fmt.Errorf("%s:%d: %w", file, line, err)
		}
	}
	return sc.Err()
}

func runePair(m map[rune]rune) func(from, to string) error {
	return func(from, to string) error {
		f, err := oneRune(from)
		if err != nil {
			return err
		}
		if m[f], err = oneRune(to); err != nil {
			return err
		}
		return nil
	}
}

func addSplit(m map[string]rune, from, to string) error {
	if n := utf8.RuneCountInString(from); n < 2 || n > 3 {
		return fmt.Errorf("%q must be the two or three parts of a character", from)
	}
	if _, double := m[from]; double {
		return fmt.Errorf("%q is listed twice", from)
	}
	r, err := oneRune(to)
	m[from] = r
	return err
}

func addEmoji(m map[rune]string, from, to string) error {
	from = strings.TrimSuffix(from, "\ufe0f")
	r, err := oneRune(from)
	m[r] = to
	return err
}

func oneRune(s string) (rune, error) {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError || size != len(s) {
		return 0, fmt.Errorf("%q must be one character", s)
	}
	return r, nil
}
