// Package archive is the official feed's static archive, both ways: a folder of pages for each session, one file a
// topic, with indexes of the years, the meetings and the sessions. [Mount] serves it from the logs of the sessions that
// are held, at the viewer's clock, so that programs that read the official archive read ours under another address.
// [Client] reads an archive at an address or in a folder and keeps what it read on disk, politely and resumably.
// internal/app mounts the one and makes sources of the other.
//
// Promises: a stream of pages that is read back gives the messages of each topic with their payloads untouched and in
// order, and of a log that has snapshots what these change; nothing newer than the viewer's clock is in any page or
// index; memory does not grow with a session's length.
package archive

import (
	"strings"
	"time"
)

// mark is the byte order mark that begins every page of the official archive.
const mark = "\ufeff"

// Endings of the two pages of a topic, and the name of an index.
const (
	streamEnding   = ".jsonStream"
	documentEnding = ".json"
	indexName      = "Index.json"
)

// longest is the last offset that the twelve bytes before a line's payload can say.
const longest = 100*time.Hour - time.Millisecond

// appendOffset appends hh:mm:ss.mmm. What is negative counts as zero, what is too long as the longest.
func appendOffset(dst []byte, d time.Duration) []byte {
	ms := min(max(d, 0), longest).Milliseconds()
	two := func(n int64) { dst = append(dst, byte('0'+n/10), byte('0'+n%10)) }
	two(ms / 3_600_000)
	dst = append(dst, ':')
	two(ms / 60_000 % 60)
	dst = append(dst, ':')
	two(ms / 1000 % 60)
	dst = append(dst, '.', byte('0'+ms/100%10))
	two(ms % 100)
	return dst
}

// plainName reports whether s can stand in a path as a part of it, whoever sent it: it neither climbs nor hides.
func plainName(s string) bool {
	if s == "" || len(s) > 128 || s[0] == '.' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|%#`, r)
	})
}
