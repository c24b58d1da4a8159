package objects

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// TableID names a table of a session: "laps" of 2025/9693.
type TableID struct {
	Session
	Table string
}

func (id TableID) valid() error {
	if !plain(id.Table) || strings.Contains(id.Table, "=") || id.Table[0] == '_' {
		return fmt.Errorf("objects: %q is no name of a table", id.Table)
	}
	return id.Session.valid()
}

// String is how messages name it: "laps of 2025/9693".
func (id TableID) String() string { return id.Table + " of " + id.Session.String() }

// key is where readers that know partitions by folders look.
func (id TableID) key() string {
	return fmt.Sprintf("parquet/%s/season=%d/session_key=%s/part-0.parquet", id.Table, id.Season, id.Key)
}

// Readers of partitions leave out folders that begin with an underline.
const tablesManifests = "parquet/_manifest/"

func tablesKey(s Session) string {
	return fmt.Sprintf("%sseason=%d/session_key=%s.json", tablesManifests, s.Season, s.Key)
}

// tablesManifest lists the tables of a session.
type tablesManifest struct {
	Version int     `json:"version"`
	Kind    string  `json:"kind"` // "parquet"
	Season  int     `json:"season"`
	Key     string  `json:"session_key"`
	Tables  []table `json:"tables"` // in the order of their names
}

// table is one table's entry. Its object is what Sums say, or one of Coming while that is written: a writer that is
// killed between the object and the manifest leaves both true.
type table struct {
	Name   string   `json:"table"`
	Sums   *Sums    `json:"object"` // absent until the first object is there
	Coming []coming `json:"coming,omitempty"`
}

type coming struct {
	Writer string    `json:"writer"`
	Since  time.Time `json:"since"`
	Sums   Sums      `json:"object"`
}

// TableInfo describes a stored table.
type TableInfo struct {
	TableID
	Object string // its key in the store
	Bytes  int64
	SHA256 string
}

func (s *Store) tables(ctx context.Context, session Session) (*tablesManifest, Info, error) {
	if err := session.valid(); err != nil {
		return nil, Info{}, err
	}
	key := tablesKey(session)
	body, info, err := readAll(ctx, s.bucket, key, maxManifest)
	if errors.Is(err, ErrNotFound) {
		return &tablesManifest{Version: ManifestVersion, Kind: "parquet", Season: session.Season, Key: session.Key}, Info{}, nil
	}
	if err != nil {
		return nil, Info{}, err
	}
	m := new(tablesManifest)
	if err := parseManifest(key, body, m); err != nil {
		return nil, Info{}, err
	}
	if err := m.valid(session); err != nil {
		return nil, Info{}, fmt.Errorf("objects: %s: %w: %w", key, ErrCorrupt, err)
	}
	return m, info, nil
}

func (m *tablesManifest) valid(of Session) error {
	if m.Kind != "parquet" || m.Season != of.Season || m.Key != of.Key {
		return fmt.Errorf("it is of %s %d/%s", m.Kind, m.Season, m.Key)
	}
	for _, t := range m.Tables {
		if len(t.candidates()) == 0 {
			return fmt.Errorf("table %s has no object", t.Name)
		}
		for _, sums := range t.candidates() {
			if err := sums.valid(); err != nil {
				return fmt.Errorf("table %s: %w", t.Name, err)
			}
		}
	}
	return nil
}

// candidates are what the object may be.
func (t *table) candidates() []Sums {
	var all []Sums
	if t.Sums != nil {
		all = append(all, *t.Sums)
	}
	for _, c := range t.Coming {
		if !slices.ContainsFunc(all, func(s Sums) bool { return s.same(&c.Sums) }) {
			all = append(all, c.Sums)
		}
	}
	return all
}

func (m *tablesManifest) find(name string) *table {
	for i := range m.Tables {
		if m.Tables[i].Name == name {
			return &m.Tables[i]
		}
	}
	return nil
}

