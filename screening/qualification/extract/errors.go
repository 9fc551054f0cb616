package extract

import (
	"context"
	"errors"
	"fmt"
)

// What Read can end in, to be tested with errors.Is. A file that does not
// exist or may not be read is fs.ErrNotExist or fs.ErrPermission; a call whose
// context was cancelled is context.Canceled.
var (
	ErrTooLarge    = errors.New("文件超出限制")
	ErrEncrypted   = errors.New("文件有密码保护")
	ErrUnsupported = errors.New("文件类型不支持")
	ErrNoText      = errors.New("没有读到文字")
	ErrDamaged     = errors.New("文件已损坏")
	ErrTimeout     = errors.New("读取超时")
)

// The stable codes of an Error.
const (
	CodeTooLarge    = "FILE_TOO_LARGE"
	CodeEncrypted   = "FILE_ENCRYPTED"
	CodeUnsupported = "FILE_UNSUPPORTED"
	CodeNoText      = "FILE_NO_TEXT"
	CodeDamaged     = "FILE_DAMAGED"
	CodeTimeout     = "FILE_TIMEOUT"
	CodeNotFound    = "FILE_NOT_FOUND"
	CodeUnreadable  = "FILE_UNREADABLE"
)

// An Error is why a file could not be read and what to do about it, for the
// person who handed it in. It unwraps to one of the sentinels or to the error
// of the file system, and to the cause where there is one.
type Error struct {
	Code   string
	File   string // as it was given to Read
	Reason string // one sentence in Chinese

	kind, cause error
}

func (e *Error) Error() string { return fmt.Sprintf("文件 %q：%s", e.File, e.Reason) }

// Unwrap returns the sentinel and the cause.
func (e *Error) Unwrap() []error {
	all := make([]error, 0, 2)
	for _, err := range []error{e.kind, e.cause} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

func codeOf(kind error) string {
	for _, k := range []struct {
		kind error
		code string
	}{
		{ErrTooLarge, CodeTooLarge}, {ErrEncrypted, CodeEncrypted}, {ErrUnsupported, CodeUnsupported},
		{ErrNoText, CodeNoText}, {ErrDamaged, CodeDamaged}, {ErrTimeout, CodeTimeout},
	} {
		if errors.Is(kind, k.kind) {
			return k.code
		}
	}
	return CodeUnreadable
}

// fail makes the error of a file; reason may use the verbs of fmt.
func (s *source) fail(kind error, reason string, args ...any) *Error {
	return &Error{Code: codeOf(kind), File: s.path, Reason: fmt.Sprintf(reason, args...), kind: kind}
}

// stopped turns the end of the context into an error: the time is up, or the
// caller gave up.
func (s *source) stopped(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e := s.fail(ErrTimeout, "在限定时间（%s）内没有读完，请拆成较小的文件后重新上传", s.o.Timeout)
		e.cause = context.DeadlineExceeded
		return e
	}
	return fmt.Errorf("extract: read %s: %w", s.path, ctx.Err())
}
