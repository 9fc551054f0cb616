package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"zhunru/screening"
	"zhunru/store"
)

// Every job of the queue has a finite timeout, and one that is silent for
// longer than rescueAfter is given to another worker.
const (
	seatTimeout = 2 * time.Minute
	taskTimeout = 30 * time.Minute
	rescueAfter = 3 * time.Minute
)

// A Client begins, controls and, if started, works on runs, over the database
// of a store. It is safe for concurrent use.
type Client struct {
	store *store.Store
	o     Options
	river *river.Client[*sql.Tx]
	pool  *pgxpool.Pool // listens, on PostgreSQL
	id    string        // of this worker, unique
	fault atomic.Pointer[store.Error]

	program func() (string, error)

	mu       sync.Mutex
	other    *Rules
	stations map[int64]*station
	lock     *os.File
	stop     context.CancelFunc // of the clock; nil: not started
	clock    sync.WaitGroup
	signed   string // the day of the last head; the clock's own
}

// New makes a client over an open store, and the queue's tables where they are
// missing. It works on nothing before Start.
func New(ctx context.Context, s *store.Store, o Options) (*Client, error) {
	o.fill()
	c := &Client{store: s, o: o, id: workerID(), program: o.program(), stations: map[int64]*station{}}
	driver, err := c.driver(ctx)
	if err == nil {
		err = c.migrate(ctx, driver)
	}
	if err == nil {
		err = c.connect(driver)
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return c, nil
}

func (c *Client) driver(ctx context.Context) (riverdriver.Driver[*sql.Tx], error) {
	if c.store.Engine() == store.SQLite {
		return riversqlite.New(c.store.Pool()), nil
	}
	conn, err := c.store.Pool().Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // back to the pool
	var like *pgx.ConnConfig
	err = conn.Raw(func(raw any) error {
		pg, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("the connection is not one of pgx")
		}
		like = pg.Conn().Config()
		return nil
	})
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(like.ConnString())
	if err != nil {
		return nil, errors.New("the address of the database cannot be read twice")
	}
	config.MaxConns, config.MinConns = 1, 0
	config.ConnConfig.RuntimeParams, config.ConnConfig.DialFunc = like.RuntimeParams, like.DialFunc // a silent server is given up, too
	if c.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	return riverdatabasesql.NewWithPgxListener(c.store.Pool(), c.pool), nil
}

// migrate makes the queue's tables. Processes that do so at once wait for one
// another.
func (c *Client) migrate(ctx context.Context, driver riverdriver.Driver[*sql.Tx]) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: c.o.Log})
	if err != nil {
		return err
	}
	if ok, err := m.Validate(ctx, nil); err == nil && ok.OK {
		return nil
	}
	if c.store.Engine() == store.Postgres {
		conn, err := c.store.Pool().Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close() //nolint:errcheck // back to the pool
		const lockNumber = 7_203_114_905
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(lockNumber)); err != nil {
			return err
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lockNumber)) //nolint:errcheck // ends with the connection
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func (c *Client) connect(driver riverdriver.Driver[*sql.Tx]) error {
	config := &river.Config{
		ID: c.id, Logger: c.o.Log, JobTimeout: seatTimeout, RescueStuckJobsAfter: rescueAfter,
		FetchPollInterval: c.o.Poll, FetchCooldown: min(c.o.Poll, 100*time.Millisecond), SoftStopTimeout: time.Millisecond,
	}
	if len(c.o.Queues) > 0 {
		config.Queues, config.Workers = map[string]river.QueueConfig{}, river.NewWorkers()
		for _, q := range c.o.Queues {
			workers := c.o.Workers
			switch q {
			case QueueRuns:
			case QueueSchedules:
				workers = 1
			case QueueReports:
				if c.o.Reports == "" {
					continue // a worker without a folder leaves them to others
				}
				workers = 1
			case QueueDeliveries:
				workers = 8 // they wait for others most of the time
			default:
				return &screening.InvalidError{Field: "queues", Reason: "没有队列“" + q + "”，请改为 runs、schedules、deliveries、reports 之一"}
			}
			config.Queues[q] = river.QueueConfig{MaxWorkers: workers}
		}
		// The same kinds everywhere: a leader drops jobs of kinds it does not know.
		if err := river.AddWorkerSafely(config.Workers, &seatWorker{c: c}); err != nil {
			return err
		}
		if err := river.AddWorkerSafely(config.Workers, &reportWorker{c: c}); err != nil {
			return err
		}
		if err := river.AddWorkerSafely(config.Workers, &roundWorker{c: c}); err != nil {
			return err
		}
		if err := river.AddWorkerSafely(config.Workers, &taskWorker{c: c}); err != nil {
			return err
		}
	}
	var err error
	c.river, err = river.NewClient(driver, config)
	return err
}

// Start begins to work on the queues of the options and returns. On SQLite one
// process at a time may: another one is screening.ErrConflict; and because no
// other worker can be alive, what a killed one left is taken up at once. A
// client that was started is started once; ctx does not end it, Stop does.
func (c *Client) Start(ctx context.Context) error {
	if len(c.o.Queues) == 0 {
		return &screening.InvalidError{Field: "queues", Reason: "没有要处理的队列，请至少给出一个"}
	}
	if c.stop != nil {
		return nil
	}
	if err := c.takeOver(ctx); err != nil {
		return fmt.Errorf("jobs: start: %w", err)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	if err := c.river.Start(running); err != nil {
		stop()
		return fmt.Errorf("jobs: start: %w", err)
	}
	c.stop = stop
	c.clock.Go(func() { c.watch(running) })
	return nil
}

// Stop ends the work: chunks that are being worked on are given back as they
// are after the batch at hand, and begun anew by the next worker. It returns
// when all is put down, or with the context's error; the store must stay open
// until then. It may be called twice, and without Start.
func (c *Client) Stop(ctx context.Context) error {
	var err error
	if c.stop != nil {
		c.stop()
		c.clock.Wait()
		err = c.river.StopAndCancel(ctx)
	}
	c.stop = nil
	c.close()
	if err != nil {
		return fmt.Errorf("jobs: stop: %w", err)
	}
	return nil
}

func (c *Client) close() {
	if c.pool != nil {
		c.pool.Close()
		c.pool = nil
	}
	if c.lock != nil {
		_ = c.lock.Close() // the lock goes with it
		c.lock = nil
	}
}

// workerID names this process among all that ever worked.
func workerID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return fmt.Sprintf("%.40s-%d-%d", host, os.Getpid(), time.Now().UnixMicro())
}
