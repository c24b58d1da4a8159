// Command pitwall follows, replays, records and simulates Formula 1 sessions and serves them as a live
// timing board.
package main

import (
	"os"

	"pitwall.live/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
