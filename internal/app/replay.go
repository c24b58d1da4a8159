package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/sessionlog"
)

// serverFlags are what every command that serves has.
type serverFlags struct {
	Listen      string   `help:"Address to serve on; beyond loopback everybody there can watch." default:"127.0.0.1:8080"`
	AllowHost   []string `help:"Further name this server may be called by (Host header); * for any." placeholder:"NAME"`
	AllowOrigin []string `help:"Further page that may connect (Origin header)." placeholder:"URL"`
	openF1Flags
	redisFlags
	copyFlags
}

type replayCmd struct {
	Path  string `arg:"" help:"Recording: a file or a folder." type:"path"`
	Speed speed  `help:"Session seconds a second, 0.1 to 50; or max." default:"1" placeholder:"N|max"`
	From  string `help:"Where to begin: a race lap (30) or a time (14:05:00, or RFC 3339)." placeholder:"LAP|TIME"`
	Until string `help:"Where to end, likewise." placeholder:"LAP|TIME"`
	Data  string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`

	Session string `help:"Which session to play of a recording that holds several; the first if none is named." placeholder:"KEY"`
	storeFlags
	serverFlags
}

func (replayCmd) Help() string {
	return "Its clock is the process's own: pause, seek and speed in the page and by PATCH /api/v1/clocks/default.\n\nExamples:\n  pitwall replay 2018-04-29_Race\n  pitwall replay 2018-04-29_Race --speed 20 --from 39"
}

func (c replayCmd) Run(e *env) (failed error) {
	path := stored(c.Path, c.Data)
	params, err := keptParams(path)
	if err != nil {
		return err
	}
	r, err := recording.Open(path)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read
	folder, err := os.MkdirTemp("", "pitwall-replay-")
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	defer func() {
		if err := os.RemoveAll(folder); err != nil {
			e.log.Warn("the copy of the recording stays behind", "folder", folder, "error", err)
		}
	}()
	sessions, err := e.importRecording(r, folder)
	defer func() {
		for _, s := range sessions {
			s.log.Close() //nolint:errcheck // a copy that is removed
		}
	}()
	if err != nil {
		return err
	}
	partial := e.reportProblems(r)
	shown, err := c.choose(sessions)
	if err != nil {
		return err
	}
	if len(sessions) > 1 {
		fmt.Fprintf(e.err, "the recording holds the sessions %s; %s plays (--session KEY plays another)\n", keysOf(sessions), shown.key)
	}
	log := shown.log
	play := live.Replay{Speed: float64(c.Speed)}
	if play.From, err = parseMoment(c.From, log.Start()); err != nil {
		return usage("--from: %w", err)
	}
	if play.Until, err = parseMoment(c.Until, log.Start()); err != nil {
		return usage("--until: %w", err)
	}
	if from, until := play.From, play.Until; from.Lap > 0 && until.Lap > 0 && until.Lap <= from.Lap ||
		!from.Time.IsZero() && !until.Time.IsZero() && !until.Time.After(from.Time) {
		return usage("--until %s does not come after --from %s", c.Until, c.From)
	}
	k, err := c.openServing(e, c.Data)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, k.close()) }()
	s, err := newServer(e, c.serverFlags, k)
	if err != nil {
		return err
	}
	update, done := e.progress("loading " + filepath.Base(c.Path))
	_, err = s.live.Add(e.ctx, log, live.About{Key: shown.key, Source: "recording", Params: params}, &play,
		func(n, total uint64) { update(int64(n), int64(total)) })
	done()
	for _, other := range sessions {
		if other != shown && err == nil {
			err = s.shelve(other.key, other.log.Path())
		}
	}
	for _, each := range sessions {
		if err == nil {
			err = k.followCopy(each, params)
		}
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(s.run(e.ctx), partial)
}

// speed is session seconds a second.
type speed float64

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *speed) UnmarshalText(text []byte) error {
	if string(text) == "max" {
		*s = live.OfflineSpeed
		return nil
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(v >= live.MinSpeed && v <= live.MaxSpeed) {
		return fmt.Errorf("%q: give a number from %g to %d, or max", text, live.MinSpeed, live.MaxSpeed)
	}
	*s = speed(v)
	return nil
}

// parseMoment reads a race lap, a time of day (UTC, on the session's day) or a whole time.
func parseMoment(s string, start time.Time) (live.Moment, error) {
	if s == "" {
		return live.Moment{}, nil
	}
	if lap, err := strconv.Atoi(s); err == nil && lap > 0 {
		return live.Moment{Lap: lap}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return live.Moment{Time: t}, nil
	}
	if t, err := time.Parse(time.TimeOnly, s); err == nil {
		day := start.UTC().Truncate(24 * time.Hour)
		at := day.Add(t.Sub(t.Truncate(24 * time.Hour)))
		if at.Before(start.Add(-time.Hour)) {
			at = at.Add(24 * time.Hour) // a session that runs over midnight
		}
		return live.Moment{Time: at}, nil
	}
	return live.Moment{}, fmt.Errorf("%q is neither a lap (30) nor a time (14:05:00)", s)
}

// imported is a session of a recording, in a log in which any moment can be found.
type imported struct {
	key string
	log *sessionlog.Log
}

func keysOf(sessions []*imported) string {
	keys := make([]string, len(sessions))
	for i, s := range sessions {
		keys[i] = s.key
	}
	return strings.Join(keys, ", ")
}

// choose finds the session that is to be played.
func (c replayCmd) choose(sessions []*imported) (*imported, error) {
	for _, s := range sessions {
		if c.Session == "" || c.Session == s.key {
			return s, nil
		}
	}
	if len(sessions) == 0 {
		return nil, errors.New("replay: the recording holds no message that can be used")
	}
	return nil, usage("--session %s: the recording holds %s", c.Session, keysOf(sessions))
}

// importRecording brings the sessions of a recording into logs in folder. The logs it opened are returned
// in any case.
func (e *env) importRecording(r *recording.Reader, folder string) ([]*imported, error) {
	update, done := e.progress("reading")
	defer done()
	i := importer{folder: folder, messages: newSessionReader(r), step: func() error {
		update(r.Progress())
		return e.ctx.Err()
	}}
	err := i.run()
	for _, s := range i.sessions {
		err = errors.Join(err, s.log.Rest())
	}
	return i.sessions, err
}

// importer copies messages, session by session, in batches.
type importer struct {
	folder   string
	messages *sessionReader
	step     func() error // after each batch
	sessions []*imported
	now      *imported
	batch    []feed.Message
	bytes    []byte // the payloads of the batch: the reader reuses its own
}

func (i *importer) run() error {
	for {
		var m feed.Message
		begins, err := i.messages.next(&m)
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, i.flush())
		}
		if begins {
			if err := i.flush(); err != nil {
				return err
			}
			i.now = nil
		}
		if i.now == nil {
			if err := i.enter(i.messages.key); err != nil {
				return err
			}
		}
		// A session that the feed names only after its first messages.
		i.now.key = i.messages.key
		i.keep(m)
		if len(i.batch) == 512 {
			if err := i.flush(); err != nil {
				return err
			}
		}
	}
}

// enter goes on with the session of the key.
func (i *importer) enter(key string) error {
	for _, s := range i.sessions {
		if s.key == key {
			i.now = s
			return nil
		}
	}
	log, err := sessionlog.Open(sessionlog.Path(i.folder, key), key)
	if err != nil {
		return err
	}
	i.now = &imported{key, log}
	i.sessions = append(i.sessions, i.now)
	return nil
}

func (i *importer) keep(m feed.Message) {
	if len(i.bytes)+len(m.Payload) > cap(i.bytes) {
		i.bytes = make([]byte, 0, max(1<<20, len(m.Payload)))
	}
	at := len(i.bytes)
	i.bytes = append(i.bytes, m.Payload...)
	m.Payload = i.bytes[at:len(i.bytes):len(i.bytes)]
	i.batch = append(i.batch, m)
}

func (i *importer) flush() error {
	if len(i.batch) == 0 {
		return i.step()
	}
	_, err := i.now.log.Append(i.batch)
	i.batch, i.bytes = i.batch[:0], i.bytes[:0]
	return errors.Join(err, i.step())
}
