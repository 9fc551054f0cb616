package store

import "encoding/binary"

// packKeys writes keys in order as the differences from one to the next, each
// an unsigned varint; no keys are nil.
func packKeys(keys []Key) []byte {
	if len(keys) == 0 {
		return nil
	}
	b := make([]byte, 0, 2*len(keys)+8)
	last := Key(0)
	for _, k := range keys {
		b = binary.AppendUvarint(b, uint64(k-last))
		last = k
	}
	return b
}

// unpackKeys reads what packKeys wrote; it stops at the first byte that makes
// no sense.
func unpackKeys(b []byte) []Key {
	var keys []Key
	last := Key(0)
	for len(b) > 0 {
		d, n := binary.Uvarint(b)
		if n <= 0 {
			break
		}
		last += Key(d)
		keys, b = append(keys, last), b[n:]
	}
	return keys
}
