// Package api serves zhunru over HTTP: routes, wire types, keys and roles,
// limits, and one place (problem.go) that turns every error into an RFC 9457
// problem.
//
//	request ──► id, language, log ──► key ──► role ──► rate ──► operation
//	                                                   (bounded body, strict fields)
//
// Every operation is registered through register, stands in the table of rights
// (roles.go) or the server does not start, and is in the OpenAPI document that
// the same registration makes. The package judges nothing and keeps nothing:
// what it needs it asks of the interfaces in backend.go.
package api
