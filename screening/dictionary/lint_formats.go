package dictionary

import (
	"regexp"
	"strconv"
	"strings"
)

var countedToken = regexp.MustCompile(`^(d|A|x|han)(\d+)?(?:-(\d+))?$`)

// formatProblem says what is lexically wrong with a number format, "" if
// nothing is. What a format means is the business of package qualification,
// whose tests hold every example against it.
func formatProblem(template string) string {
	if strings.TrimSpace(template) == "" {
		return "it is empty"
	}
	for rest := template; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			return ""
		}
		if rest[at] == '}' {
			return "a closing brace without an opening one"
		}
		end := closing(rest[at:])
		if end < 0 {
			return "a brace is not closed"
		}
		if why := tokenProblem(rest[at+1 : at+end]); why != "" {
			return why
		}
		rest = rest[at+end+1:]
	}
	return ""
}

// closing returns the index of the brace that closes the one s begins with,
// or -1.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func tokenProblem(token string) string {
	if body, ok := strings.CutPrefix(token, "opt:"); ok {
		return formatProblem(body)
	}
	if token == "year" || token == "province" {
		return ""
	}
	if strings.Contains(token, "|") {
		for alternative := range strings.SplitSeq(token, "|") {
			if alternative == "" || strings.ContainsAny(alternative, "{}") {
				return "{" + token + "} has an alternative that is empty or no plain text"
			}
		}
		return ""
	}
	m := countedToken.FindStringSubmatch(token)
	if m == nil {
		return "{" + token + "} is none of the tokens d, A, x, han, year, province, opt: or alternatives with |"
	}
	low, high := count(m[2], 1), count(m[3], count(m[2], 1))
	if low < 0 || high < max(low, 1) || high > 64 {
		return "{" + token + "} counts from " + m[2] + " to " + m[3]
	}
	return ""
}

// count reads a small number, or returns the default for the empty string and
// -1 for one out of range.
func count(s string, otherwise int) int {
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}
