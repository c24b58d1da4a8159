package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
)

type serveCmd struct {
	Source []string `help:"What to follow, in order of preference: sim[:SEED], livetiming[:URL], recording:PATH, archive:URL_OR_PATH." default:"sim" placeholder:"SPEC" sep:"none"`
	Data   string   `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`

	sourceFlags
	EventsParams thresholds `help:"Thresholds of the events of new sessions (JSON); each session keeps its own in its folder, events.json." placeholder:"FILE"`
	storeFlags
	retentionFlags
	archiveFlags
	scheduleFlags
	serverFlags
}

func (serveCmd) Help() string {
	return "Everything in one process: the source is followed, every message kept in the data folder, the board served.\n\n" +
		"With several sources, all are followed, each session is listed, and the order of the flags says which is shown by default (\"latest\"): " +
		"that of the first source that works. A later one takes its place while those before it have no session, are silent, lost or at their end, and gives it back when one comes. " +
		"Sources of the same session share it.\n\n" +
		"With a source that is live the calendar (the store's, brought by pitwall sync, else that of --archive) says which session is on and which is next: /readyz has them, sources are watched closely only near one, " +
		"and what a session says of its start and does not fit the calendar is a note of its data quality.\n\n" +
		"What is derived is stored too (--store), in the background and about once a second; while the store does not work the logs wait for it, and /readyz says so. " +
		"--keep-samples 2 keeps telemetry and locations of this season and the last in the store; everything else of older sessions stays. " +
		"With --objects the raw logs are sealed, segment by segment, the tables of sessions that have ended are kept as Parquet, and what --keep-raw, --keep-parquet and --keep-backups do not keep is removed daily. " +
		"Addresses may hold passwords: give those by PITWALL_STORE, PITWALL_REDIS and PITWALL_CLICKHOUSE, for the arguments of a process can be read by others.\n\n" +
		"Examples:\n  pitwall serve\n  pitwall serve --source livetiming\n  pitwall serve --source livetiming --source sim\n  pitwall serve --source livetiming --livetiming-token-file account.jwt\n  pitwall serve --source recording:2018-04-29_Race --listen 127.0.0.1:9000\n  pitwall serve --source livetiming --events-params strict.json\n  pitwall serve --source livetiming --store postgres://pitwall@db.example/pitwall\n  pitwall serve --source livetiming --objects s3://pitwall/prod?region=eu-central-1 --keep-backups 30d"
}

// dataDir is where logs are kept when nothing else is said.
func dataDir() string {
	if d := os.Getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "pitwall")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "pitwall-data"
	}
	return filepath.Join(home, ".local", "share", "pitwall")
}

func (c serveCmd) Run(e *env) error {
	f := following{names: map[string]string{}, params: c.EventsParams.Params}
	sched := newScheduling(e.log)
	for _, spec := range c.Source {
		s, err := openSource(spec, opening{dataDir: c.Data, log: e.log, pace: 1, due: sched.due, sourceFlags: c.sourceFlags})
		if err != nil {
			return err
		}
		if s.kind == "sim" && slices.ContainsFunc(f.sources, func(other source) bool { return other.kind == "sim" }) {
			return usage("--source %s: there is one simulator, and it is followed already", spec)
		}
		f.sources = append(f.sources, s)
	}
	if err := writable(c.Data); err != nil {
		return err
	}
	if err := clearStaging(c.Data); err != nil {
		e.log.Warn("what an import has left behind stays", "error", err)
	}
	k, err := c.openServing(e, c.Data)
	if err != nil {
		return err
	}
	if err := c.keepSamples(k); err != nil {
		return errors.Join(err, k.close())
	}
	a, err := c.openArchive(e, c.Data, k)
	if err != nil {
		return errors.Join(err, k.close())
	}
	s, err := newServer(e, c.serverFlags, k)
	if err != nil {
		return errors.Join(err, a.close(), k.close())
	}
	f.server, s.archive = s, a
	filling := backfillFlags{Archive: cmp.Or(c.scheduleFlags.Archive, f1archive.Official)}
	if c.scheduleFlags.Archive == leftOut {
		c.scheduleFlags.Archive = ""
	}
	client, err := filling.client(e, c.Data)
	if err != nil {
		return errors.Join(err, s.close(), a.close(), k.close())
	}
	f.mender = newMender(&f, client)
	s.mender = f.mender
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = c.Data, e.log
	cfg.FallbackKey, cfg.Due = f.key, sched.due
	cfg.Hooks = ingest.Hooks{Opened: f.opened, Left: f.left, Status: f.status}
	if err := s.shelveStored(c.Data); err != nil {
		return errors.Join(err, s.close(), a.close(), k.close())
	}
	f.in = ingest.New(cfg)
	s.sources = f.in.Status
	s.figures.MustRegister(sourceFigures{f.in.Status})
	tasks, err := f.schedule(sched, c.scheduleFlags, c.Data, k)
	if err != nil {
		return errors.Join(err, s.close(), a.close(), k.close())
	}
	run := make([]ingest.Source, len(f.sources))
	for i, s := range f.sources {
		run[i] = s.Source
	}
	err = s.run(e.ctx, append(tasks, func(ctx context.Context) error {
		if err := f.in.Run(ctx, run...); err != nil {
			return err
		}
		// A source that has ended leaves its session to be looked at.
		<-ctx.Done()
		return nil
	}, f.mender.run)...)
	return errors.Join(err, f.in.Close(), a.close(), k.close())
}

// writable makes the data folder and tries it: what can not be kept is not shown, so a server without it
// would wait for ever.
func writable(dir string) error {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".try-"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("data folder %s: %w (choose another with --data DIR)", dir, err)
	}
	return nil
}

