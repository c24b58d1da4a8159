package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"pitwall.live/internal/dialect/f1live"
	"pitwall.live/internal/dialect/openf1"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/race"
	"pitwall.live/internal/sim"
)

// source is an ingest source with what viewers are told of it.
type source struct {
	ingest.Source
	kind   string                            // sim, livetiming, openf1, recording
	reader *atomic.Pointer[recording.Reader] // of a recording: the one it was read with; else nil
}

// sources is every kind of --source.
var sources = []struct {
	kind string
	help string
	open func(rest string, o opening) (source, error)
}{
	{"sim", "sim[:SEED], the built-in simulator", openSim},
	{"livetiming", "livetiming[:URL], the official feed or a hub like it", openLiveTiming},
	{"openf1", "openf1[:URL], OpenF1 or a server like it", openOpenF1},
	{"recording", "recording:PATH, any recording, as it happened", openRecording},
	{"archive", "archive:URL_OR_PATH, a session of the static archive, or its newest, as it happened", openArchive},
}

// opening is what a source may need to know.
type opening struct {
	dataDir string
	log     *slog.Logger
	// pace is how fast a recording is played: 1 as it happened, 0 as fast as it can be taken.
	pace float64
	due  func() bool // whether a session is on or near; nil: nobody knows
	sourceFlags
}

// sourceFlags are what sources need to be let in. The token itself is given by the environment only: the
// arguments of a process can be read by others.
type sourceFlags struct {
	LivetimingTokenFile string `help:"File with an account's token (JWT) for the official feed's topics that are not given to everybody; read anew for every connection. The token itself: PITWALL_LIVETIMING_TOKEN." placeholder:"FILE" type:"path"`
	OpenF1AccountFile   string `name:"openf1-account-file" help:"File with the name and the password of an account with OpenF1, on two lines; read anew for every access token. Or PITWALL_OPENF1_USER and PITWALL_OPENF1_PASSWORD, or a token itself in PITWALL_OPENF1_TOKEN. With an account rows are pushed." placeholder:"FILE" type:"path"`
	OpenF1MQTT          string `name:"openf1-mqtt" help:"Address of OpenF1's push (mqtt://, mqtts://, ws://, wss://); the service's own by default, none for another URL." placeholder:"URL"`
	OpenF1CA            string `name:"openf1-ca" help:"Certificates of further authorities (PEM) that a server like OpenF1 may have its certificate from." placeholder:"FILE" type:"path"`

	ArchiveMirror []string `help:"Address of a further static archive that is asked for what archive:URL does not have." placeholder:"URL" sep:"none"`
}

func openSource(spec string, o opening) (source, error) {
	kind, rest, _ := strings.Cut(spec, ":")
	known := make([]string, len(sources))
	for i, s := range sources {
		if s.kind == kind {
			return s.open(rest, o)
		}
		known[i] = s.help
	}
	return source{}, usage("--source %s: no such source; there are %s", spec, strings.Join(known, "; "))
}

func openLiveTiming(url string, o opening) (source, error) {
	cfg := f1live.Default()
	cfg.URL, cfg.Log, cfg.Due = url, o.log, o.due
	cfg.Token, cfg.TokenFile = os.Getenv("PITWALL_LIVETIMING_TOKEN"), o.LivetimingTokenFile
	client, err := f1live.New(cfg)
	if err != nil {
		return source{}, usage("--source livetiming: %w", err)
	}
	return source{Source: client, kind: "livetiming"}, nil
}

// openF1Config is how a service that speaks OpenF1 is read.
func openF1Config(url string, o opening) (openf1.ReadConfig, error) {
	cfg := openf1.DefaultRead()
	cfg.URL, cfg.Log, cfg.MQTT, cfg.AccountFile = url, o.log, o.OpenF1MQTT, o.OpenF1AccountFile
	cfg.Token, cfg.User, cfg.Password = os.Getenv("PITWALL_OPENF1_TOKEN"), os.Getenv("PITWALL_OPENF1_USER"), os.Getenv("PITWALL_OPENF1_PASSWORD")
	if o.OpenF1CA != "" {
		var err error
		if cfg.Authorities, err = authorities(o.OpenF1CA); err != nil {
			return cfg, usage("--openf1-ca: %w", err)
		}
	}
	return cfg, nil
}

func openOpenF1(url string, o opening) (source, error) {
	cfg, err := openF1Config(url, o)
	if err != nil {
		return source{}, err
	}
	reader, err := openf1.NewReader(cfg)
	if err != nil {
		return source{}, usage("--source openf1: %w", err)
	}
	return source{Source: reader, kind: "openf1"}, nil
}

