package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"zhunru/screening"
)

// An objectParser reads the JSON object of one listing: strings, an object of
// strings for attributes, null for absent. Whole numbers are taken as ids.
type objectParser struct {
	dec  *decoder // names the encoding
	data []byte
	i    int
	cut  bool // the last parse ended inside a string
	had  [6]bool
}

// parse returns the field and the reason of the first problem, or an empty
// reason.
func (p *objectParser) parse(line []byte, l *screening.Listing) (field, reason string) {
	p.data, p.i, p.cut, p.had = line, 0, false, [6]bool{}
	if p.space(); !p.accept('{') {
		return FieldLine, "not a JSON object（每行应是一个 JSON 对象）"
	}
	field, reason = p.members(FieldLine, func(key string) (string, string) { return p.member(key, l) })
	if reason != "" {
		return field, reason
	}
	if p.space(); p.i < len(p.data) {
		return FieldLine, p.at("text after the object")
	}
	return "", ""
}

// members reads the rest of an object; value reads each value and returns the
// field to blame.
func (p *objectParser) members(within string, value func(key string) (field, reason string)) (field, reason string) {
	if p.space(); p.accept('}') {
		return "", ""
	}
	for {
		p.space()
		key, reason := p.text()
		if reason != "" {
			return within, reason
		}
		if p.space(); !p.accept(':') {
			return within, p.at("no colon after a key")
		}
		p.space()
		if field, reason := value(key); reason != "" {
			return field, reason
		}
		p.space()
		switch {
		case p.accept(','):
		case p.accept('}'):
			return "", ""
		default:
			return within, p.at("neither comma nor closing brace")
		}
	}
}

func (p *objectParser) member(key string, l *screening.Listing) (field, reason string) {
	var to *string
	var n int
	switch key {
	case fieldID:
		to, n = &l.ID, 0
	case fieldMerchant:
		to, n = &l.MerchantID, 1
	case fieldTitle:
		to, n = &l.Title, 2
	case fieldDescription:
		to, n = &l.Description, 3
	case fieldCategory:
		to, n = &l.Category, 4
	case fieldBrand:
		to, n = &l.Brand, 5
	case "attributes":
		return p.attributes(l)
	default:
		return quoteHeader(key), "unknown key（无法识别的字段）"
	}
	if p.had[n] {
		return key, "key comes twice（重复的字段）"
	}
	p.had[n] = true
	*to, reason = p.value(n <= 1)
	return key, reason
}

func (p *objectParser) attributes(l *screening.Listing) (field, reason string) {
	const within = "attributes"
	if l.Attributes != nil {
		return within, "key comes twice（重复的字段）"
	}
	l.Attributes = map[string]string{}
	if p.word("null") {
		return within, ""
	}
	if !p.accept('{') {
		return within, p.at("not an object of strings")
	}
	return p.members(within, func(key string) (string, string) {
		name := prefixAttribute + key
		if _, twice := l.Attributes[key]; twice {
			return name, "key comes twice（重复的字段）"
		}
		value, reason := p.value(false)
		l.Attributes[key] = value
		return name, reason
	})
}

// value reads a string, null as "", and a whole number where numbers may be.
func (p *objectParser) value(number bool) (text, reason string) {
	if p.word("null") {
		return "", ""
	}
	if p.i < len(p.data) && p.data[p.i] == '"' {
		return p.text()
	}
	if number {
		if n := digits(p.data[p.i:]); n > 0 {
			text = string(p.data[p.i : p.i+n])
			p.i += n
			return text, ""
		}
	}
	return "", p.at("not a string（应是字符串）")
}

// digits returns the length of the whole number that b begins with, 0 if it
// begins with none.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	if n > 1 && b[0] == '0' || n < len(b) && strings.IndexByte(" \t,}", b[n]) < 0 {
		return 0
	}
	return n
}

// text reads a string.
func (p *objectParser) text() (text, reason string) {
	start := p.i
	if !p.accept('"') {
		return "", p.at("no string where one is due")
	}
	escaped := false
	for p.i < len(p.data) {
		switch c := p.data[p.i]; {
		case c == '"':
			p.i++
			return p.unquote(p.data[start:p.i], escaped)
		case c == '\\':
			escaped = true
			p.i += 2
		case c < ' ':
			return "", p.at("control character inside a string")
		default:
			p.i++
		}
	}
	p.cut = true
	return "", "a string that does not end（字符串未结束）"
}

func (p *objectParser) unquote(quoted []byte, escaped bool) (text, reason string) {
	raw := quoted[1 : len(quoted)-1]
	if !utf8.Valid(raw) {
		return "", "bytes that are not " + string(p.dec.named()) + "（编码错误）"
	}
	if !escaped {
		return string(raw), ""
	}
	if err := json.Unmarshal(quoted, &text); err != nil {
		return "", p.at(err.Error())
	}
	if strings.Contains(text, replacement) && !bytes.Contains(raw, []byte(replacement)) &&
		!bytes.Contains(bytes.ToLower(raw), []byte(`\ufffd`)) {
		return "", `half of a surrogate pair in \u escapes（编码错误）`
	}
	return text, ""
}

func (p *objectParser) space() {
	for p.i < len(p.data) && (p.data[p.i] == ' ' || p.data[p.i] == '\t' || p.data[p.i] == '\r') {
		p.i++
	}
}

func (p *objectParser) accept(c byte) bool {
	if p.i < len(p.data) && p.data[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *objectParser) word(w string) bool {
	if !bytes.HasPrefix(p.data[p.i:], []byte(w)) {
		return false
	}
	p.i += len(w)
	return true
}

func (p *objectParser) at(what string) string {
	return fmt.Sprintf("%s, at byte %d（JSON 格式错误）", what, min(p.i, len(p.data))+1)
}
