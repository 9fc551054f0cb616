package main

import (
	"context"
	"encoding/hex"
	"os"

	"zhunru/store"
)

// sealVariable names the key that seals receipts and cursors, 64 hex digits.
const sealVariable = "ZHUNRU_SEAL_KEY"

// sealKey returns the key of the environment, or else the one that the database
// keeps, so that receipts outlive a restart and hold on every server of it.
func sealKey(ctx context.Context, s *store.Store) (key [32]byte, err error) {
	given := os.Getenv(sealVariable)
	if given == "" {
		return s.Secret(ctx, "seal")
	}
	b, err := hex.DecodeString(given)
	if err != nil || len(b) != len(key) {
		return key, usagef("%s 必须是 64 个十六进制数字（32 字节），请用 openssl rand -hex 32 生成", sealVariable)
	}
	return [32]byte(b), nil
}
