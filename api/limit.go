package api

import (
	"math"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// limits are token buckets by name, as many as fit; the one unused for longest
// is forgotten, and begins full when it comes back.
type limits struct {
	buckets *lru.Cache[string, *rate.Limiter]
	perSec  rate.Limit
	burst   int
}

const maxBuckets = 10_000

func newLimits(perSec float64, burst int) *limits {
	buckets, err := lru.New[string, *rate.Limiter](maxBuckets)
	if err != nil {
		panic("api: " + err.Error()) // only for a size below 1
	}
	return &limits{buckets, rate.Limit(perSec), burst}
}

// take takes a token from a bucket and returns 0, or how long to wait for one
// and takes none.
func (l *limits) take(name string, now time.Time) time.Duration {
	b, ok := l.buckets.Get(name)
	if !ok {
		fresh := rate.NewLimiter(l.perSec, l.burst)
		if b, ok, _ = l.buckets.PeekOrAdd(name, fresh); !ok {
			b = fresh
		}
	}
	r := b.ReserveN(now, 1)
	if !r.OK() {
		return time.Hour
	}
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// seconds rounds a wait up for Retry-After.
func seconds(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }
