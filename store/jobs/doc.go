// Package jobs screens what the store keeps, in the background: runs cut into
// chunks, schedules, and the work they set off. It is the only importer of
// River, whose queue lives in the same database and takes part in the same
// transactions; users see runs and chunks, never River's own rows.
package jobs
