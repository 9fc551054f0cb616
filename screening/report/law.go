package report

import (
	"strings"

	"zhunru/screening"
)

// Laws maps the ids of sources to their full names. A nil map is fine: the
// id then stands for the name.
type Laws map[string]string

// cite writes a citation as lawyers do: 《刑法》第125条、第287条之一. An article
// that was not checked against the text of the law is marked.
func (n Laws) cite(c *screening.Citation, l Language) string {
	name := n[c.Source]
	if name == "" {
		name = c.Source
	}
	if !strings.HasPrefix(name, "《") {
		name = "《" + name + "》"
	}
	out := name + articles(c.Article)
	if !c.Verified {
		out += l.pick("（待核）", " (unverified)")
	}
	return out
}

// articles spells article numbers out; what is no number stays as it is.
func articles(list string) string {
	if list == "" {
		return ""
	}
	parts := strings.Split(list, "、")
	for i, p := range parts {
		digits := 0
		for digits < len(p) && p[digits] >= '0' && p[digits] <= '9' {
			digits++
		}
		rest := p[digits:]
		switch {
		case digits == 0:
		case strings.HasPrefix(rest, "条"), strings.HasPrefix(rest, "-"):
			parts[i] = "第" + strings.TrimSuffix(p, "条")
			if !strings.Contains(rest, "条之") {
				parts[i] += "条"
			}
		case rest == "", strings.HasPrefix(rest, "之"), strings.HasPrefix(rest, "第"):
			parts[i] = "第" + p[:digits] + "条" + rest
		}
	}
	return strings.Join(parts, "、")
}

func (n Laws) citeAll(list []screening.Citation, l Language) string {
	out := make([]string, len(list))
	for i := range list {
		out[i] = n.cite(&list[i], l)
	}
	return strings.Join(out, l.pick("；", "; "))
}

// missing says what category and which documents are wanted.
func missing(m *screening.Missing, l Language) string {
	if m == nil {
		return ""
	}
	out := l.pick("类目“"+m.Category+"”", "category “"+m.Category+"”")
	if len(m.AnyOf) > 0 {
		out += l.pick("：", ": ") + describeSets(m.AnyOf, l)
	}
	parts := append(make([]string, 0, 1+len(m.Lacks)), out)
	for _, lack := range m.Lacks {
		parts = append(parts, lack.Why)
	}
	return strings.Join(parts, l.pick("；", "; "))
}

// Cite returns citations in Chinese, 《法》第N条, one after the other.
func (n Laws) Cite(list []screening.Citation) string { return n.citeAll(list, Chinese) }

// Steps returns how a seller hid a word, in Chinese, one after the other.
func Steps(steps []string) string { return stepNames(steps, Chinese) }
