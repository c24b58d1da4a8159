// Package backfill fills the gaps of sessions' logs once the session is in the static archive. A log is never written in the
// middle: [Mend] makes a new one beside it, with the messages of the archive in the stretches that were lost, and
// [Mended.Replace] puts it in the place of the old one in one step. What is derived of the new log is then that of a run in
// which nothing was lost. internal/app says what the archive has ([Recording]) and brings the new log before those who
// read the old one.
//
// Promises: until the new log is whole, read back and compared, the old one is where it was; afterwards it is kept beside
// the new one under another name. So a process that is killed at any moment leaves one whole log in place, and the next run
// begins anew. Nothing is guessed: what the archive does not have stays marked as a gap and shown as one, and a message of
// the log is never left out but for snapshots that say what is known without them.
package backfill
