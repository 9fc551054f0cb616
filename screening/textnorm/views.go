package textnorm

import "unicode/utf8"

// Collapse reads t into dst with every run of the same Han character or of
// three and more of the same letter as one (手手枪枪 → 手枪). A term that
// holds a repeated character (奶奶) is found in t itself.
func (n *Normalizer) Collapse(dst, t *Text) {
	dst.Reset(t.Source)
	for i, r := range t.Runes {
		if k := len(dst.Runes); k > 0 && dst.Runes[k-1] == r && r >= 0x2E80 {
			dst.End[k-1] = t.End[i]
			dst.Steps[k-1] |= StepRepeat
			continue
		}
		dst.Runes = append(dst.Runes, r)
		dst.Start = append(dst.Start, t.Start[i])
		dst.End = append(dst.End, t.End[i])
		dst.Steps = append(dst.Steps, t.Steps[i])
	}
}

// Fuse reads t into dst with the parts of split characters as the characters
// they make (木仓 → 枪), the longest parts first. It reports whether there was
// any.
func (n *Normalizer) Fuse(dst, t *Text) bool {
	dst.Reset(t.Source)
	found := false
	for i := 0; i < len(t.Runes); {
		whole, width := n.splitAt(t, i)
		if width == 0 {
			dst.add(t.Runes[i], int(t.Start[i]), int(t.End[i]), t.Steps[i])
			i++
			continue
		}
		found = true
		steps := t.Steps[i] | StepSplitGlyph
		for _, s := range t.Steps[i+1 : i+width] {
			steps |= s &^ gapSteps
		}
		dst.add(whole, int(t.Start[i]), int(t.End[i+width-1]), steps)
		i += width
	}
	return found
}

func (n *Normalizer) splitAt(t *Text, i int) (whole rune, width int) {
	if !n.splitFirst.has(t.Runes[i]) {
		return 0, 0
	}
	var buf [12]byte
	for width = min(3, len(t.Runes)-i); width >= 2; width-- {
		key := buf[:0]
		for _, r := range t.Runes[i : i+width] {
			if len(key) > 8 {
				break
			}
			key = utf8.AppendRune(key, r)
		}
		if whole, ok := n.split[string(key)]; ok {
			return whole, width
		}
	}
	return 0, 0
}