func (m *tablesManifest) add(name string) *table {
	if t := m.find(name); t != nil {
		return t
	}
	m.Tables = append(m.Tables, table{Name: name})
	slices.SortFunc(m.Tables, func(a, b table) int { return strings.Compare(a.Name, b.Name) })
	return m.find(name)
}

// change reads the manifest, lets fn change it and writes it back, until no other has written it in between. fn says
// whether there is anything to write.
func (s *Store) change(ctx context.Context, session Session, fn func(*tablesManifest) (bool, error)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		m, was, err := s.tables(ctx, session)
		if err != nil {
			return err
		}
		write, err := fn(m)
		if errors.Is(err, ErrCorrupt) && s.moved(ctx, session, was) {
			continue // the object was a later writer's
		}
		if !write || err != nil {
			return err
		}
		if err := s.putManifest(ctx, tablesKey(session), m, was); !errors.Is(err, ErrConflict) {
			return err
		}
	}
}

// moved reports whether the manifest is another one by now. An object that is none of those the manifest allowed is
// damaged only if it is not: a writer may have announced and stored its own in between.
func (s *Store) moved(ctx context.Context, session Session, was Info) bool {
	_, now, err := s.tables(ctx, session)
	return err == nil && now.ETag != was.ETag
}

// PutTable stores a table as what write writes, which is Parquet for those who read the folders, and reports whether
// it changed: equal bytes leave the store untouched. A reader sees the old table or the new one, whatever happens to
// the writer. Two writers of the same table leave that of one of them.
func (s *Store) PutTable(ctx context.Context, id TableID, write func(io.Writer) error) (changed bool, err error) {
	if err := id.valid(); err != nil {
		return false, err
	}
	file, err := spool()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := write(file); err != nil {
		return false, fmt.Errorf("objects: write %s: %w", id, err)
	}
	st, err := file.Stat()
	if err != nil {
		return false, fmt.Errorf("objects: write %s: %w", id, err)
	}
	sums, err := sumsOf(file, st.Size())
	if err != nil {
		return false, fmt.Errorf("objects: write %s: %w", id, err)
	}
	if changed, err = s.replaceTable(ctx, id, Source{file, sums}); err != nil {
		return changed, fmt.Errorf("objects: store %s: %w", id, err)
	}
	return changed, nil
}

// comingAfter is when a writer that has not finished is taken for dead.
const comingAfter = StaleAfter

func (s *Store) replaceTable(ctx context.Context, id TableID, src Source) (changed bool, err error) {
	me := coming{Writer: rand.Text(), Since: time.Now().UTC().Truncate(time.Second), Sums: src.Sums}
	var announced table
	err = s.change(ctx, id.Session, func(m *tablesManifest) (bool, error) {
		t := m.add(id.Table)
		same, err := s.isStored(ctx, id, t, &src.Sums)
		if err != nil || same {
			return false, err
		}
		changed = true
		t.Coming = append(t.Coming, me)
		announced = table{t.Name, t.Sums, slices.Clone(t.Coming)}
		return true, nil
	})
	if err != nil || !changed {
		return false, err
	}
	if _, err := s.bucket.Upload(ctx, id.key(), src); err != nil {
		return true, err
	}
	return true, s.change(ctx, id.Session, func(m *tablesManifest) (bool, error) {
		t := m.add(id.Table)
		is := &src.Sums
		if len(announced.Coming) > 1 || !t.as(&announced) {
			// Others were at it: see whose object is there now.
			if is, err = s.whichIs(ctx, id, append(t.candidates(), src.Sums)); err != nil {
				return false, err
			}
		}
		t.Sums = is
		t.Coming = slices.DeleteFunc(t.Coming, func(c coming) bool {
			// One that brings what is there changes nothing whether or not it is still alive.
			return c.Writer == me.Writer || c.Sums.same(is) || time.Since(c.Since) > comingAfter
		})
		return true, nil
	})
}