func openRecording(path string, o opening) (source, error) {
	if path == "" {
		return source{}, usage("--source recording: give a path, recording:PATH")
	}
	first, err := recording.Open(path)
	if err != nil {
		return source{}, err // said at once, not after the server has started
	}
	if err := first.Close(); err != nil {
		return source{}, err
	}
	s := source{kind: "recording", reader: &atomic.Pointer[recording.Reader]{}}
	s.Source = ingest.Replay("recording:"+path, o.pace, func() (ingest.Reader, error) {
		r, err := recording.Open(path)
		if err != nil {
			return nil, err
		}
		s.reader.Store(r)
		return r, nil
	})
	return s, nil
}

func openSim(seed string, o opening) (source, error) {
	s := &simSource{log: o.log}
	if o.dataDir != "" {
		s.note = filepath.Join(o.dataDir, "sim.json")
	}
	if seed != "" {
		n, err := strconv.ParseUint(seed, 10, 64)
		if err != nil {
			return source{}, usage("--source sim:%s: the seed is a whole number", seed)
		}
		s.seed = &n
	}
	return source{Source: s, kind: "sim"}, nil
}

// simSource is the simulator as a live source: one race after another, each as long as a real one. Which
// race runs is noted in the data folder, so that it goes on after a restart: the same seed and start give
// the same messages, and the log drops those it has.
type simSource struct {
	note string  // "" is not noted
	seed *uint64 // nil: any
	log  *slog.Logger
}

// simRun is the race that runs.
type simRun struct {
	Seed    uint64    `json:"seed"`
	Start   time.Time `json:"start"`
	Circuit string    `json:"circuit"`
	Key     int       `json:"key"`
}

const (
	// simLead is how far into the race a new one is when it is first shown: past the start.
	simLead = 4*time.Minute + 100*time.Second
	// simPause is between two races, to look at the result.
	simPause = 3 * time.Minute
)

func (s *simSource) Name() string { return "sim" }

func (s *simSource) Run(ctx context.Context, out ingest.Out) error {
	run, err := s.resume()
	if err != nil {
		return err
	}
	for {
		s.log.Info("simulated race", "circuit", run.Circuit, "seed", run.Seed, "session", run.Key)
		open := func() (ingest.Reader, error) { return run.open() }
		if err := ingest.Timed("sim", open).Run(ctx, out); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(simPause):
		}
		if run, err = s.begin(); err != nil {
			return err
		}
	}
}

// resume gives the noted race if it may still run, else a new one.
func (s *simSource) resume() (simRun, error) {
	if s.note == "" {
		return s.begin()
	}
	b, err := os.ReadFile(s.note)
	if errors.Is(err, fs.ErrNotExist) {
		return s.begin()
	}
	if err != nil {
		return simRun{}, fmt.Errorf("sim: %w", err)
	}
	var run simRun
	if err := json.Unmarshal(b, &run); err != nil {
		s.log.Warn("the note of the running simulation can not be read; a new race begins", "file", s.note, "error", err)
		return s.begin()
	}
	if s.seed != nil && *s.seed != run.Seed {
		return s.begin()
	}
	end, err := run.end()
	if err != nil {
		return simRun{}, err
	}
	if !time.Now().Before(end) {
		return s.begin()
	}
	return run, nil
}

func (r simRun) open() (*sim.Sim, error) {
	return sim.New(sim.Config{Session: f1.Race, Circuit: r.Circuit, Seed: r.Seed, Start: r.Start, Key: r.Key})
}

// end is when the race is over. Only playing it tells; that takes a second.
func (r simRun) end() (time.Time, error) {
	s, err := r.open()
	if err != nil {
		return time.Time{}, err
	}
	var m feed.Message
	for {
		switch err := s.Next(&m); {
		case errors.Is(err, io.EOF):
			return m.Time, nil
		case err != nil:
			return time.Time{}, err
		}
	}
}

// begin notes a new race that is a few minutes old.
func (s *simSource) begin() (simRun, error) {
	start := time.Now().UTC().Add(-simLead).Truncate(time.Second)
	run := simRun{Seed: rand.Uint64N(1 << 32), Start: start, Key: int(start.Unix())}
	if s.seed != nil {
		run.Seed = *s.seed
	}
	circuits := race.Circuits()
	run.Circuit = circuits[run.Seed%uint64(len(circuits))].ID
	if s.note == "" {
		return run, nil
	}
	b, err := json.Marshal(run)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.note), 0o755)
	}
	if err == nil {
		err = os.WriteFile(s.note, b, 0o644)
	}
	if err != nil {
		return run, fmt.Errorf("sim: note the race: %w", err)
	}
	return run, nil
}