// following brings what the sources do before the viewers.
type following struct {
	server  *server
	sources []source
	in      *ingest.Ingest
	mender  *mender       // nil: gaps are not filled
	params  events.Params // of sessions that begin; zero: the defaults

	mu    sync.Mutex        // also while the viewers are told: the last they hear is how it is
	names map[string]string // what viewers call a session, by ingest's key
}

// named finds a source; the names that ingest says are those of f.sources.
func (f *following) named(name string) source {
	for _, s := range f.sources {
		if s.Name() == name {
			return s
		}
	}
	return source{}
}

// key names a session that does not name itself: a recording has one name, whoever reads it.
func (f *following) key(name string, first *feed.Message) string {
	if r := f.named(name).reader; r != nil {
		return r.Load().FallbackKey()
	}
	return ingest.StableKey(first)
}

func (f *following) opened(name, key string, log *sessionlog.Log) error {
	params, err := keepParams(log, f.params)
	if err != nil {
		return err
	}
	kept, err := storedAs(log.Path())
	if err != nil {
		return err
	}
	f.server.archive.follow(log)
	f.server.keeping.follow(log, persist.About{Key: key, Params: params, Live: true, Owner: true, Identity: kept.Identity, Replaces: kept.Replaces})
	f.mender.watch(key, log)
	about := live.About{Key: key, Source: f.named(name).kind, Live: true, Open: openStored(log.Path()), Params: params}
	e := f.server.env
	update, done := e.progress("loading session " + key)
	defer done()
	session, err := f.server.live.Add(e.ctx, log, about, nil, func(n, total uint64) { update(int64(n), int64(total)) })
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.names[key] = session.Key()
	return nil
}

func (f *following) left(_, key string) {
	f.server.keeping.leave(key)
	f.server.archive.leave(key)
	f.mender.leave(key)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.server.live.SetLive(f.names[key], false); err != nil {
		f.server.env.log.Warn("session ended", "session", key, "error", err)
	}
}

// status tells the viewers of a session what is wrong with its source, and shows first the session of the
// most preferred source that works. While none works, the one shown last stays.
func (f *following) status(st ingest.Status) {
	log := f.server.env.log
	log.Info("source", "name", st.Source, "session", st.Session, "connected", st.Connected, "error", st.Error)
	f.mu.Lock()
	defer f.mu.Unlock()
	if name, known := f.names[st.Session]; known {
		f.server.live.SetTrouble(name, troubleIn(st.Session, f.in.Status()))
	}
	if name, known := f.names[f.in.Preferred()]; known {
		if err := f.server.live.Show(name); err != nil {
			log.Warn("the session of the preferred source is not shown first", "session", name, "error", err)
		}
	}
}

// troubleIn says what is wrong with a session's sources: nothing while one of them is well.
func troubleIn(session string, sources []ingest.Status) string {
	worst := ""
	for _, st := range sources {
		if st.Session != session || st.Ended {
			continue // it has told all it had
		}
		trouble := troubleOf(st)
		if trouble == "" {
			return ""
		}
		worst = cmp.Or(worst, trouble)
	}
	return worst
}

// troubleOf says in words what is wrong with a source, "" when nothing is. Viewers read it: it has no passwords.
func troubleOf(st ingest.Status) string {
	switch {
	case st.Silent:
		return "the source is connected but silent"
	case !st.Connected && st.Error != "":
		return "the source is lost: " + masked(st.Error)
	case !st.Connected:
		return "the source is not connected"
	}
	return ""
}

type recordCmd struct {
	Source string `help:"What to record: livetiming[:URL], sim[:SEED], recording:PATH, archive:URL_OR_PATH (its pages are kept in the user's cache folder, pitwall/archive)." required:"" placeholder:"SPEC"`
	sourceFlags
	scheduleFlags
	Out string `help:"File to write; a recording that is there is gone on with." required:"" type:"path" placeholder:"FILE"`
}

func (recordCmd) Help() string {
	return "Each message is with the operating system before it counts, and on the disk within a second. End with Ctrl-C.\n\nExample:\n  pitwall record --source livetiming --out monza.jsonl"
}

func (c recordCmd) Run(e *env) error {
	if filepath.Base(c.Out) == "-" {
		return usage("--out -: a recording is a file, for it is gone on with and repaired")
	}
	sched := newScheduling(e.log)
	s, err := openSource(c.Source, opening{log: e.log, due: sched.due, sourceFlags: c.sourceFlags})
	if err != nil {
		return err
	}
	tasks, err := sched.ofRecording(c.scheduleFlags, s.kind)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(e.ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	for _, task := range tasks {
		group.Go(func() error { return task(ctx) })
	}
	st, err := ingest.Record(ctx, s.Source, c.Out, ingest.Recording{Log: e.log, Progress: e.counter(), Due: sched.due})
	cancel()
	if err = errors.Join(err, group.Wait()); err != nil {
		return err
	}
	of := ""
	if st.Session != "" {
		of = " of session " + st.Session
	}
	fmt.Fprintf(e.err, "%s: %d messages%s\n", c.Out, st.Kept, of)
	if s.reader != nil {
		if r := s.reader.Load(); r != nil {
			return e.reportProblems(r)
		}
	}
	return nil
}

// counter shows how much has been recorded, redrawn in place, while a person watches.
func (e *env) counter() func(ingest.Status) {
	if !e.person {
		return nil
	}
	return func(st ingest.Status) {
		fmt.Fprintf(e.err, "\r%d messages, session %s, newest %s \x1b[K", st.Kept, st.Session, st.LastMessage.Format("15:04:05"))
	}
}
