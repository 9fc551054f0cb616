package store

import (
	"syscall"
	"time"
)

// limitSilence makes the kernel give a connection up whose peer acknowledges
// nothing for so long; otherwise it would go on for a quarter of an hour.
func limitSilence(conn syscall.RawConn, most time.Duration) error {
	const tcpUserTimeout = 0x12 // TCP_USER_TIMEOUT of linux/tcp.h, in milliseconds
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(most.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
