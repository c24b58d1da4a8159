package backfill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
// what was filled. It returns the new log, open for appending, and leaves old open, whose readers read on in its file; the
// log as it was before the first mending is kept as log.1.jsonl. On an error old is in its place as before.
func (m *Mended) Replace(old *sessionlog.Log, name string) (fresh *sessionlog.Log, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("backfill: %s: %w", m.path, err)
		}
	}()
	if err := m.takeOver(old); err != nil {
		return nil, err
	}
	m.done(tookOver)
	aside, err := m.keep()
	if err != nil {
		return nil, err
	}
	m.done(keptOld)
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
	m.done(noted)
	if err := os.Rename(scratch, m.path); err != nil {
		return nil, errors.Join(err, os.Remove(scratch))
	}
	m.whole = true
	m.done(renamed)
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
	m.done(synced)
	if err := dropBetween(m.path); err != nil { // nothing is wrong with the log
		m.Left = err
	}
	m.done(dropped)
	return fresh, nil
}

// step is one of those of which Replace consists.
type step int

// The steps, in their order. A process may end after any of them.
const (
	tookOver step = iota + 1
	keptOld
	noted
	renamed
	synced
	dropped
)

func (m *Mended) done(s step) {
	if m.stepped != nil {
		m.stepped(s)
	}
}

// dropBetween removes the logs beside the one at path that came of a mending and were mended again: all that they have is in
// it. The one that was followed stays, and whatever else lies there.
func dropBetween(path string) error {
	note, err := ReadNote(path)
	if err != nil || len(note.Was) < 2 {
		return err
	}
	between := note.Was[1:]
	files, err := os.ReadDir(filepath.Dir(path))
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(path), ending) + "."
		if !strings.HasPrefix(f.Name(), name) || !strings.HasSuffix(f.Name(), ending) || f.Name() == filepath.Base(path) {
			continue
		}
		aside := filepath.Join(filepath.Dir(path), f.Name())
		glance, gerr := sessionlog.Peek(aside)
		if gerr == nil && slices.ContainsFunc(between, glance.Header.Created.Equal) {
			gerr = os.Remove(aside)
		}
		err = errors.Join(err, gerr)
	}
	return err
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
