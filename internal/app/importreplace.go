package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
)

// errLesserLog is of a log in the data folder whose place is to be taken.
var errLesserLog = errors.New("the data folder has a log of the session that was made of the rows of another service")

// errHeldLog is of such a log while it is being written: a message that came meanwhile would be in neither.
var errHeldLog = errors.New("a running server writes the log that is to be replaced: stop the server and try again")

// errGrownLog is of a log that was begun with the rows of another service and has got more, which nobody else has.
var errGrownLog = fmt.Errorf("%w: it was made of the rows of another service, and has got messages since", errOtherLog)

// hold takes the log in the data folder whose place is to be taken, so that nobody writes it until the caller closes it. While
// a server does that is errHeldLog; one that is not what was made of the rows any more is errGrownLog.
func (l *stagedLog) hold(dataDir string) (old *sessionlog.Log, err error) {
	old, err = sessionlog.Open(sessionlog.Path(dataDir, l.key), "")
	if errors.Is(err, sessionlog.ErrLocked) {
		return nil, errHeldLog
	}
	if err != nil {
		return nil, err
	}
	content, err := persist.ContentOf(old)
	note, nerr := noteOf(old.Path())
	if err = errors.Join(err, nerr); err == nil && (note.Source == "" || content != note.Content) {
		err = errGrownLog
	}
	if err != nil {
		return nil, errors.Join(err, old.Close())
	}
	return old, nil
}

// replacedPrefix begins the name of a folder that is put aside while another takes its place.
const replacedPrefix = "replaced-"

// replace moves the log into the data folder in place of one that the caller holds, which stays beside it as log.1.jsonl and
// so on. Between the two there is none: [removeStaging] brings the old one back when it comes to no more.
func (l *stagedLog) replace(dataDir string) (err error) {
	aside, err := newStaging(dataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeStaging(aside.folder, dataDir), aside.held.Close()) }()
	at := filepath.Dir(sessionlog.Path(dataDir, l.key))
	if err := keepAside(at, filepath.Dir(l.log.Path())); err != nil {
		return err
	}
	if err := os.Rename(at, filepath.Join(aside.folder, replacedPrefix+filepath.Base(at))); err != nil {
		return err
	}
	return l.publish(dataDir)
}

// keepAside gives the logs of a session's folder a second name in another folder of the session, under which they stay there.
func keepAside(from, to string) error {
	files, err := os.ReadDir(from)
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "log.") && filepath.Ext(f.Name()) == filepath.Ext(logName) {
			err = errors.Join(err, linkAside(filepath.Join(from, f.Name()), to))
		}
	}
	return err
}

// linkAside does it for one log, unless that has been done.
func linkAside(path, to string) error {
	one, err := os.Stat(path)
	for n := 1; err == nil; n++ {
		aside := filepath.Join(to, strings.TrimSuffix(logName, filepath.Ext(logName))+"."+strconv.Itoa(n)+filepath.Ext(logName))
		err = os.Link(path, aside)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		var there os.FileInfo
		if there, err = os.Stat(aside); err == nil && os.SameFile(there, one) {
			return nil
		}
	}
	return err
}

// removeStaging removes a folder of an import. What was put aside in it goes back where it was when nothing has taken its
// place, and its logs stay in any case.
func removeStaging(folder, dataDir string) error {
	inside, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, f := range inside {
		key, is := strings.CutPrefix(f.Name(), replacedPrefix)
		if !is {
			continue
		}
		from, to := filepath.Join(folder, f.Name()), filepath.Dir(sessionlog.Path(dataDir, key))
		err := os.Rename(from, to)
		if errors.Is(err, fs.ErrExist) {
			err = keepAside(from, to)
		}
		if err != nil {
			return fmt.Errorf("the log of a session stays in %s: %w", from, err)
		}
	}
	return os.RemoveAll(folder)
}
