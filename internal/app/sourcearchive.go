package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/ingest"
)

// openArchive follows a session of a static archive as it happened: that of the address or folder, or without one the
// newest that the archive has.
func openArchive(address string, o opening) (source, error) {
	base, path := f1archive.Split(address)
	if !strings.Contains(base, "://") {
		years, err := filepath.Glob(filepath.Join(base, "[12][0-9][0-9][0-9]"))
		if path != "" || err != nil || len(years) == 0 {
			return openRecording(address, o) // any folder of pages, wherever it lies
		}
	}
	client, err := archiveClient(base, o)
	if err != nil {
		return source{}, usage("--source archive:%s: %w", address, err)
	}
	a := &archiveSource{name: "archive:" + address, client: client, path: path, pace: o.pace, log: o.log}
	return source{Source: a, kind: "recording", reader: &a.reader}, nil
}

// archiveClient reads the archive at base and keeps its pages in the data folder, or where there is none with what else is
// kept only to save time.
func archiveClient(base string, o opening) (*f1archive.Client, error) {
	cfg := f1archive.DefaultRead()
	cfg.URL, cfg.Mirrors, cfg.Log = base, o.ArchiveMirror, o.log
	cfg.Dir = filepath.Join(o.dataDir, "archive")
	if o.dataDir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no folder for the archive's pages: %w", err)
		}
		cfg.Dir = filepath.Join(dir, "pitwall", "archive")
	}
	if ownMachine(base) {
		cfg.Every, cfg.Backoff = 0, cfg.Backoff/20
	}
	return f1archive.NewClient(cfg)
}

// archiveSource plays a session of an archive once its pages are here.
type archiveSource struct {
	name   string
	client *f1archive.Client
	path   string // "" the newest
	pace   float64
	log    *slog.Logger
	reader atomic.Pointer[recording.Reader]
}

func (a *archiveSource) Name() string { return a.name }

// Run brings the pages up to date and plays them. What can not be had now may be later: the client remembers when to ask
// again, so running it anew costs the archive nothing before.
func (a *archiveSource) Run(ctx context.Context, out ingest.Out) error {
	defer a.client.Close()
	if a.path == "" {
		newest, err := a.client.Newest(ctx)
		if err != nil {
			return err
		}
		a.path = newest.Path // the same one after an error, whatever comes meanwhile
	}
	p, err := a.client.Session(ctx, a.path, func(one f1archive.Page) {
		a.log.Debug("archive page", "session", a.path, "topic", one.Topic, "state", one.State, "bytes", one.Size, "version", one.Version)
	})
	if errors.Is(err, f1archive.ErrPlace) {
		return ingest.Permanent(err)
	}
	if err != nil {
		return err
	}
	if err := p.Failed(); err != nil {
		return err // a session without some of its topics would stay so in the log
	}
	if missing := p.Missing(); len(missing) > 0 {
		a.log.Warn("the archive lacks pages of the session", "session", a.path, "topics", missing)
	}
	if p.Here() == 0 {
		return fmt.Errorf("pages of %s: %w", a.path, f1archive.ErrAbsent)
	}
	return ingest.Replay(a.name, a.pace, func() (ingest.Reader, error) {
		r, err := recording.Open(p.Folder)
		if err != nil {
			return nil, err
		}
		a.reader.Store(r)
		return r, nil
	}).Run(ctx, out)
}
