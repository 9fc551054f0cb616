// Package rescreen says what is to be screened again, when and why: schedules
// (robfig/cron specs in Chinese time), the daily sweep of documents that end
// and identities to be verified again, and the plan of a run. It keeps nothing
// and runs nothing: package store keeps schedules and runs, package store/jobs
// runs them.
package rescreen
