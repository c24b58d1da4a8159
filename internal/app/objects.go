package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"pitwall.live/internal/backfill"
	"pitwall.live/internal/derive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store/objects"
)

// objectsFlags say where objects are kept: recordings, tables, backups.
type objectsFlags struct {
	Objects string `help:"Where recordings, tables and backups are kept as objects: file:///FOLDER or s3://BUCKET/PREFIX?endpoint=URL with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment." placeholder:"URL"`
}

// url is the address that is meant: the one said, or the folder in the data folder.
func (f objectsFlags) url(dataDir string) string {
	if f.Objects != "" {
		return f.Objects
	}
	if abs, err := filepath.Abs(dataDir); err == nil {
		dataDir = abs
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dataDir, "objects"))}).String()
}

// openObjects opens the store of objects.
func openObjects(address string) (*objects.Store, error) {
	s, err := objects.Open(objects.Config{URL: address})
	if err != nil {
		return nil, fmt.Errorf("--objects %s: %w", masked(address), err)
	}
	return s, nil
}

// logsIn lists the logs of a data folder, the last written first.
func logsIn(dataDir string) ([]string, error) {
	paths, err := newestFirst(filepath.Join(filepath.Dir(filepath.Dir(sessionlog.Path(dataDir, "x"))), "*", logName))
	if err != nil {
		return nil, fmt.Errorf("sessions in %s: %w", dataDir, err)
	}
	return paths, nil
}

// logKey is what the objects call the session of a log: its folder, so that it is restored to where it was.
func logKey(path string) string { return filepath.Base(filepath.Dir(path)) }

var errSeason = errors.New("the feed does not say yet which season it is of")

// objectsSession is under which name a log is sealed. While the log does not say its season the error is errSeason,
// unless it has to be decided: then its times tell.
func objectsSession(log *sessionlog.Log, decide bool) (objects.Session, error) {
	s := objects.Session{Key: logKey(log.Path())}
	d := derive.New(s.Key, derive.Wish{})
	found := errors.New("found")
	err := log.Each(1, func(m *feed.Message) error {
		if m.Topic != feed.TopicSessionInfo {
			return nil
		}
		if err := d.Take(m); err != nil {
			return nil //nolint:nilerr // a message that can not be read says nothing; a later one may
		}
		if row := d.State.SessionRow(); row.Season.Known {
			s.Season = row.Season.Value
			return found
		}
		return nil
	})
	switch {
	case errors.Is(err, found):
		return s, nil
	case err != nil:
		return s, err
	case !decide:
		return s, errSeason
	}
	at := log.End()
	if at.IsZero() {
		first, err := log.At(1)
		if err != nil {
			return s, err
		}
		at = first.Received
	}
	s.Season = at.Year()
	return s, nil
}

// paramsObject keeps the thresholds of a session's events beside its raw recording: with others the log would give
// other events.
type paramsObject struct {
	Events string `json:"events"`
	SHA256 string `json:"sha256"` // of Events
}

func paramsKey(s objects.Session) string {
	return fmt.Sprintf("raw/%d/%s/events.json", s.Season, s.Key)
}

// putParams brings the thresholds beside a log into the objects, unless they are there.
func putParams(ctx context.Context, o *objects.Store, s objects.Session, log string) error {
	text, err := os.ReadFile(paramsBeside(log))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a session of the time before they were kept
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	body, err := json.Marshal(paramsObject{string(text), hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	if there, err := getObject(ctx, o, paramsKey(s)); err == nil && bytes.Equal(there, body) {
		return nil
	}
	return o.Bucket().Put(ctx, paramsKey(s), body, objects.Condition{})
}

// getParams brings them back beside the restored log.
func getParams(ctx context.Context, o *objects.Store, s objects.Session, log string) error {
	body, err := getObject(ctx, o, paramsKey(s))
	if errors.Is(err, objects.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var p paramsObject
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("%s: %w: %w", paramsKey(s), objects.ErrCorrupt, err)
	}
	if sum := sha256.Sum256([]byte(p.Events)); hex.EncodeToString(sum[:]) != p.SHA256 {
		return fmt.Errorf("%s: %w: checksum differs", paramsKey(s), objects.ErrCorrupt)
	}
	if _, err := events.ReadParams([]byte(p.Events)); err != nil {
		return fmt.Errorf("%s: %w", paramsKey(s), err)
	}
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		return err
	}
	return writeWhole(paramsBeside(log), []byte(p.Events))
}

// getObject reads a small object.
func getObject(ctx context.Context, o *objects.Store, key string) (body []byte, err error) {
	r, _, err := o.Bucket().Get(ctx, key, 0, -1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return io.ReadAll(io.LimitReader(r, 1<<20))
}

// sealLog seals all that a log holds now.
func sealLog(ctx context.Context, o *objects.Store, path string) (done objects.Sealed, err error) {
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if log.Len() == 0 {
		return done, nil
	}
	return sealAll(ctx, o, log)
}

// sealAll seals all that a log holds. One whose gaps were filled takes the place of what is sealed of the log that had them,
// which stays until the new one is sealed.
func sealAll(ctx context.Context, o *objects.Store, log *sessionlog.Log) (done objects.Sealed, err error) {
	session, err := objectsSession(log, true)
	if err != nil {
		return done, err
	}
	sealer, err := o.Sealer(session, log)
	if err != nil {
		return done, err
	}
	note, err := backfill.ReadNote(log.Path())
	if err != nil {
		return done, err
	}
	var was []feed.Header
	for _, begun := range note.Was {
		was = append(was, feed.Header{Session: log.Header().Session, Created: begun.UTC()})
	}
	done, err = sealer.Seal(ctx, true)
	switch {
	case errors.Is(err, objects.ErrConflict), errors.Is(err, objects.ErrRemoved):
		if now, succeeds, serr := sealer.Succeed(ctx, was...); succeeds {
			done, err = now, serr
		} else {
			err = errors.Join(err, serr)
		}
	case err == nil && len(was) > 0:
		err = sealer.Tidy(ctx) // it may have been killed at it
	}
	if err != nil {
		return done, err
	}
	return done, putParams(ctx, o, session, log.Path())
}

// megabytes is a size as people read it.
func megabytes(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f kB", float64(n)/1e3)
}

// plural is n of a thing.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %s", n, strings.TrimSuffix(thing, "s")+"s")
}
