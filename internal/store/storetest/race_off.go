//go:build !race

package storetest

import "math"

// longest is how many messages of a recording are stored: all.
const longest = math.MaxInt
