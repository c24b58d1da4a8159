package backfill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// Close gives back what Mend holds. A log that has not taken its place is removed.
func (m *Mended) Close() error {
	var errs []error
	if m.log != nil {
		errs = append(errs, m.log.Close())
		m.log = nil
		if !m.whole {
			errs = append(errs, os.Remove(scratchOf(m.path)))
		}
	}
	if m.folder != nil {
		errs = append(errs, m.folder.Close())
		m.folder = nil
	}
	return errors.Join(errs...)
}

// Replace puts the mended log in the place of old, the log that it was made of, which must be open for appending and not be
// appended to meanwhile: what it has got since is taken over. name is that by which stores know old, and is noted with
// what was filled. It returns the new log, open for appending, and leaves old open, whose readers read on in its file; that
// is kept as log.1.jsonl and so on. On an error old is in its place as before.
func (m *Mended) Replace(old *sessionlog.Log, name string) (fresh *sessionlog.Log, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("backfill: %s: %w", m.path, err)
		}
	}()
	if err := m.takeOver(old); err != nil {
		return nil, err
	}
	aside, err := m.keep()
	if err != nil {
		return nil, err
	}
	note, err := ReadNote(m.path)
	if err != nil {
		return nil, err
	}
	note = note.next(name, old.Header().Created, m.log.Header().Created, m.Gaps)
	err = m.log.Close()
	m.log = nil
	scratch := scratchOf(m.path)
	if err = errors.Join(err, note.write(m.path)); err != nil {
		return nil, errors.Join(err, os.Remove(scratch))
	}
	if err := os.Rename(scratch, m.path); err != nil {
		return nil, errors.Join(err, os.Remove(scratch))
	}
	m.whole = true
	fresh, err = sessionlog.Open(m.path, old.Header().Session)
	if err == nil {
		err = m.folder.Sync()
	}
	if err != nil { // the old one back
		if fresh != nil {
			err = errors.Join(err, fresh.Close())
		}
		return nil, errors.Join(err, os.Rename(aside, m.path))
	}
	return fresh, nil
}

// takeOver appends what the old log has got since it was read.
func (m *Mended) takeOver(old *sessionlog.Log) error {
	err := old.Each(m.base+1, func(one *feed.Message) error {
		kept, err := m.log.Append([]feed.Message{*one})
		if err == nil && len(kept) == 0 {
			err = fmt.Errorf("message %d was known already", one.Offset)
		}
		return err
	})
	if err == nil {
		m.base = old.Len()
		err = errors.Join(old.Sync(), m.log.Sync())
	}
	return err
}

// keep gives the old log a second name, under which it stays. A run that was killed may have done so already.
func (m *Mended) keep() (aside string, err error) {
	was, err := os.Stat(m.path)
	if err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		aside = strings.TrimSuffix(m.path, ending) + "." + strconv.Itoa(n) + ending
		err := os.Link(m.path, aside)
		if err == nil {
			return aside, m.folder.Sync()
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		if there, err := os.Stat(aside); err == nil && os.SameFile(there, was) {
			return aside, nil
		}
	}
}
