package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"zhunru/screening"
	"zhunru/store"
)

// Where the key that signs the ledger is, if not beside the database.
const (
	ledgerKeyEnv     = "ZHUNRU_LEDGER_KEY"
	ledgerKeyFileEnv = "ZHUNRU_LEDGER_KEY_FILE"
)

// ledgerKeyFile is the file of the key that signs the ledger of a database: it
// is never in the database, whose password must not suffice to sign.
func ledgerKeyFile(db string) string {
	if path := os.Getenv(ledgerKeyFileEnv); path != "" {
		return path
	}
	if isPostgres(db) {
		return "zhunru.ledger-key"
	}
	path := strings.TrimPrefix(strings.TrimPrefix(db, "sqlite:"), "file:")
	path, _, _ = strings.Cut(path, "?")
	return path + ".ledger-key"
}

// ledgerKey returns the private key that signs the ledger, and makes one where
// there is none and nothing was signed yet.
func ledgerKey(ctx context.Context, s *store.Store, db string) (string, error) {
	key, err := readLedgerKey(db)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	heads, err := s.TreeHeads(ctx)
	if err != nil {
		return "", err
	}
	path := ledgerKeyFile(db)
	if len(heads) > 0 {
		return "", fmt.Errorf("台账已由别的密钥签过名，而 %s 不存在；请放回密钥文件，或用环境变量 %s 给出（LEDGER_KEY_MISSING）", path, ledgerKeyEnv)
	}
	private, _, err := store.NewKey("zhunru")
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return readLedgerKey(db)
	}
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(private + "\n")
	return private, errors.Join(err, f.Sync(), f.Close())
}

// readLedgerKey reads the private key; a file that others may read is refused.
func readLedgerKey(db string) (string, error) {
	if key := os.Getenv(ledgerKeyEnv); key != "" {
		return strings.TrimSpace(key), nil
	}
	path := ledgerKeyFile(db)
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 || info.Size() > 4096 {
		return "", fmt.Errorf("密钥文件 %s 别人也能读，或不是密钥；请运行 chmod 600（LEDGER_KEY_OPEN）", path)
	}
	b, err := os.ReadFile(path)
	return strings.TrimSpace(string(b)), err
}

// publicLedgerKey returns the public key of a database's ledger, "" where there
// is no key yet.
func publicLedgerKey(db string) (string, error) {
	private, err := readLedgerKey(db)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return store.PublicKey(private)
}

// signLedger signs the ledger as it is, unless it is signed already.
func signLedger(ctx context.Context, s *store.Store, db string) error {
	key, err := ledgerKey(ctx, s, db)
	if err != nil {
		return err
	}
	_, err = s.SignTreeHead(ctx, key)
	if errors.Is(err, screening.ErrConflict) {
		return nil
	}
	return err
}

// signingKey is ledgerKey for what works in the background: without a key it
// goes on unsigned and says so. On PostgreSQL, where several machines share one
// ledger, none is made: the same key must be given to each.
func signingKey(ctx context.Context, s *store.Store, db string, log *slog.Logger) string {
	if _, err := readLedgerKey(db); isPostgres(db) && errors.Is(err, fs.ErrNotExist) {
		log.WarnContext(ctx, "台账不会签名：没有签名密钥，请先运行 zhunru ledger key 或设置 "+ledgerKeyFileEnv)
		return ""
	}
	key, err := ledgerKey(ctx, s, db)
	if err != nil {
		log.ErrorContext(ctx, "台账不会签名", "err", err)
	}
	return key
}
