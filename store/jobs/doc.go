// Package jobs screens what the store keeps, in the background: runs cut into
// chunks, schedules, and the work they set off. It is the only importer of
// River, whose queue lives in the same database and takes part in the same
// transactions; users see runs and chunks, never River's own rows.
//
//	Begin ─► run (planned) ─► plan: a range, or chunks of listed keys
//	          └► seats in the queue: "somebody may work on run N"
//	               └► claim a chunk (lease) ─► batches of 1,000: read, judge,
//	                  keep what differs and the progress in one transaction
//	                    └► root of the chunk, entry in the ledger ─► next chunk
//
// Which chunk is whose stands in the chunks table, not in the queue: a seat that
// is lost costs nothing, a worker that is killed lets its lease end and another
// begins the chunk anew. Verdicts are kept by the listing's version and, where
// they differ, only while the merchant's dossier is the one that was judged by;
// runs of another revision or day wait for one another. So every listing has
// one current verdict, of the latest world that judged it.
//
// The leaves of a chunk's root are the listings that were judged. A revision run
// counts those that the change cannot touch, but they are no leaves.
//
// Webhooks go the same way: an event is written with its row in the outbox, the
// clock shares it out as deliveries, and a round in the queue tries those of one
// webhook that are due. How often and when next stands in the delivery. A
// message may arrive twice, or out of order; it is never lost.
//
// A full run leaves a proof of every range: the leaves of its root, the
// revision, the program and the day. The next one looks at every listing, but
// judges only those that no proof covers (see rotation). A targeted run leaves
// none: comparing itself with them is what a full run is for.
//
// The package decides no verdict (package screening does) and keeps nothing of
// its own but the queue (package store does).
package jobs
