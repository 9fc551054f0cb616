package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zhunru/store"
	"zhunru/store/vault"
)

// dataKeysEnv names the environment variable with the path of the data keys, or
// the keys themselves.
const dataKeysEnv = "ZHUNRU_DATA_KEYS"

// dataKeysFile returns where the keys of a database lie: where the environment
// says, or beside an SQLite file; "" if there is no such place, or the
// environment holds the keys themselves.
func dataKeysFile(dsn string) string {
	if v := os.Getenv(dataKeysEnv); v != "" {
		if strings.HasPrefix(strings.TrimSpace(v), "{") {
			return ""
		}
		return v
	}
	path, ok := store.SQLitePath(dsn)
	if !ok {
		return ""
	}
	return path + ".keys"
}

// openDatabase opens a store with the vault of its database. Missing keys beside
// an SQLite file are made, unless it is only read. A database elsewhere for
// which nobody named keys gets a vault that refuses personal data.
func openDatabase(ctx context.Context, dsn string, o store.Options) (*store.Store, error) {
	v, err := openVault(dsn)
	if err != nil {
		return nil, err
	}
	o.Vault = v
	s, err := store.Open(ctx, dsn, o)
	if n, _ := v.Keys(); err != nil || n > 0 || o.ReadOnly {
		return s, err
	}
	if file := dataKeysFile(dsn); file != "" {
		made, err := makeVault(file)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		*v = *made // nobody has used the store yet
	}
	return s, nil
}

// openVault returns the vault of a database; one without keys if there are none.
// Keys that the environment names must be there.
func openVault(dsn string) (*vault.Vault, error) {
	named := strings.TrimSpace(os.Getenv(dataKeysEnv))
	if strings.HasPrefix(named, "{") {
		return vault.Read([]byte(named))
	}
	file := dataKeysFile(dsn)
	if file == "" {
		return &vault.Vault{}, nil
	}
	v, err := readVault(file)
	if named == "" && errors.Is(err, fs.ErrNotExist) {
		return &vault.Vault{}, nil
	}
	return v, err
}

// makeVault makes keys in a file, or reads those that another process made
// meanwhile.
func makeVault(file string) (*vault.Vault, error) {
	v, err := vault.New()
	if err != nil {
		return nil, err
	}
	if err = writeVault(file, v); errors.Is(err, fs.ErrExist) {
		return readVault(file)
	}
	return v, err
}

// maxDataKeys bounds the size of a file of keys in bytes.
const maxDataKeys = 1 << 20

// readVault reads a file of keys that nobody else may read.
func readVault(file string) (*vault.Vault, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("打不开数据密钥文件 / data keys: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("data keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("数据密钥文件 %s 别人也能读，请执行 chmod 600 %s", file, file)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxDataKeys))
	if err != nil {
		return nil, fmt.Errorf("data keys: %w", err)
	}
	v, err := vault.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// writeVault writes keys to a file that must not exist: whole, or not at all.
func writeVault(file string, v *vault.Vault) error {
	b, err := v.Write()
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(file), ".zhunru-keys-*") // 0600
	if err != nil {
		return fmt.Errorf("data keys: %w", err)
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // it is linked under its name, or of no use
	_, err = temporary.Write(append(b, '\n'))
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Link(temporary.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("data keys: %w", err)
	}
	return nil
}

func newDataKeys() *cobra.Command {
	c := &cobra.Command{
		Use:   "data-keys",
		Short: "个人信息的加密密钥 / keys that seal personal data",
		Long: `证照的号码、持有人和全文，商家的地址、联系人、电话和身份证号，webhook 的密钥，都加密保存（AES-256-GCM），密钥不在数据库里：SQLite 的密钥在数据库
旁边的 .keys 文件，首次使用时生成；PostgreSQL 的密钥须由环境变量 ` + dataKeysEnv + ` 给出
（文件路径，或 JSON 本身），没有密钥就拒绝保存证照。密钥丢失，这些字段就再也读不出来：请与
数据库分开备份。

Numbers, holders and texts of documents are sealed; the keys are kept outside the database.`,
	}
	c.AddCommand(newDataKeysNew(), newDataKeysRotate(), newDataKeysReseal(), newDataKeysPrune())
	return c
}

func newDataKeysNew() *cobra.Command {
	return &cobra.Command{
		Use: "new FILE", Short: "生成一组密钥 / make keys",
		Example: "  zhunru data-keys new /etc/zhunru/data.keys\n  export " + dataKeysEnv + "=/etc/zhunru/data.keys",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			v, err := vault.New()
			if err == nil {
				err = writeVault(args[0], v)
			}
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s 已经存在，没有改动；要换密钥请用 zhunru data-keys rotate", args[0])
			}
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "已写入 %s，请另存一份：丢失后加密的个人信息无法恢复\n", args[0])
			}
			return err
		},
	}
}

