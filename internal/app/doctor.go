package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
)

type doctorCmd struct {
	Data  string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Quick bool   `help:"Leave out what reads everything: checksums of logs and objects, the look through the whole store."`
	JSON  bool   `name:"json" help:"Print what was found as JSON lines."`
	storeFlags
	objectsFlags
	redisFlags
	copyFlags
}

func (doctorCmd) Help() string {
	return "One line for each thing checked: ok, note (worth knowing) or broken, what was found where, and for what is broken how to mend it. Exit code 1 when something is broken. Nothing is changed.\n\n" +
		"Examples:\n  pitwall doctor\n  pitwall doctor --quick --json\n  pitwall doctor --store postgres://pitwall@db.example/pitwall --objects s3://pitwall/prod --redis rediss://cache.example:6379"
}

// The verdicts of a finding.
const (
	findingOK     = "ok"
	findingNote   = "note"
	findingBroken = "broken"
)

// finding is what one check says.
type finding struct {
	Verdict string `json:"verdict"`
	What    string `json:"what"`  // data folder, log, store, objects, redis, clickhouse, version
	Where   string `json:"where"` // without secrets
	Found   string `json:"found"`
	Mend    string `json:"mend"` // "" when there is nothing to mend
}

// doctor checks and tells.
type doctor struct {
	*env
	cmd    *doctorCmd
	broken int
	failed error // of printing
}

// errBroken ends a doctor that has found something broken; what, is printed.
var errBroken = errors.New("something is broken, see above")

func (c doctorCmd) Run(e *env) error {
	d := &doctor{env: e, cmd: &c}
	d.tell(finding{findingOK, "version", "pitwall", Version() + " on " + runtime.GOOS + "/" + runtime.GOARCH, ""})
	for _, check := range []func(context.Context){d.dataFolder, d.logs, d.store, d.objects, d.redis, d.clickhouse} {
		check(e.ctx)
		if err := e.ctx.Err(); err != nil {
			return err
		}
	}
	if d.failed != nil {
		return d.failed
	}
	if d.broken > 0 {
		return errBroken
	}
	return nil
}

// tell prints a finding.
func (d *doctor) tell(f finding) {
	f.Where, f.Found, f.Mend = masked(f.Where), masked(f.Found), masked(f.Mend)
	if f.Verdict == findingBroken {
		d.broken++
	}
	var err error
	if d.cmd.JSON {
		err = json.NewEncoder(d.out).Encode(f)
	} else {
		mend := ""
		if f.Mend != "" {
			mend = " -> " + f.Mend
		}
		found := strings.ReplaceAll(f.Found, "\n", "; ")
		_, err = fmt.Fprintf(d.out, "%-7s %-12s %s: %s%s\n", f.Verdict, f.What, f.Where, found, mend)
	}
	d.failed = errors.Join(d.failed, err)
}

func (d *doctor) ok(what, where, format string, args ...any) {
	d.tell(finding{findingOK, what, where, fmt.Sprintf(format, args...), ""})
}

func (d *doctor) note(what, where, found, mend string) {
	d.tell(finding{findingNote, what, where, found, mend})
}

func (d *doctor) bad(what, where string, err error, mend string) {
	if d.ctx.Err() != nil {
		return // called off is not broken
	}
	d.tell(finding{findingBroken, what, where, err.Error(), mend})
}

// answerIn bounds a check that only asks.
const answerIn = 10 * time.Second
