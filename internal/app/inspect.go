package app

import (
	"encoding/json"
	"fmt"

	"pitwall.live/internal/dialect/recording"
)

type inspectCmd struct {
	Path string `arg:"" help:"Recording: a file or a folder." type:"path"`
	Data string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	JSON bool   `help:"Print the report as JSON." name:"json"`
}

func (inspectCmd) Help() string {
	return "Recognises every recording format by content, plain, gzip or zstd. Exit code 3 means that some lines could not be read; each is listed with its number and reason.\n\nExample:\n  pitwall inspect 2018-04-29_Race"
}

func (c inspectCmd) Run(e *env) error {
	update, done := e.progress("reading " + c.Path)
	report, err := recording.Inspect(stored(c.Path, c.Data), update)
	done()
	if err != nil {
		return err
	}
	if c.JSON {
		j := json.NewEncoder(e.out)
		j.SetIndent("", "  ")
		err = j.Encode(report)
	} else {
		err = report.WriteText(e.out)
	}
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if !report.Damaged() {
		return nil
	}
	if c.JSON || !isTerminal(e.out) { // who reads the report on a terminal has seen them
		for _, p := range report.Problems {
			fmt.Fprintln(e.err, "not used:", p)
		}
	}
	return errPartial
}

// reportProblems lists on standard error what of a recording was not used. It returns errPartial when
// there was any.
func (e *env) reportProblems(r *recording.Reader) error {
	if !r.Damaged() {
		return nil
	}
	for _, p := range r.Problems() {
		fmt.Fprintln(e.err, "not used:", p)
	}
	return errPartial
}
