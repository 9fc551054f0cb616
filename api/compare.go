package api

import (
	"bytes"
	"encoding/json"

	"zhunru/screening"
)

// sameJSON reports whether two values are the same bytes as JSON.
func sameJSON[T any](a, b T) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// without returns those of some findings that are not among others, in order.
func without(findings, others []screening.Finding) []screening.Finding {
	var out []screening.Finding
	left := append([]screening.Finding(nil), others...)
next:
	for i := range findings {
		for k := range left {
			if sameJSON(findings[i], left[k]) {
				left = append(left[:k], left[k+1:]...)
				continue next
			}
		}
		out = append(out, findings[i])
	}
	return out
}
