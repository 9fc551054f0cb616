package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// rawEach calls f for every row of a query, with the values as the driver gives
// them: they, and the slice, are f's until it returns. It costs little more than
// the statement itself; database/sql converts every value once more.
func rawEach(ctx context.Context, s *Store, query string, args []int64, f func([]driver.Value) error) error {
	conn, err := s.reader().Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // back to the pool
	return conn.Raw(func(raw any) error {
		c, ok := raw.(driver.QueryerContext)
		if !ok {
			return errors.New("the driver cannot be asked directly")
		}
		named := make([]driver.NamedValue, len(args))
		for i, a := range args {
			named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
		}
		rows, err := c.QueryContext(ctx, rebind(s.engine, query), named)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // Next tells of every failure
		values := make([]driver.Value, len(rows.Columns()))
		for {
			err := rows.Next(values)
			if errors.Is(err, io.EOF) {
				return ctx.Err()
			}
			if err == nil {
				err = f(values)
			}
			if err != nil {
				return err
			}
		}
	})
}

// errColumn says that the driver returned a column as something it is not.
var errColumn = errors.New("the driver returned a value of an unexpected type")

// take returns a value of a driver as a type; NULL is its zero value. ok stays
// false once it is.
func take[T any](v driver.Value, ok bool) (T, bool) {
	t, is := v.(T)
	return t, ok && (is || v == nil)
}
