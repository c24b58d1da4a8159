//go:build race

package storetest

// longest is how many messages of a recording are stored: the race detector makes everything take ten times as long,
// and without it all of them are.
const longest = 10_000
