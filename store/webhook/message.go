package webhook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The types of messages.
const (
	VerdictChanged  = "verdict.changed"
	DocumentExpires = "document.expiring"
	ReverifyDue     = "merchant.reverification_due"
	RunFinished     = "run.finished"
	CaseDue         = "case.due"
	AppealDecided   = "appeal.decided"
	ReleaseOut      = "release.published"
	WebhookDisabled = "webhook.disabled"
)

// Types returns all types, in the order of the documentation.
func Types() []string {
	return []string{VerdictChanged, DocumentExpires, ReverifyDue, RunFinished, CaseDue, AppealDecided, ReleaseOut, WebhookDisabled}
}

// TypeOf returns the type of message that tells of a kind of event. ok is false
// for kinds that no webhook is told of: the window of the identity report, the
// check of the database.
func TypeOf(kind string) (name string, ok bool) {
	switch kind {
	case "verdict_changed":
		return VerdictChanged, true
	case "document_ending", "document_ended", "date_unreadable":
		return DocumentExpires, true
	case "reverification_due", "reverification_overdue":
		return ReverifyDue, true
	case "run_done", "run_failed", "run_cancelled":
		return RunFinished, true
	case "case_due":
		return CaseDue, true
	case "appeal_decided":
		return AppealDecided, true
	case "release_published":
		return ReleaseOut, true
	case "webhook_disabled":
		return WebhookDisabled, true
	}
	return "", false
}

// Wants reports whether a webhook of some types, none standing for all, is told
// of a kind of event.
func Wants(types []string, kind string) bool {
	name, ok := TypeOf(kind)
	return ok && (len(types) == 0 || slices.Contains(types, name))
}

// An Event is what happened, as it was recorded.
type Event struct {
	Key     int64
	Kind    string
	Subject string
	Payload json.RawMessage // an object
	At      time.Time
}

// ID returns the id of the message about an event: the same for every receiver
// and at every attempt, so that a receiver can tell what it had already.
func (e *Event) ID() string { return "evt_" + strconv.FormatInt(e.Key, 10) }

// Body returns the message: id, type, timestamp (when it happened) and data,
// the payload with the subject ("run/12", "merchant/M-1") in it.
func (e *Event) Body() ([]byte, error) {
	name, ok := TypeOf(e.Kind)
	if !ok {
		return nil, fmt.Errorf("webhook: no type of message for %s", e.Kind)
	}
	data := map[string]json.RawMessage{}
	if err := json.Unmarshal(e.Payload, &data); err != nil {
		return nil, fmt.Errorf("webhook: payload of event %d: %w", e.Key, err)
	}
	subject, err := json.Marshal(e.Subject)
	if err != nil {
		return nil, err
	}
	data["subject"] = subject
	return json.Marshal(struct {
		ID        string                     `json:"id"`
		Type      string                     `json:"type"`
		Timestamp time.Time                  `json:"timestamp"`
		Data      map[string]json.RawMessage `json:"data"`
	}{e.ID(), name, e.At.UTC(), data})
}
