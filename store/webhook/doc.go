// Package webhook knows how an event looks to those who asked to be told of it,
// and carries it there: types and bodies of messages, Standard Webhooks
// signatures (https://www.standardwebhooks.com), the addresses that may be
// reached, one attempt to deliver, and when to try again. It keeps nothing and
// queues nothing: package store keeps webhooks and deliveries, package
// store/jobs sends them.
package webhook
