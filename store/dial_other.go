//go:build !linux

package store

import (
	"syscall"
	"time"
)

// limitSilence leaves the time to the system: only Linux lets it be set.
func limitSilence(syscall.RawConn, time.Duration) error { return nil }
