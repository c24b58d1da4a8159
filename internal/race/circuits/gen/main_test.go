package main

import (
	"fmt"
	"testing"
)

// TestBegin: the outline begins at the share asked for, keeps its direction and loses no corner.
func TestBegin(t *testing.T) {
	square := [][2]float64{{0, 0}, {100, 0}, {100, 100}, {0, 100}}
	f := func(share float64, want string) {
		t.Helper()
		if got := fmt.Sprint(begin(square, share)); got != want {
			t.Errorf("%v: %s, want %s", share, got, want)
		}
	}
	f(0, "[[0 0] [100 0] [100 100] [0 100]]")
	f(.125, "[[0 0] [50 0] [50 100] [-50 100] [-50 0]]")
	f(.5, "[[0 0] [-100 0] [-100 -100] [0 -100]]")
	f(.875, "[[0 0] [0 -50] [100 -50] [100 50] [0 50]]")
}
