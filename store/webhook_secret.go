package store

import "errors"

// sealSecret turns a webhook's secret into what is kept of it, openSecret back.
// The first byte says how it is sealed: 0, not at all. They are the one place
// that encryption at rest has to change.
func sealSecret(secret []byte) ([]byte, error) {
	if len(secret) == 0 {
		return nil, errors.New("a webhook needs a secret")
	}
	return append([]byte{0}, secret...), nil
}

func openSecret(sealed []byte) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != 0 {
		return nil, errors.New("the secret of a webhook cannot be opened")
	}
	return sealed[1:], nil
}
