package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
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
}

type replayCmd struct {
	Path  string `arg:"" help:"Recording: a file or a folder." type:"path"`
	Speed speed  `help:"Session seconds a second, 0.1 to 50; or max." default:"1" placeholder:"N|max"`
	From  string `help:"Where to begin: a race lap (30) or a time (14:05:00, or RFC 3339)." placeholder:"LAP|TIME"`
	Until string `help:"Where to end, likewise." placeholder:"LAP|TIME"`
	Data  string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	serverFlags
}

func (replayCmd) Help() string {
	return "Its clock is the process's own: pause, seek and speed in the page and by PATCH /api/v1/clocks/default.\n\nExamples:\n  pitwall replay 2018-04-29_Race\n  pitwall replay 2018-04-29_Race --speed 20 --from 39"
}

func (c replayCmd) Run(e *env) error {
	r, err := recording.Open(stored(c.Path, c.Data))
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
	log, err := e.importRecording(r, filepath.Join(folder, "log.jsonl"))
	if err != nil {
		return err
	}
	defer log.Close() //nolint:errcheck // a copy that is removed
	partial := e.reportProblems(r)
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
	s, err := newServer(e, c.serverFlags)
	if err != nil {
		return err
	}
	update, done := e.progress("loading " + filepath.Base(c.Path))
	_, err = s.live.Add(e.ctx, log, live.About{Key: r.FallbackKey(), Source: "recording"}, &play,
		func(n, total uint64) { update(int64(n), int64(total)) })
	done()
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

// importRecording brings a recording into a log, where any moment of it can be found.
func (e *env) importRecording(r *recording.Reader, path string) (*sessionlog.Log, error) {
	log, err := sessionlog.Open(path, "")
	if err != nil {
		return nil, err
	}
	update, done := e.progress("reading")
	err = copyMessages(e.ctx, r, log, func() { update(r.Progress()) })
	done()
	if err == nil {
		err = log.Rest()
	}
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return log, nil
}

// copyMessages appends all of a recording to a log.
func copyMessages(ctx context.Context, r *recording.Reader, log *sessionlog.Log, progress func()) error {
	var batch []feed.Message
	var bytes []byte // the payloads of the batch: the reader reuses its own
	flush := func() error {
		_, err := log.Append(batch)
		batch, bytes = batch[:0], bytes[:0]
		progress()
		return errors.Join(err, ctx.Err())
	}
	for {
		var m feed.Message
		err := r.Next(&m)
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return errors.Join(err, flush())
		}
		if len(bytes)+len(m.Payload) > cap(bytes) {
			bytes = make([]byte, 0, max(1<<20, len(m.Payload)))
		}
		at := len(bytes)
		bytes = append(bytes, m.Payload...)
		m.Payload = bytes[at:len(bytes):len(bytes)]
		if batch = append(batch, m); len(batch) == 512 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}
