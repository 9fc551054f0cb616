package store

import (
	"context"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// silence is for how long the other end of a connection to PostgreSQL may say
// nothing before both ends give it up: a worker that waits on a dead link must
// not wait for ever, and a server must not keep the locks of a dead worker.
const silence = 20 * time.Second

// idleInTransaction bounds how long a process that hangs in the middle of a
// transaction holds its locks.
const idleInTransaction = time.Minute

// guardSilence makes both ends of the connections notice that the other is gone.
// What the address itself sets is left as it is.
func guardSilence(config *pgx.ConnConfig) {
	const probes = 3
	seconds := strconv.Itoa(int(silence.Seconds()) / (probes + 1))
	for _, p := range [][2]string{
		{"tcp_keepalives_idle", seconds}, {"tcp_keepalives_interval", seconds}, {"tcp_keepalives_count", strconv.Itoa(probes)},
		{"tcp_user_timeout", strconv.FormatInt(silence.Milliseconds(), 10)},
		{"idle_in_transaction_session_timeout", strconv.FormatInt(idleInTransaction.Milliseconds(), 10)},
	} {
		if _, given := config.RuntimeParams[p[0]]; !given {
			config.RuntimeParams[p[0]] = p[1]
		}
	}
	every := silence / (probes + 1)
	dialer := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: every, Interval: every, Count: probes},
		ControlContext: func(_ context.Context, network, _ string, conn syscall.RawConn) error {
			if !strings.HasPrefix(network, "tcp") {
				return nil
			}
			return limitSilence(conn, silence)
		},
	}
	config.DialFunc = dialer.DialContext
}
