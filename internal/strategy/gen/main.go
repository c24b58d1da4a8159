// Command gen writes the priors of package strategy from lap tables of past seasons: what stops cost at each
// circuit under green, virtual and real safety car, how compounds wear, what fuel and traffic cost a lap. Only
// these figures become part of the program; no row of the tables does.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"pitwall.live/internal/strategy"
	"pitwall.live/internal/strategy/laptables"
)

func main() {
	tables := flag.String("tables", "../../../shared/data/laps/fastf1", "folder of the lap tables")
	out := flag.String("out", "priors.json", "file to write")
	flag.Parse()
	if err := run(*tables, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(tables, out string) error {
	races, err := laptables.ReadAll(tables)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(strategy.Learn(races), "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644)
}
