package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
)

// errOtherLog ends the import of a session of which the data folder holds a log with other messages.
var errOtherLog = errors.New("the data folder has another log of the session, which stays")

// contentNote is what an import notes beside a log: the store knows the session by the content of the recording, which is
// the same on every machine, and not by the file, which is not.
type contentNote struct {
	Content string `json:"content"`
	Source  string `json:"source,omitempty"` // whose rows the messages were made of; "" is a recording of the feed itself
}

// noteBeside is where the note of a log's session is kept.
func noteBeside(log string) string { return filepath.Join(filepath.Dir(log), "imported.json") }

// noteOf is what an import noted beside a log; the zero note is of a log that was followed.
func noteOf(log string) (n contentNote, err error) {
	text, err := os.ReadFile(noteBeside(log))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return n, fmt.Errorf("%s: %w", noteBeside(log), err)
	}
	return n, nil
}

// keptContent is the name that an import gave a log, "" for a log that was followed.
func keptContent(log string) (string, error) {
	if filepath.Base(log) != logName {
		return "", nil // a recording, and what lies beside it is not ours
	}
	n, err := noteOf(log)
	return n.Content, err
}

// storedName is the name by which a store knows the rows of a log.
func storedName(log *sessionlog.Log) (string, error) {
	name, err := keptContent(log.Path())
	if err != nil || name != "" {
		return name, err
	}
	return persist.NameOf(log)
}

// staging is a folder in which the sessions of a recording become logs, out of sight until they are whole.
type staging struct {
	folder   string   // in the data folder, so that a log is moved in one step
	held     *os.File // its lock: a folder that nobody holds was left by an import that was killed
	in       *ingest.Ingest
	source   string // as in a [contentNote]
	sessions []*stagedLog
}

// stagedLog is a session of a recording, in a log that nobody sees yet.
type stagedLog struct {
	key  string // names the folder
	log  *sessionlog.Log
	name string // its content
}

// stagingPrefix begins the names of the folders.
const stagingPrefix = ".import-"

// newStaging makes a folder and holds it. Another process may take it for one that was left until it is held: then there
// is a next one.
func newStaging(dataDir string) (*staging, error) {
	for range 8 {
		folder, err := os.MkdirTemp(dataDir, stagingPrefix)
		if err != nil {
			return nil, err
		}
		held, err := lockFolder(folder)
		if err != nil {
			continue
		}
		if _, err := os.Stat(folder); err == nil {
			return &staging{folder: folder, held: held}, nil
		}
		if err := held.Close(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("import: no folder in %s can be locked", dataDir)
}

// clearStaging removes what imports that were killed have left in the data folder.
func clearStaging(dataDir string) error {
	entries, err := os.ReadDir(dataDir)
	if err != nil {
		return err
	}
	var errs []error
	for _, at := range entries {
		if !at.IsDir() || !strings.HasPrefix(at.Name(), stagingPrefix) {
			continue
		}
		folder := filepath.Join(dataDir, at.Name())
		held, err := lockFolder(folder)
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, fs.ErrNotExist) {
			continue // an import that runs, or that has just ended
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, removeStaging(folder, dataDir), held.Close())
	}
	return errors.Join(errs...)
}

// stagedSource is what is staged.
type stagedSource struct {
	name   string
	reader ingest.Reader
	key    func() string // of the session while the feed does not name it
	source string        // as in a [contentNote]
	taken  func()        // after some messages; nil: nobody wants to know
}

// stage brings the sessions of a recording into logs, as they would be kept if the recording were followed. partial is
// errPartial when some of it could not be used.
func (e *env) stage(path, dataDir string, params events.Params) (s *staging, partial, err error) {
	r, err := recording.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errNoRecording, err)
	}
	defer r.Close() //nolint:errcheck // only read
	update, done := e.progress("reading " + filepath.Base(path))
	defer done()
	s, partial, err = e.stageFrom(&stagedSource{
		name: "recording:" + path, reader: r, key: r.FallbackKey, taken: func() { update(r.Progress()) },
	}, dataDir, params)
	if err != nil {
		return nil, nil, err
	}
	return s, cmp.Or(partial, e.reportProblems(r)), nil
}

