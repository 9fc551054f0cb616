package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"zhunru/screening"
	"zhunru/screening/rescreen"
	"zhunru/store"
	"zhunru/store/jobs"
)

// errDefaultSchedule refuses to delete what the next start would install again.
var errDefaultSchedule = errors.New("默认的定时任务不能删除，请用 zhunru schedules pause 暂停（SCHEDULE_DEFAULT）")

func newSchedulesDelete() *cobra.Command {
	f := &schedulesFlags{}
	c := &cobra.Command{
		Use: "delete NAME", Short: "删除自己加的定时任务 / delete a schedule", Args: exactly(1), Example: "  zhunru schedules delete noon-full",
		RunE: func(c *cobra.Command, args []string) error {
			return f.with(c.Context(), func(s *store.Store) error {
				x, err := s.Schedule(c.Context(), args[0])
				if err == nil {
					err = deleteSchedule(c.Context(), s, cliActor, args[0], x.Version)
				}
				switch {
				case errors.Is(err, errDefaultSchedule):
					return &statusError{exitUsage, err}
				case errors.Is(err, screening.ErrConflict):
					return errScheduleConflict(args[0])
				case err != nil:
					return noSchedule(args[0], err)
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "已删除定时任务 %s\n", args[0])
				return err
			})
		},
	}
	f.database.register(c)
	return c
}

// deleteSchedule removes a schedule of a version and notes that in the ledger.
func deleteSchedule(ctx context.Context, s *store.Store, actor, name string, version int64) error {
	if slices.ContainsFunc(rescreen.Defaults(), func(d rescreen.Schedule) bool { return d.Name == name }) {
		return errDefaultSchedule
	}
	x, err := s.Schedule(ctx, name)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteSchedule(x.Key, version); err != nil {
			return err
		}
		return recordPayload(tx, actor, store.EntrySchedule, name, struct {
			Done string `json:"done"`
			rescreen.Schedule
		}{"removed", jobs.Planned(x)})
	})
}
