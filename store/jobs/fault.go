package jobs

import (
	"errors"

	"zhunru/store"
)

// passes reports whether an error is of a database that is away, full or
// locked, and not of what is being done: then it is tried again, for as long as
// it takes.
func passes(err error) bool {
	var problem *store.Error
	return errors.As(err, &problem) && problem.Temporary()
}

// Fault returns why the database did not take the last chunk that this process
// worked on, or nil after one that it took. The work is tried again all the
// same: a caller that waits for a run decides whether it goes on waiting.
func (c *Client) Fault() error {
	if e := c.fault.Load(); e != nil {
		return e
	}
	return nil
}

// blame remembers an error that is the database's.
func (c *Client) blame(err error) {
	var problem *store.Error
	if errors.As(err, &problem) {
		c.fault.Store(problem)
	}
}
