package jobs

import (
	"context"
	"fmt"
)

// sign signs the ledger as it is, where there is a key for it.
func (c *Client) sign(ctx context.Context) error {
	if c.o.LedgerKey == "" {
		return nil
	}
	if _, err := c.store.SignTreeHead(ctx, c.o.LedgerKey); err != nil && !isConflict(err) { // a conflict: nothing is new
		return fmt.Errorf("jobs: sign the ledger: %w", err)
	}
	return nil
}

// signDaily signs the ledger once a day in China, and when the client begins. A
// failure is tried again with the next look at the clock.
func (c *Client) signDaily(ctx context.Context) error {
	today := c.today().String()
	if c.signed == today {
		return nil
	}
	err := c.sign(ctx)
	if err == nil {
		c.signed = today
	}
	return err
}
