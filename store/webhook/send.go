package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// The problems of an attempt beside those of addresses (PRIVATE_ADDRESS, …).
const (
	ProblemTimeout  = "TIMEOUT"
	ProblemDNS      = "DNS_FAILED"
	ProblemTLS      = "TLS_FAILED"
	ProblemConnect  = "CONNECT_FAILED"
	ProblemRedirect = "REDIRECTED"  // redirects are not followed
	ProblemStatus   = "HTTP_STATUS" // the receiver answered, but not with 2xx
	ProblemGone     = "GONE"        // 410: the receiver wants nothing any more
)

// A Message is what is sent to one receiver.
type Message struct {
	URL     string
	ID      string
	Body    []byte
	Secrets [][]byte
}

// A Result is what became of one attempt.
type Result struct {
	Status  int           // of the answer; 0: there was none
	Problem string        // a code; "": it arrived
	Wait    time.Duration // the receiver asks to be left alone for so long
}

// A Sender posts messages. It is safe for concurrent use.
type Sender struct {
	guard  Guard
	client *http.Client
	now    func() time.Time
}

// Bounds of one attempt.
const (
	attemptTime = 15 * time.Second
	connectTime = 5 * time.Second
	maxAnswer   = 16 << 10 // bytes of the answer that are read and thrown away
	maxWait     = 6 * time.Hour
)

// NewSender returns a sender that reaches what the guard lets pass; now nil
// stands for time.Now. It uses no proxy: one would connect in its place.
func NewSender(g Guard, now func() time.Time) *Sender {
	if now == nil {
		now = time.Now
	}
	return &Sender{guard: g, now: now, client: &http.Client{
		Timeout:       attemptTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: g.dialer(false), DialTLSContext: overTLS(g.dialer(true)), DisableCompression: true,
			MaxResponseHeaderBytes: maxAnswer, MaxIdleConnsPerHost: 4, MaxIdleConns: 64, IdleConnTimeout: 30 * time.Second,
		},
	}}
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialer asks the guard between resolving and connecting, for each address.
func (g Guard) dialer(secure bool) dialFunc {
	d := &net.Dialer{Timeout: connectTime, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return errPrivate
		}
		return g.Reach(secure, to)
	}}
	return d.DialContext
}

// overTLS makes TLS connections, so that the guard knows the scheme.
func overTLS(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		raw, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, connectTime)
		defer cancel()
		conn := tls.Client(raw, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12})
		if err := conn.HandshakeContext(ctx); err != nil {
			_ = raw.Close() // the handshake says what is wrong
			return nil, &handshakeError{err}
		}
		return conn, nil
	}
}

type handshakeError struct{ error }

func (e *handshakeError) Unwrap() error { return e.error }

// Send makes one attempt. An error of the context is returned as it is: then
// nothing is known. What the receiver answers is not kept.
func (s *Sender) Send(ctx context.Context, m Message) (Result, error) {
	if err := s.guard.Check(m.URL); err != nil {
		return Result{Problem: problemOf(err)}, nil
	}
	at := s.now()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return Result{Problem: "BAD_URL"}, nil //nolint:nilerr // it is the result
	}
	r.Header = http.Header{"Content-Type": {"application/json"}, "User-Agent": {"zhunru-webhooks"}}
	r.Header.Set(HeaderID, m.ID)
	r.Header.Set(HeaderTimestamp, strconv.FormatInt(at.Unix(), 10))
	r.Header.Set(HeaderSignature, Sign(m.Secrets, m.ID, at, m.Body))
	answer, err := s.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		return Result{Problem: problemOf(err)}, nil
	}
	defer answer.Body.Close()                                          //nolint:errcheck // it is of no interest
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)) // so that the connection can be used again
	return resultOf(answer), nil
}

func resultOf(answer *http.Response) Result {
	out := Result{Status: answer.StatusCode}
	switch {
	case out.Status >= 200 && out.Status < 300:
	case out.Status >= 300 && out.Status < 400:
		out.Problem = ProblemRedirect
	case out.Status == http.StatusGone:
		out.Problem = ProblemGone
	default:
		out.Problem = ProblemStatus
		if n, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && n > 0 {
			out.Wait = time.Duration(min(n, int(maxWait/time.Second))) * time.Second
		}
	}
	return out
}

// problemOf names why there was no answer. The sentence of the error, which may
// tell of the network here, goes nowhere.
func problemOf(err error) string {
	var address *AddressError
	var dns *net.DNSError
	var handshake *handshakeError
	var slow net.Error
	switch {
	case errors.As(err, &address):
		return address.Code
	case errors.As(err, &slow) && slow.Timeout():
		return ProblemTimeout
	case errors.As(err, &dns):
		return ProblemDNS
	case errors.As(err, &handshake):
		return ProblemTLS
	}
	return ProblemConnect
}

// Retry returns how long to wait after so many attempts, the first included,
// before the next; ok is false after the last. The ten attempts are spread over
// some 76 hours; each wait is shortened or lengthened by up to a fifth, by
// random (0 up to 1), so that what failed together does not come back together.
func Retry(attempts int, random float64) (wait time.Duration, ok bool) {
	waits := [...]time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour,
		10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	if attempts < 1 || attempts > len(waits) {
		return 0, false
	}
	return time.Duration(float64(waits[attempts-1]) * (0.8 + 0.4*random)), true
}
