package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Recording is what goes with a recording that is made.
type Recording struct {
	Log      *slog.Logger
	Progress func(Status) // called after every batch; nil: nobody watches
	Due      func() bool  // as in Config
}

// Record writes everything a source gives into one recording of ours at path, until the source ends or
// ctx does. A recording that is there already is gone on with. What can not be used is kept beside it, in path with the
// ending .dead.jsonl.
func Record(ctx context.Context, source Source, path string, r Recording) (Status, error) {
	file, err := sessionlog.Open(path, "")
	if err != nil {
		return Status{Source: source.Name()}, fmt.Errorf("record: %w", err)
	}
	cfg := Default()
	cfg.Log, cfg.Due = r.Log, r.Due
	cfg.Open = func(string) (*sessionlog.Log, error) { return file, nil }
	in := New(cfg)
	in.copying = true
	in.logRepair(path, file)
	l := newLane(in, source)
	if r.Progress != nil {
		in.cfg.Hooks.Published = func(string, []feed.Message) { r.Progress(l.Status()) }
	}
	// One file, whatever sessions come: it is entered before the first of them is known.
	l.pinned = true
	if err := l.enter(path); err != nil {
		return l.Status(), errors.Join(err, file.Close())
	}
	l.status.turned("", file)
	l.session.deadPath = path + ".dead.jsonl"
	err = l.run(ctx)
	if s := l.Status(); err == nil && s.Error != "" && ctx.Err() == nil {
		err = fmt.Errorf("record: %s", s.Error)
	}
	return l.Status(), errors.Join(err, in.Close())
}