func (t *table) as(o *table) bool {
	if (t.Sums == nil) != (o.Sums == nil) || t.Sums != nil && !t.Sums.same(o.Sums) {
		return false
	}
	return slices.EqualFunc(t.Coming, o.Coming, func(a, b coming) bool { return a.Writer == b.Writer })
}

// isStored reports whether nothing is to be done for a table of these sums.
func (s *Store) isStored(ctx context.Context, id TableID, t *table, sums *Sums) (bool, error) {
	if t.Sums == nil || !t.Sums.same(sums) {
		return false, nil
	}
	if len(t.Coming) > 0 {
		is, err := s.whichIs(ctx, id, t.candidates())
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrCorrupt) {
			return false, nil
		}
		return err == nil && is.same(sums), err
	}
	i, err := s.bucket.Stat(ctx, id.key())
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && i.Size == sums.Bytes, err
}

// whichIs reads the object and tells which of the sums it has.
func (s *Store) whichIs(ctx context.Context, id TableID, candidates []Sums) (is *Sums, err error) {
	r, _, err := s.bucket.Get(ctx, id.key(), 0, -1)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	size, sum, err := hashAll(r)
	if err != nil {
		return nil, fmt.Errorf("objects: read %s: %w", id.key(), err)
	}
	for i := range candidates {
		if candidates[i].SHA256 == sum && candidates[i].Bytes == size {
			return &candidates[i], nil
		}
	}
	return nil, fmt.Errorf("objects: %s: %w: checksum differs", id.key(), ErrCorrupt)
}

// OpenTable opens a table for reading at any place; each block is verified before it is handed out. If the table is
// replaced meanwhile, reading fails with ErrConflict: open it again.
func (s *Store) OpenTable(ctx context.Context, id TableID) (*Object, error) {
	if err := id.valid(); err != nil {
		return nil, err
	}
	for {
		m, was, err := s.tables(ctx, id.Session)
		if err != nil {
			return nil, err
		}
		t := m.find(id.Table)
		if t == nil {
			return nil, fmt.Errorf("objects: %s: %w", id, ErrNotFound)
		}
		candidates := t.candidates()
		is := &candidates[0]
		if len(candidates) > 1 || t.Sums == nil {
			// A writer is at work, or was killed: what it announced may be there already.
			is, err = s.whichIs(ctx, id, candidates)
		}
		if errors.Is(err, ErrCorrupt) && s.moved(ctx, id.Session, was) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return s.tableObject(ctx, id, is), nil
	}
}

func (s *Store) tableObject(ctx context.Context, id TableID, is *Sums) *Object {
	o := newObject(ctx, s.bucket, id.key(), *is)
	o.listed = func() error {
		now, _, err := s.tables(ctx, id.Session)
		if err != nil {
			return err
		}
		if t := now.find(id.Table); t == nil || t.Sums == nil || !t.Sums.same(is) || len(t.Coming) > 0 {
			return fmt.Errorf("objects: %s was replaced while it was read, open it again: %w", id, ErrConflict)
		}
		return nil
	}
	return o
}

// Tables lists the stored tables of a session by name.
func (s *Store) Tables(ctx context.Context, session Session) ([]TableInfo, error) {
	m, _, err := s.tables(ctx, session)
	if err != nil {
		return nil, err
	}
	var all []TableInfo
	for _, t := range m.Tables {
		if t.Sums != nil {
			id := TableID{session, t.Name}
			all = append(all, TableInfo{id, id.key(), t.Sums.Bytes, t.Sums.SHA256})
		}
	}
	return all, nil
}

// RemoveTable removes a table; that there is none is no error.
func (s *Store) RemoveTable(ctx context.Context, id TableID) error {
	if err := id.valid(); err != nil {
		return err
	}
	if err := s.bucket.Delete(ctx, id.key()); err != nil {
		return err
	}
	return s.change(ctx, id.Session, func(m *tablesManifest) (bool, error) {
		before := len(m.Tables)
		m.Tables = slices.DeleteFunc(m.Tables, func(t table) bool { return t.Name == id.Table })
		return len(m.Tables) < before, nil
	})
}