// stageFrom brings the sessions of what a reader gives into logs.
func (e *env) stageFrom(from *stagedSource, dataDir string, params events.Params) (s *staging, partial, err error) {
	if err := writable(dataDir); err != nil {
		return nil, nil, err
	}
	if err := clearStaging(dataDir); err != nil {
		e.log.Warn("what an earlier import has left behind stays", "error", err)
	}
	if s, err = newStaging(dataDir); err != nil {
		return nil, nil, err
	}
	s.source = from.source
	cfg := ingest.Default()
	cfg.DataDir, cfg.Log = s.folder, e.log
	cfg.FallbackKey = func(string, *feed.Message) string { return from.key() }
	cfg.Hooks.Opened = func(_, key string, log *sessionlog.Log) error {
		if log.Len() > 0 {
			return nil // the recording comes back to it
		}
		s.sessions = append(s.sessions, &stagedLog{key: key, log: log})
		_, err := keepParams(log, params)
		return err
	}
	if from.taken != nil {
		cfg.Hooks.Published = func(string, []feed.Message) { from.taken() }
	}
	s.in = ingest.New(cfg)
	err = s.in.Run(e.ctx, ingest.Replay(from.name, 0, func() (ingest.Reader, error) { return from.reader, nil }))
	st := s.in.Status()[0]
	if err = cmp.Or(err, e.ctx.Err()); err == nil && st.Error != "" {
		err = errors.New(st.Error)
	}
	if err == nil {
		err = s.settle()
	}
	if err != nil {
		return nil, nil, errors.Join(err, s.clear())
	}
	if st.DeadLetters > 0 {
		fmt.Fprintf(e.err, "not used: %s that are no messages of the feed\n", plural(int(st.DeadLetters), "payload"))
		partial = errPartial
	}
	return s, partial, nil
}

// settle names the logs by their content and brings them to the disk.
func (s *staging) settle() (err error) {
	for _, l := range s.sessions {
		if l.name, err = persist.ContentOf(l.log); err != nil {
			return err
		}
		text, err := json.Marshal(contentNote{Content: l.name, Source: s.source})
		if err == nil {
			err = writeWhole(noteBeside(l.log.Path()), append(text, '\n'))
		}
		if err = errors.Join(err, l.log.Sync()); err != nil {
			return err
		}
	}
	return nil
}

// clear closes the logs and removes what is still in the folder.
func (s *staging) clear() error {
	return errors.Join(s.in.Close(), os.RemoveAll(s.folder), s.held.Close())
}

// place says how the log of a session relates to what the data folder has of it: name is that by which the store knows
// the rows, there that the same log is kept already. Another log is errOtherLog, or errLesserLog where it is not of the feed.
func (l *stagedLog) place(dataDir string) (name string, there bool, err error) {
	kept, err := sessionlog.OpenRead(sessionlog.Path(dataDir, l.key))
	if errors.Is(err, fs.ErrNotExist) {
		return l.name, false, nil
	}
	if err != nil {
		return "", false, err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	content, err := persist.ContentOf(kept)
	switch {
	case err != nil:
		return "", false, err
	case content != l.name:
		n, err := noteOf(kept.Path())
		if err == nil {
			if err = errOtherLog; n.Source != "" {
				err = errLesserLog
			}
		}
		return l.name, false, err
	}
	name, err = storedName(kept)
	return name, true, err
}

// publish moves the log into the data folder. Where there is a folder of the session the log goes first: it never takes the
// place of one that has come in between, and nothing of ours comes beside that.
func (l *stagedLog) publish(dataDir string) error {
	from, to := filepath.Dir(l.log.Path()), filepath.Dir(sessionlog.Path(dataDir, l.key))
	err := os.MkdirAll(filepath.Dir(to), 0o755)
	if err == nil {
		err = os.Rename(from, to)
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := os.Link(l.log.Path(), filepath.Join(to, logName)); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return errOtherLog
		}
		return err
	}
	files, err := os.ReadDir(from)
	for _, f := range files {
		if err == nil && f.Name() != logName {
			err = os.Rename(filepath.Join(from, f.Name()), filepath.Join(to, f.Name()))
		}
	}
	return err
}

