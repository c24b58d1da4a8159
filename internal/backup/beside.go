package backup

import (
	"errors"
	"fmt"
	"slices"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/store"
)

// beside restores a file beside those of sessions.
func (b *reader) beside(name string, body []byte) (err error) {
	switch name {
	case referenceFile:
		var r store.Reference
		if err := decode(body, &r); err != nil {
			return err
		}
		return errors.Join(referenceLines(b.besides, &r), b.store.PutReference(b.ctx, &r))
	case almanacFile:
		var pages []almanac.Page
		if err := decode(body, &pages); err != nil {
			return err
		}
		b.besides[tableAlmanac], err = almanacLines(pages)
		return errors.Join(err, b.store.PutPages(b.ctx, pages))
	case settingsFile:
		var versions []store.Setting
		if err := decode(body, &versions); err != nil {
			return err
		}
		b.besides[tableConfig], err = configLines(versions)
		return errors.Join(err, b.settings(versions))
	case usersFile:
		var users []store.User
		if err := decode(body, &users); err != nil {
			return err
		}
		b.besides[tableUsers], err = userLines(users)
		return errors.Join(err, b.store.PutUsers(b.ctx, users))
	case resultsFile:
		var versions []store.Results
		if err := decode(body, &versions); err != nil {
			return err
		}
		b.besides[tableResults], err = resultLines(versions)
		return errors.Join(err, b.putResults(versions))
	}
	return fmt.Errorf("%w: no file of ours", ErrDamaged)
}

// settings are set version by version; one that the store has already stays.
func (b *reader) settings(versions []store.Setting) error {
	for _, s := range versions {
		if err := b.store.Set(b.ctx, s); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

func (b *reader) putResults(versions []store.Results) error {
	for i := range versions {
		if err := b.store.PutResults(b.ctx, &versions[i]); err != nil {
			return err
		}
	}
	return nil
}

// prove reads everything back.
func (b *reader) prove(progress Progress) error {
	there, err := kept(b.ctx, b.store)
	if err != nil {
		return err
	}
	for _, name := range besides {
		want, has := b.besides[name]
		if promised := b.manifest.Tables[name]; b.manifest.Format > 1 && want.manifest() != promised {
			return fmt.Errorf("%w: %s: its %d rows are other ones than were written, %d", ErrDamaged, name, len(want), promised.Rows)
		}
		if !has {
			continue // older backups lack some
		}
		if err := b.same(name, there[name], want); err != nil {
			return fmt.Errorf("%s differs from the backup: %w", name, err)
		}
	}
	for i := range b.manifest.Sessions {
		m := &b.manifest.Sessions[i]
		if _, err := Compare(b.ctx, b.store, m); err != nil {
			return err
		}
		if err := b.aside(m, there[tableResults]); err != nil {
			return fmt.Errorf("%s differs from the backup: %w", m.Key, err)
		}
		if progress != nil {
			progress(i+1, len(b.manifest.Sessions), m.Key)
		}
	}
	return nil
}

// versioned are the tables whose rows stay when the store has some of the same key.
var versioned = []string{tableAlmanac, tableConfig, tableResults}

// same compares what is in the store with what was restored of a table. What else the store had before does not count.
func (b *reader) same(name string, got, want content) error {
	before, keys := b.before[name], want.keys()
	if name == tableResults { // those of sessions that are in the backup are compared with them
		got = got.where(func(key string) bool { _, with := b.results[key]; return !with })
	}
	if len(before) == 0 {
		return got.differs(want)
	}
	got = got.where(func(key string) bool { return keys[key] })
	err := got.differs(want)
	if err != nil && slices.Contains(versioned, name) {
		fresh := func(key string) bool { return !before[key] }
		err = got.where(fresh).differs(want.where(fresh))
	}
	return err
}

// aside compares what is kept of a session beside its tables.
func (b *reader) aside(m *SessionManifest, results content) error {
	want := b.results[m.Key]
	if b.manifest.Format > 1 && want.manifest() != m.Results {
		return fmt.Errorf("%w: its %d classifications are other ones than were written", ErrDamaged, len(want))
	}
	got := results.where(func(key string) bool { return key == m.Key })
	if err := got.differs(want); err != nil && !b.before[tableResults][m.Key] {
		return fmt.Errorf("classifications: %w", err)
	}
	if b.manifest.Format == 1 {
		return nil
	}
	about, err := b.store.Find(b.ctx, m.Key)
	if err != nil {
		return err
	}
	standing, err := standingLines(&about)
	if err == nil && standing.manifest() != m.Standing {
		err = fmt.Errorf("it came from %s at %d", about.Source, about.Offset)
	}
	return err
}