// replaceVault replaces the keys in a file in one step.
func replaceVault(file string, v *vault.Vault) error {
	next := file + ".next"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("data keys: %w", err)
	}
	if err := writeVault(next, v); err != nil {
		return err
	}
	if err := os.Rename(next, file); err != nil {
		return fmt.Errorf("data keys: %w", err)
	}
	return nil
}

// changing makes a command that replaces the keys of a database.
func changing(use, short, long, said string, f func(context.Context, *databaseFlags, *vault.Vault) (*vault.Vault, error)) *cobra.Command {
	var d databaseFlags
	c := &cobra.Command{
		Use: use, Short: short, Long: long, Args: exactly(0), Example: "  zhunru data-keys " + use + "\n  zhunru data-keys " + use + " --db postgres://zhunru@db/zhunru",
		RunE: func(c *cobra.Command, _ []string) error {
			file := dataKeysFile(d.db)
			if file == "" {
				return usagef("密钥须在文件里才能更换：请把 %s 设为密钥文件的路径", dataKeysEnv)
			}
			v, err := readVault(file)
			if err == nil {
				v, err = f(c.Context(), &d, v)
			}
			if err == nil {
				err = replaceVault(file, v)
			}
			if err == nil {
				n, primary := v.Keys()
				fmt.Fprintf(c.OutOrStdout(), said+"（%s，共 %d 把，当前 %d）\n", file, n, primary)
			}
			return err
		},
	}
	d.register(c)
	return c
}

func newDataKeysRotate() *cobra.Command {
	return changing("rotate", "换一把新密钥 / add a key and seal by it",
		"新密钥用于以后的加密，旧的保留，仍可解密。各台机器换上同一文件并重启后，用 reseal 把旧数据换成新密钥，再用 prune 去掉旧密钥。",
		"已换新密钥；请把文件发到各台机器并重启 serve 与 worker，然后执行 zhunru data-keys reseal",
		func(_ context.Context, _ *databaseFlags, v *vault.Vault) (*vault.Vault, error) { return v.Rotate() })
}

func newDataKeysPrune() *cobra.Command {
	return changing("prune", "去掉旧密钥 / drop all keys but the current one",
		"先用当前密钥重新加密全部数据，再从文件里去掉旧密钥。旧密钥加密的备份此后要用旧文件才能读。",
		"旧密钥已去掉",
		func(ctx context.Context, d *databaseFlags, v *vault.Vault) (*vault.Vault, error) {
			if _, err := reseal(ctx, d.db, v); err != nil {
				return nil, err
			}
			return v.Prune()
		})
}

func newDataKeysReseal() *cobra.Command {
	var d databaseFlags
	c := &cobra.Command{
		Use: "reseal", Short: "用当前密钥重新加密 / seal everything by the current key",
		Long: "逐批重新加密尚未加密或用旧密钥加密的商家、证照和 webhook 密钥，可以边服务边做，随时可中断重来。",
		Args: exactly(0), Example: "  zhunru data-keys reseal --db zhunru.db",
		RunE: func(c *cobra.Command, _ []string) error {
			v, err := openVault(d.db)
			if err != nil {
				return err
			}
			n, err := reseal(c.Context(), d.db, v)
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "重新加密了 %s 行\n", grouped(n))
			}
			return err
		},
	}
	d.register(c)
	return c
}

// reseal seals all merchants, documents and webhooks by the primary key of a vault.
func reseal(ctx context.Context, dsn string, v *vault.Vault) (n int, err error) {
	if keys, _ := v.Keys(); keys == 0 {
		return 0, vault.ErrNoKeys
	}
	s, err := store.Open(ctx, dsn, store.Options{Vault: v})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if n, err = s.ResealWebhooks(ctx); err != nil {
		return n, err
	}
	for _, page := range []func(after int64) (sealed, looked int, last int64, err error){
		func(after int64) (int, int, int64, error) {
			return s.Reseal(ctx, store.PersonalMerchants, after, store.MaxBatch)
		},
		func(after int64) (int, int, int64, error) {
			return s.Reseal(ctx, store.PersonalDocuments, after, store.MaxBatch)
		},
		func(after int64) (int, int, int64, error) { return s.ResealPayloads(ctx, after, store.MaxBatch) },
	} {
		looked := store.MaxBatch
		for after := int64(0); looked == store.MaxBatch; {
			var sealed int
			if sealed, looked, after, err = page(after); err != nil {
				return n, err
			}
			n += sealed
		}
	}
	return n, nil
}
