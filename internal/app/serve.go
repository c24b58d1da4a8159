package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

type serveCmd struct {
	Source []string `help:"What to follow, in order of preference: sim[:SEED], livetiming[:URL], recording:PATH, archive:PATH." default:"sim" placeholder:"SPEC" sep:"none"`
	Data   string   `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	serverFlags
}

func (serveCmd) Help() string {
	return "Everything in one process: the source is followed, every message kept in the data folder, the board served.\n\nExamples:\n  pitwall serve\n  pitwall serve --source livetiming\n  pitwall serve --source recording:2018-04-29_Race --listen 127.0.0.1:9000"
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
	followed := make([]source, len(c.Source))
	for i, spec := range c.Source {
		var err error
		if followed[i], err = openSource(spec, opening{dataDir: c.Data, log: e.log, pace: 1}); err != nil {
			return err
		}
	}
	s, err := newServer(e, c.serverFlags)
	if err != nil {
		return err
	}
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = c.Data, e.log
	cfg.Hooks = ingest.Hooks{
		Opened: func(name, key string, log *sessionlog.Log) error {
			about := live.About{Key: key, Live: true, Open: openStored(log.Path())}
			for _, f := range followed {
				if f.Name() == name {
					about.Source = f.kind
				}
			}
			update, done := e.progress("loading session " + key)
			defer done()
			_, err := s.live.Add(e.ctx, log, about, nil, func(n, total uint64) { update(int64(n), int64(total)) })
			return err
		},
		Left: func(_, key string) {
			if err := s.live.SetLive(key, false); err != nil {
				e.log.Warn("session ended", "session", key, "error", err)
			}
		},
		Status: func(st ingest.Status) {
			if st.Session != "" {
				s.live.SetTrouble(st.Session, troubleOf(st))
			}
			e.log.Info("source", "name", st.Source, "session", st.Session, "connected", st.Connected, "error", st.Error)
		},
	}
	if err := s.shelveStored(c.Data); err != nil {
		return errors.Join(err, s.close())
	}
	in := ingest.New(cfg)
	run := make([]ingest.Source, len(followed))
	for i, f := range followed {
		run[i] = f.Source
	}
	err = s.run(e.ctx, func(ctx context.Context) error {
		if err := in.Run(ctx, run...); err != nil {
			return err
		}
		// A source that has ended leaves its session to be looked at.
		<-ctx.Done()
		return nil
	})
	return errors.Join(err, in.Close())
}

// troubleOf says in words what is wrong with a source, "" when nothing is.
func troubleOf(st ingest.Status) string {
	switch {
	case st.Ended:
		return "" // it has told all it had
	case st.Silent:
		return "the source is connected but silent"
	case !st.Connected && st.Error != "":
		return "the source is lost: " + st.Error
	case !st.Connected:
		return "the source is not connected"
	}
	return ""
}

type recordCmd struct {
	Source string `help:"What to record: livetiming[:URL], sim[:SEED], recording:PATH." required:"" placeholder:"SPEC"`
	Out    string `help:"File to write; a recording that is there is gone on with." required:"" type:"path" placeholder:"FILE"`
}

func (recordCmd) Help() string {
	return "Each message is with the operating system before it counts, and on the disk within a second. End with Ctrl-C.\n\nExample:\n  pitwall record --source livetiming --out monza.jsonl"
}

func (c recordCmd) Run(e *env) error {
	if filepath.Base(c.Out) == "-" {
		return usage("--out -: a recording is a file, for it is gone on with and repaired")
	}
	s, err := openSource(c.Source, opening{log: e.log})
	if err != nil {
		return err
	}
	st, err := ingest.Record(e.ctx, s.Source, c.Out, e.log, e.counter())
	if err != nil {
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
