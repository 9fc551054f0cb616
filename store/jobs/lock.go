package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"zhunru/screening"
	"zhunru/store"
)

// ErrWorkerRunning is what Start answers on SQLite while another process works.
var ErrWorkerRunning = fmt.Errorf("另一个 zhunru 进程正在处理这个数据库的任务，请等它结束，或先停止它（WORKER_RUNNING）：%w", screening.ErrConflict)

func isConflict(err error) bool { return errors.Is(err, screening.ErrConflict) }

// takeOver makes sure, on SQLite, that this process is the only worker, and
// frees what the last one held when it was killed. The lock is on a file of its
// own: closing any handle on the database would drop SQLite's locks.
func (c *Client) takeOver(ctx context.Context) error {
	if c.store.Engine() != store.SQLite {
		return nil
	}
	var path string
	err := c.store.Pool().QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return &store.Error{Code: store.CodeIO, Why: "不能在数据库旁建立锁文件 " + path + ".lock，请检查目录的写权限和磁盘空间", Err: err}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return ErrWorkerRunning
	}
	c.lock = f
	err = c.store.Write(ctx, func(tx *store.Tx) error {
		// Attempts are not taken back: a job that kills its process must not
		// do so for ever.
		if _, err := tx.SQL().ExecContext(ctx, "UPDATE river_job SET state = 'available' WHERE state = 'running'"); err != nil {
			return err
		}
		return tx.FreeChunks()
	})
	if err != nil {
		_ = f.Close()
		c.lock = nil
	}
	return err
}
