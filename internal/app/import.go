package app

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/history"
	"pitwall.live/internal/persist"
)

type importCmd struct {
	Path    []string `arg:"" help:"Recordings (files or folders), keys of sessions in the data folder, tables of laps or results, or folders of them." type:"path"`
	Data    string   `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Replace bool     `help:"Replace what is stored of the same session, also where it was made from something else."`
	NoLog   bool     `help:"Store the tables of recordings alone, without a log in the data folder: moments of the sessions can not be asked for."`
	storeFlags
}

func (importCmd) Help() string {
	return "Each session is stored as a whole or not at all. A recording that is stored already is left as it is; a session that is stored from something else too, unless --replace is given (then exit code 1). " +
		"The messages of a recording become the session's log in the data folder, as if it had been followed, so that a server started afterwards answers moments of it too; --no-log leaves them out. A log of the same session with other messages is never replaced: it is named, and the session is left. " +
		"Exit code 3 means that some lines could not be read; the rest was stored.\n\n" +
		"Lap tables of FastF1 and OpenF1 and the tables of f1db are imported together: name them in one call, so that each is checked against the others. What is wrong with them is printed; they are stored as they are. A session that is stored from its log is better and is left.\n\n" +
		"Examples:\n  pitwall import 2018-04-29_Race\n  pitwall import recordings/*\n  pitwall import laps/fastf1 results/f1db\n  pitwall import 2018-04-29_Race --store postgres://pitwall@db.example/pitwall --replace"
}

// errRefused ends an import of which sessions were left out that are stored from something else.
var errRefused = errors.New("import: some sessions are stored already, from something else (--replace replaces them)")

func (c importCmd) Run(e *env) (err error) {
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	if k == nil {
		return usage("--store none: nothing can be imported into none")
	}
	defer func() { err = errors.Join(err, k.close()) }()
	var partial, refused, strange error
	var others []string // that are no recordings
	for _, path := range c.Path {
		switch err := c.one(e, k, path); {
		case errors.Is(err, errNoRecording):
			others, strange = append(others, path), cmp.Or(strange, err)
		case errors.Is(err, errPartial):
			partial = errPartial
		case errors.Is(err, persist.ErrStored), errors.Is(err, errHeldLog):
			refused = errRefused
		case err != nil:
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if len(others) > 0 {
		switch err := c.tables(e, k, others); {
		case errors.Is(err, errPartial):
			partial = errPartial
		case errors.Is(err, history.ErrNothing):
			return strange
		case err != nil:
			return err
		}
	}
	if refused != nil {
		return refused
	}
	return partial
}

// errNoRecording is the error of what can not be opened as a recording.
var errNoRecording = errors.New("no recording")

// one imports the sessions of one recording.
func (c importCmd) one(e *env, k *keeping, path string) error {
	from := stored(path, c.Data)
	params, err := keptParams(from)
	if err != nil {
		return err
	}
	name, err := c.inData(from)
	if err != nil {
		return err
	}
	if name == "" && !c.NoLog {
		return c.withLogs(e, k, from, params)
	}
	sessions, partial, err := e.readSessions(from, params)
	if err != nil {
		return err
	}
	if len(sessions) == 0 {
		fmt.Fprintf(e.err, "%s: no message that can be used\n", path)
		return errPartial
	}
	var refused error
	for _, r := range sessions {
		r.Name(name)
		switch err := c.store(e, k, path, r); {
		case errors.Is(err, persist.ErrStored):
			refused = err
		case err != nil:
			return err
		}
	}
	return cmp.Or(refused, partial)
}

// store stores a session and says so. persist.ErrStored was said too.
func (c importCmd) store(e *env, k *keeping, path string, r *persist.Recording) error {
	o, err := r.Store(e.ctx, k.Store, c.Replace)
	switch {
	case errors.Is(err, persist.ErrStored):
		fmt.Fprintf(e.err, "%s: session %s is stored already, from something else\n", filepath.Base(path), r.Key())
		return err
	case err != nil:
		return err
	case o.Was:
		fmt.Fprintf(e.err, "%s: %s is stored already\n", filepath.Base(path), o.Session.ID)
	default:
		fmt.Fprintf(e.err, "%s: %s stored, %d messages, %d rows, %d samples\n", filepath.Base(path), o.Session.ID, o.Messages, o.Rows, o.Samples)
	}
	return nil
}

// unused says what of a session could not be used; errPartial when there is something.
func (e *env) unused(r *persist.Recording, damaged []string) (partial error) {
	total, first := r.Skipped()
	for _, reason := range append(first, damaged...) {
		fmt.Fprintln(e.err, "not used:", reason)
	}
	if total > 0 || len(damaged) > 0 {
		return errPartial
	}
	return nil
}

// readSessions derives the sessions of a recording. partial is errPartial when some of it could not be used; what, is
// listed.
func (e *env) readSessions(path string, params events.Params) (sessions []*persist.Recording, partial, err error) {
	r, err := recording.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errNoRecording, err)
	}
	defer r.Close() //nolint:errcheck // only read
	update, done := e.progress("reading " + filepath.Base(path))
	defer done()
	in := recordingImport{messages: newSessionReader(r), params: params}
	err = in.read(func(n int) error {
		if n%1024 == 0 {
			update(r.Progress())
			return e.ctx.Err()
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	partial = e.reportProblems(r)
	for _, s := range in.sessions {
		partial = cmp.Or(e.unused(s, nil), partial)
	}
	for _, reason := range in.damaged {
		fmt.Fprintln(e.err, "not used:", reason)
		partial = errPartial
	}
	return in.sessions, partial, nil
}

// recordingImport takes the sessions of a recording, which is one as a rule.
type recordingImport struct {
	messages *sessionReader
	params   events.Params
	sessions []*persist.Recording
	now      *persist.Recording
	damaged  []string
}

// read takes the whole recording; taken is called after each message.
func (in *recordingImport) read(taken func(n int) error) error {
	for n := 1; ; n++ {
		var m feed.Message
		begins, err := in.messages.next(&m)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if begins || in.now == nil {
			in.enter(in.messages.key)
		}
		if err := in.now.Take(&m); err != nil && len(in.damaged) < damagedShown {
			in.damaged = append(in.damaged, err.Error())
		}
		if err := taken(n); err != nil {
			return err
		}
	}
}

// enter goes on with the session of the key.
func (in *recordingImport) enter(key string) {
	if i := slices.IndexFunc(in.sessions, func(r *persist.Recording) bool { return r.Key() == key }); i >= 0 {
		in.now = in.sessions[i]
		return
	}
	in.now = persist.NewRecording(key, in.params)
	in.sessions = append(in.sessions, in.now)
}
