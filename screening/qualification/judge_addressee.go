package qualification

import (
	"fmt"
	"strings"

	"zhunru/screening/dictionary"
)

// judgeAddressee asks whether a notice is addressed to the subject (R-S10).
// Its text says so on a line of its own, 深圳示例科技有限公司：. A person must
// look where that is somebody else and the text does not name the subject at
// all, whatever the holder was entered as.
func (b *bench) judgeAddressee(j *judged, t *documentType) {
	name := b.d.Subject.Name
	if strings.Contains(j.Text, name) {
		return
	}
	to := addressee(j.Text)
	if to == "" || strings.Contains(NormalName(j.Text), NormalName(name)) {
		return
	}
	b.fault(j, Fault{Rule: "R-S10", Code: "ADDRESSEE_MISMATCH", Severity: dictionary.Doubt, Field: "text", Quote: to,
		Why: fmt.Sprintf("《%s》正文写给%s，全文没有认证主体%s的名称，须人工核对原件（R-S10）", t.Name, quoted(to), quoted(name))})
}

// Bounds on an addressee's name, in runes.
const (
	shortestName = 4
	longestName  = 60
)

// addressee returns the name of a company that a line of text begins with, up
// to a colon; "" if there is none. Only the head of a line counts: what is
// said of a company inside a sentence does not address it.
func addressee(text string) string {
	for line := range strings.Lines(text) {
		head := line[:min(len(line), 4*longestName)]
		end := strings.IndexAny(head, ":：")
		if end < 0 {
			continue
		}
		name := strings.TrimSpace(head[:end])
		n := len([]rune(name))
		if n >= shortestName && n <= longestName && endsAsName(NormalName(name)) && !strings.ContainsAny(name, "，,。；;、《》“”") {
			return name
		}
	}
	return ""
}

// endsAsName reports whether a line's head ends as the names of companies do.
func endsAsName(head string) bool {
	for _, end := range [...]string{"公司", "合作社", "合伙)", "合伙企业", "经营部", "商行", "工作室"} {
		if strings.HasSuffix(head, end) {
			return true
		}
	}
	return false
}
