//go:build race

package persist_test

// raced: the race detector makes everything take ten times as long.
const raced = true
