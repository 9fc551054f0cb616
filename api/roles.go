package api

import "slices"

// A Role is what a key may do. The empty value is invalid.
type Role string

// The roles.
const (
	PlatformService Role = "platform-service" // the platform's publish flow
	Operator        Role = "operator"         // people who run the platform
	Reviewer        Role = "reviewer"         // people who decide on documents and doubts
	Auditor         Role = "auditor"          // reads everything, changes nothing
	Admin           Role = "admin"
)

// Roles returns all roles.
func Roles() []Role { return []Role{PlatformService, Operator, Reviewer, Auditor, Admin} }

// A right names what a role may do: the id of an operation, or a part of one.
type right string

// keepVerdicts is the right to have a screening kept.
const keepVerdicts right = "create-screening/store"

// rights is the table of who may do what. What is not in it nobody may do, and
// an operation that is not in it keeps the server from starting.
func rights() map[right][]Role {
	everyone := Roles()
	doing := []Role{PlatformService, Operator, Admin}
	running := []Role{Operator, Admin}
	watching := []Role{Operator, Auditor, Admin}
	people := []Role{Operator, Reviewer, Auditor, Admin}
	return map[right][]Role{
		"create-screening": {PlatformService, Operator, Reviewer, Admin},
		keepVerdicts:       doing,
		"create-precheck":  {PlatformService, Operator, Reviewer, Admin},
		"check-receipt":    {PlatformService, Operator, Reviewer, Admin},
		"explain-verdict":  everyone,
		"why-not":          everyone,
		"list-revisions":   everyone,
		"diff-revisions":   everyone,
		"replay-verdict":   {Operator, Reviewer, Auditor, Admin},
		"list-terms":       everyone,
		"get-platform":     everyone,
		"put-platform":     {Operator, Admin},

		"list-merchant-qualifications": everyone,
		"get-merchant-qualification":   everyone,
		"list-platform-qualifications": everyone,
		"get-platform-qualification":   everyone,

		"list-listings":          everyone,
		"put-listing":            doing,
		"delete-listing":         doing,
		"list-merchants":         everyone,
		"get-document":           everyone,
		"list-ledger-entries":    {Auditor, Admin},
		"get-ledger-entry":       {Auditor, Admin},
		"get-listing":            everyone,
		"list-listing-verdicts":  everyone,
		"get-verdict":            everyone,
		"get-merchant":           everyone,
		seePersonal:              {Operator, Reviewer, Admin},
		"put-merchant":           doing,
		"list-documents":         everyone,
		"create-document":        doing,
		"put-document":           doing,
		"decide-document":        {Reviewer, Admin},
		"evaluate-qualification": {PlatformService, Operator, Reviewer, Admin},
		"list-categories":        everyone,
		"get-category":           everyone,
		"get-dictionary":         everyone,
		"list-classes":           everyone,
		"get-class":              everyone,
		readMetrics:              {Auditor, Admin},
		readProfiles:             {Admin},
		"list-report-kinds":      everyone,
		"create-report":          {Operator, Reviewer, Auditor, Admin},
		"list-reports":           {Operator, Reviewer, Auditor, Admin},
		"get-report":             {Operator, Reviewer, Auditor, Admin},
		"cancel-report":          {Operator, Reviewer, Auditor, Admin},
		"get-report-file":        {Operator, Reviewer, Auditor, Admin},
		"create-evidence":        {Operator, Reviewer, Auditor, Admin},
		"list-evidence":          {Operator, Reviewer, Auditor, Admin},
		"get-evidence":           {Operator, Reviewer, Auditor, Admin},
		"cancel-evidence":        {Operator, Reviewer, Auditor, Admin},
		"get-evidence-file":      {Operator, Reviewer, Auditor, Admin},
		"verify-ledger":          {Auditor, Admin},

		"list-runs":       everyone,
		"get-run":         everyone,
		"list-run-flips":  everyone,
		"list-run-alarms": everyone,
		"create-run":      running,
		"preview-run":     {Operator, Reviewer, Auditor, Admin},
		"cancel-run":      running,
		"pause-run":       running,
		"resume-run":      running,
		"list-schedules":  people,
		"get-schedule":    people,
		"put-schedule":    running,
		"delete-schedule": running,
		"pause-schedule":  running,
		"resume-schedule": running,

		"create-import":       doing,
		"list-imports":        everyone,
		"get-import":          everyone,
		"list-import-rejects": everyone,
		"cancel-import":       doing,

		"list-webhooks":         watching,
		"get-webhook":           watching,
		"create-webhook":        running,
		"put-webhook":           running,
		"delete-webhook":        running,
		"rotate-webhook-secret": running,
		"list-deliveries":       watching,
		"get-delivery":          watching,
		"redeliver":             running,
	}
}

// may reports whether a role has a right.
func (s *Server) may(role Role, r right) bool { return slices.Contains(s.rights[r], role) }
