//go:build !race

package persist_test

const raced = false
