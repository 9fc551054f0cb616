package store

import (
	"zhunru/screening/report"
)

// reconciliation writes the facts that were counted twice, and counts those
// that differ.
func (r *reporting) reconciliation() error {
	err := r.s.Reconcile(r.ctx, func(x Reconciled) error {
		if !x.Agrees() {
			r.differences++
		}
		return r.row([]report.Cell{
			report.Str(x.Fact), report.Str(x.Item), report.Num(x.Records), report.Num(x.Ledger), report.Num(x.Records - x.Ledger), report.Flag(x.Agrees()),
		})
	})
	if err == nil {
		err = r.page()
	}
	return err
}
