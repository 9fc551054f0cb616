package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"zhunru/screening"
	"zhunru/store"
	"zhunru/store/evidence"
)

// makeEvidence makes the pack of an export. It is entered in the ledger while it
// is made, for it holds that entry, and can be taken once its file is in its
// place.
func (c *Client) makeEvidence(ctx context.Context, x *store.Export) error {
	if c.o.LedgerKey == "" {
		return &screening.InvalidError{Field: "key", Reason: "做证据包的机器没有台账签名密钥，请在有密钥的机器上运行 zhunru serve 或 worker，再申请一次"}
	}
	var spec evidence.Spec
	if err := json.Unmarshal(x.Spec, &spec); err != nil {
		return &screening.InvalidError{Field: "spec", Reason: "证据包的要求读不懂，请重新提交"}
	}
	if err := c.beginExport(ctx, x); err != nil {
		return err
	}
	told := c.o.Now()
	pack, err := evidence.Make(ctx, c.store, spec, evidence.Request{
		Actor: x.Actor, Mask: x.Mask, PrivateKey: c.o.LedgerKey, Export: x, Progress: func(verdicts int64) error {
			now := c.o.Now()
			if now.Sub(told) < progressEvery {
				return nil
			}
			told, x.Rows = now, verdicts
			return c.saveExport(ctx, x)
		},
	})
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(c.o.Reports, "half-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it has been renamed, or is half a file
	_, err = file.Write(pack)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), ReportFile(c.o.Reports, x)); err != nil {
		return err
	}
	x.State, x.EndedAt = store.ExportDone, c.o.Now()
	return c.saveExport(ctx, x)
}

// lost reports whether a pack was entered in the ledger and nobody said that its
// file came to its place: who made it was stopped between the two.
func lost(x *store.Export) bool {
	return x.Kind == store.ExportEvidence && x.State == store.ExportRunning && x.FileHash != (store.Hash{})
}

var errLost = &screening.InvalidError{Field: "file", Reason: "证据包记入台账后没有写完就中断了，没有交给任何人，请再申请一次"}
