package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
)

// PageQuery is what a list is paged by. Pages are cut by position and not by
// number: what is added or removed meanwhile makes no other item appear twice
// or be left out.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"每页至多多少项"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"上一页的 next；筛选条件须与上一页相同 / next of the page before, with the same filters"`
}

// cursorMAC is the length of a cursor's seal, in bytes.
const cursorMAC = 12

// cursor seals a position in a list. List names the list with its filters: a
// cursor opens no other.
func (s *Server) cursor(list string, position any) string {
	b, err := json.Marshal(position)
	if err != nil {
		panic("api: encode a cursor: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(append(s.seal("cursor", list, string(b))[:cursorMAC], b...))
}

// position opens a cursor; the empty one leaves the position as it is.
func (s *Server) position(list, cursor string, position any) error {
	if cursor == "" {
		return nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err == nil && len(b) > cursorMAC && hmac.Equal(b[:cursorMAC], s.seal("cursor", list, string(b[cursorMAC:]))[:cursorMAC]) {
		if json.Unmarshal(b[cursorMAC:], position) == nil {
			return nil
		}
	}
	return because(FieldProblem{In: "query", Pointer: "cursor", Code: "BAD_CURSOR"})
}

// seal is the keyed hash of some parts, none of which may hold a NUL but the
// last.
func (s *Server) seal(parts ...string) []byte {
	h := hmac.New(sha256.New, s.secret[:])
	h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum(nil)
}

// listName names a list with its filters.
func listName(operation string, filters ...string) string {
	b, err := json.Marshal(append([]string{operation}, filters...))
	if err != nil {
		panic("api: encode the name of a list: " + err.Error())
	}
	return string(b)
}