// derive takes the session from its log.
func (l *stagedLog) derive(e *env, params events.Params) (r *persist.Recording, damaged []string, err error) {
	update, done := e.progress("deriving session " + l.key)
	defer done()
	r = persist.NewRecording(l.log.Header().Session, params)
	err = l.log.Each(1, func(m *feed.Message) error {
		if err := r.Take(m); err != nil && len(damaged) < damagedShown {
			damaged = append(damaged, err.Error())
		}
		if m.Offset%1024 == 0 {
			update(int64(m.Offset), int64(l.log.Len()))
			return e.ctx.Err()
		}
		return nil
	})
	return r, damaged, err
}

// withLogs imports the sessions of a recording with their logs.
func (c importCmd) withLogs(e *env, k *keeping, path string, params events.Params) (err error) {
	s, partial, err := e.stage(path, c.Data, params)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.clear()) }()
	return c.keepStaged(e, k, path, s, params, partial)
}

// keepStaged stores the sessions that have been staged, and then lets their logs be seen.
func (c importCmd) keepStaged(e *env, k *keeping, path string, s *staging, params events.Params, partial error) error {
	if len(s.sessions) == 0 {
		fmt.Fprintf(e.err, "%s: no message that can be used\n", path)
		return errPartial
	}
	var refused error
	for _, l := range s.sessions {
		unread, err := c.keepOne(e, k, path, l, params)
		partial = cmp.Or(unread, partial)
		switch {
		case errors.Is(err, errHeldLog), errors.Is(err, persist.ErrStored):
			refused = cmp.Or(refused, err)
		case err != nil:
			return err
		}
	}
	return cmp.Or(refused, partial)
}

// keepOne does it for one session. persist.ErrStored and errHeldLog were said.
func (c importCmd) keepOne(e *env, k *keeping, path string, l *stagedLog, params events.Params) (partial, err error) {
	name, there, err := l.place(c.Data)
	put, how := l.publish, c
	if errors.Is(err, errLesserLog) {
		old, herr := l.hold(c.Data)
		if err = herr; err == nil {
			defer func() { err = errors.Join(err, old.Close()) }()
			how.Replace = true
			put = l.replace
		}
	}
	switch {
	case errors.Is(err, errOtherLog):
		fmt.Fprintf(e.err, "%s: session %s: %s (--no-log stores the tables alone): %s\n",
			filepath.Base(path), l.key, err, sessionlog.Path(c.Data, l.key))
		return nil, persist.ErrStored
	case errors.Is(err, errHeldLog):
		fmt.Fprintf(e.err, "%s: session %s: %s: %s\n", filepath.Base(path), l.key, err, sessionlog.Path(c.Data, l.key))
		return nil, err
	case err != nil:
		return nil, err
	}
	r, damaged, err := l.derive(e, params)
	if err != nil {
		return nil, err
	}
	partial = e.unused(r, damaged)
	r.Name(name)
	if err := how.store(e, k, path, r); err != nil || there {
		return partial, err
	}
	if err := put(c.Data); err != nil {
		return partial, fmt.Errorf("log of session %s: %w", l.key, err)
	}
	return partial, nil
}

// inData gives the name of a log in the data folder, "" for what is none.
func (c importCmd) inData(path string) (name string, err error) {
	kept, err := os.Stat(sessionlog.Path(c.Data, filepath.Base(filepath.Dir(path))))
	if err != nil {
		return "", nil //nolint:nilerr // no log of this name
	}
	if at, err := os.Stat(path); err != nil || !os.SameFile(at, kept) {
		return "", nil //nolint:nilerr // it is somewhere else
	}
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		return "", err
	}
	name, err = storedName(log)
	return name, errors.Join(err, log.Close())
}
