package screening

import "errors"

// ErrNotFound and ErrConflict are what stores and services answer where a
// thing does not exist, or where it is no longer what the caller took it for.
// They are wrapped: compare with errors.Is.
var (
	ErrNotFound = errors.New("没有找到（NOT_FOUND）")
	ErrConflict = errors.New("数据已被改动或已存在，请重新读取后再试（CONFLICT）")
)

// An InvalidError says which field of what was handed in cannot be accepted,
// and why. Field is a name of the wire form; Reason is a Chinese sentence that
// says what to do.
type InvalidError struct {
	Field  string
	Reason string
}

// Error returns the field, the reason and the code INVALID.
func (e *InvalidError) Error() string { return e.Field + "：" + e.Reason + "（INVALID）" }
