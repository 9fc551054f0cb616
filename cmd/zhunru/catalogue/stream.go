package catalogue

import "math/bits"

// The purposes keep numbers for different things apart. A new one is added at
// the end, so that no catalogue changes.
const (
	forListing uint64 = iota + 1
	forBlock
	forMerchant
	forDepartment
	forTrade
	forPapers
	forJoined
)

// A stream draws numbers by SplitMix64, a counter put through a bijective
// mixer, so any stream can be begun at any index for the price of two mixes.
type stream struct{ state uint64 }

const golden = 0x9E3779B97F4A7C15 // 2^64 / φ, odd

func newStream(seed, purpose, i uint64) stream {
	return stream{mix(mix(seed+purpose*golden) + i*golden)}
}

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 27
	x *= 0x94D049BB133111EB
	return x ^ x>>31
}

func (s *stream) next() uint64 {
	s.state += golden
	return mix(s.state)
}

// below draws from [0, n). n must be positive.
func (s *stream) below(n int) int {
	hi, _ := bits.Mul64(s.next(), uint64(n))
	return int(hi)
}

// chance is true in n of 100 draws.
func (s *stream) chance(n int) bool { return s.below(100) < n }

// low draws from [0, n) with most of the weight on small numbers: the first
// hundredth of the range gets about a third of the draws (density x^-3/4).
func (s *stream) low(n int) int {
	u := s.next()
	square, _ := bits.Mul64(u, u)
	fourth, _ := bits.Mul64(square, square)
	hi, _ := bits.Mul64(fourth, uint64(n))
	return int(hi)
}

func pick[T any](s *stream, list []T) T { return list[s.below(len(list))] }

// pickNew draws an element that used does not mark yet, and marks it. Only the
// first 64 elements are told apart; if all are used, one repeats.
func pickNew[T any](s *stream, list []T, used *uint64) T {
	n := len(list)
	i := s.below(n)
	for range min(n, 64) {
		if *used&(1<<(i&63)) == 0 {
			break
		}
		i = (i + 1) % n
	}
	*used |= 1 << (i & 63)
	return list[i]
}
