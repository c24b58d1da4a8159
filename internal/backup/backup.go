// Package backup writes everything a store keeps into one file and reads it back into an empty store, also one of
// another engine: moving from the embedded store to PostgreSQL is a backup and a restore. Raw logs are not in it;
// they are objects of their own.
//
// A backup is a tar file: reference.json, almanac.json, settings.json, users.json, for each session a folder
// sessions/KEY with session.json, results.json and a Parquet file a table, each as package tables writes it, and
// results.json with the classifications of other sessions;
// manifest.json at the end names every file with its SHA-256, every table of a session with the SHA-256 of its rows as
// CSV, and the classifications and what is kept beside sessions with the SHA-256 of theirs as JSON. What a restore has
// written is read back from the store and compared with these: a restored store is proven, not believed.
package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// format of the file; a reader refuses a newer one. The first had no users and no hashes but those of sessions' tables.
const format = 2

// Manifest is what a backup says of itself.
type Manifest struct {
	Format   int               `json:"format"`
	Begun    time.Time         `json:"begun"`  // what was stored before is in it
	Newest   time.Time         `json:"newest"` // last change of a session in it: what came later is lost with the store
	Engine   string            `json:"engine"` // that it was taken from
	Sessions []SessionManifest `json:"sessions"`
	Left     []string          `json:"left,omitempty"` // keys of sessions left out: they changed faster than they could be read
	Files    map[string]string `json:"files"`          // SHA-256 by name
	// Tables are those beside the sessions: reference data, almanac, settings, users.
	Tables map[string]TableManifest `json:"tables,omitempty"`
}

// SessionManifest is one session of a backup.
type SessionManifest struct {
	Key      string            `json:"key"`
	ID       string            `json:"id"`
	Version  int64             `json:"version"`
	Rows     map[string]int    `json:"rows"`     // by table
	Hashes   map[string]string `json:"hashes"`   // SHA-256 of the table as CSV
	Results  TableManifest     `json:"results"`  // the classifications, a row a version
	Standing TableManifest     `json:"standing"` // what the store knows of it beside its row: where it came from, how far it is
}

// Progress is called after each session.
type Progress func(done, total int, session string)

// Write writes a backup of the store to w. Sessions that change meanwhile are in it as they were when their
// turn came, each by itself consistent, or left out and named when they change all the time; scratch is a folder for files that are written before their length is
// known.
func Write(ctx context.Context, s store.Store, w io.Writer, scratch string, now time.Time, progress Progress) (*Manifest, error) {
	health, err := s.Check(ctx)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	b := &writer{ctx: ctx, store: s, tar: tar.NewWriter(w), scratch: scratch,
		manifest: Manifest{Format: format, Begun: now.UTC(), Engine: health.Engine, Files: map[string]string{}}}
	if err := b.all(progress); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return &b.manifest, nil
}

type writer struct {
	ctx      context.Context
	store    store.Store
	tar      *tar.Writer
	scratch  string
	manifest Manifest
}

func (b *writer) all(progress Progress) error {
	if err := b.besides(); err != nil {
		return err
	}
	sessions, err := b.store.Sessions(b.ctx, store.SessionQuery{})
	if err != nil {
		return err
	}
	for i := range sessions {
		// Again when it changed in between: rows of two versions are no backup. That one session runs is no reason to
		// have no backup of the others.
		if err := b.session(sessions[i].SessionKey); errors.Is(err, errMoving) {
			b.manifest.Left = append(b.manifest.Left, sessions[i].SessionKey)
		} else if err != nil {
			return fmt.Errorf("session %s: %w", sessions[i].SessionKey, err)
		}
		if progress != nil {
			progress(i+1, len(sessions), sessions[i].SessionKey)
		}
	}
	if err := b.lone(); err != nil {
		return err
	}
	if err := b.putJSON("manifest.json", &b.manifest); err != nil {
		return err
	}
	return b.tar.Close()
}

// The files beside those of sessions. Older backups have no almanac, or no users.
const (
	referenceFile = "reference.json"
	almanacFile   = "almanac.json"
	settingsFile  = "settings.json"
	usersFile     = "users.json"
	resultsFile   = "results.json" // of sessions of which nothing else is in the backup
)

// besides writes what is kept beside sessions, each table as it is read once.
func (b *writer) besides() error {
	c := map[string]content{}
	reference, err := b.store.Reference(b.ctx)
	if err == nil {
		err = errors.Join(referenceLines(c, &reference), b.putJSON(referenceFile, reference))
	}
	if err != nil {
		return err
	}
	pages, err := b.store.Pages(b.ctx, store.PageQuery{Versions: true})
	if err == nil {
		c[tableAlmanac], err = almanacLines(pages)
	}
	if err = errors.Join(err, b.putJSON(almanacFile, pages)); err != nil {
		return err
	}
	versions, err := settingsOf(b.ctx, b.store)
	if err == nil {
		c[tableConfig], err = configLines(versions)
	}
	if err = errors.Join(err, b.putJSON(settingsFile, versions)); err != nil {
		return err
	}
	users, err := b.store.Users(b.ctx)
	if err == nil {
		c[tableUsers], err = userLines(users)
	}
	if err = errors.Join(err, b.putJSON(usersFile, users)); err != nil {
		return err
	}
	b.manifest.Tables = map[string]TableManifest{}
	for name := range c {
		b.manifest.Tables[name] = c[name].manifest()
	}
	return nil
}

// lone writes the classifications of sessions that are not in the backup themselves: of most seasons there is nothing else.
func (b *writer) lone() error {
	versions, err := b.store.EveryResults(b.ctx, "")
	if err != nil {
		return err
	}
	with := map[string]bool{}
	for i := range b.manifest.Sessions {
		with[b.manifest.Sessions[i].Key] = true
	}
	versions = slices.DeleteFunc(versions, func(v store.Results) bool { return with[v.Session] })
	c, err := resultLines(versions)
	if err != nil {
		return err
	}
	b.manifest.Tables[tableResults] = c.manifest()
	return b.putJSON(resultsFile, versions)
}

// errMoving: a session was changed while it was read, each time it was tried.
var errMoving = errors.New("it changes faster than it can be read; back up when its session is over")

// session writes one session as it stands at one version. One that was forgotten meanwhile is left out.
func (b *writer) session(key string) (err error) {
	dir, err := os.MkdirTemp(b.scratch, "session-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for range 5 {
		about, err := b.store.Find(b.ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		files, m, err := b.read(dir, &about)
		if err != nil {
			return err
		}
		after, err := b.store.Find(b.ctx, key)
		if err == nil && after.Version != about.Version || errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		return b.put(&about, files, m)
	}
	return errMoving
}

// read writes the session's tables as files in dir.
func (b *writer) read(dir string, about *store.Session) (files map[string]string, m SessionManifest, err error) {
	m = SessionManifest{Key: about.SessionKey, ID: about.ID, Version: about.Version, Rows: map[string]int{}, Hashes: map[string]string{}}
	files = map[string]string{}
	for _, d := range tables.All() {
		path := dir + "/" + d.Name + ".parquet"
		n, sum, err := b.table(&d, about.SessionKey, path)
		if err != nil {
			return nil, m, fmt.Errorf("%s: %w", d.Name, err)
		}
		m.Rows[d.Name], m.Hashes[d.Name] = n, sum
		if n > 0 {
			files[d.Name+".parquet"] = path
		}
	}
	return files, m, nil
}

// table writes the rows as Parquet to a file, and reads them once more for their hash as CSV, so that what the
// file is held to does not come from the file.
func (b *writer) table(d *tables.Description, session, path string) (n int, sum string, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	q := &store.Query{Session: session, Table: d.Name}
	rows, failed := cells(b.store.Rows(b.ctx, q))
	if n, err = d.Write(f, tables.Parquet, rows); err != nil || *failed != nil {
		return n, "", errors.Join(err, *failed)
	}
	sum, err = HashRows(d, b.store.Rows(b.ctx, q))
	return n, sum, err
}

// cells gives the cells of rows; what ends them early is in failed afterwards.
func cells(rows iter.Seq2[store.Row, error]) (only iter.Seq[tables.Row], failed *error) {
	failed = new(error)
	return func(yield func(tables.Row) bool) {
		for r, err := range rows {
			if *failed = err; err != nil || !yield(r.Cells) {
				return
			}
		}
	}, failed
}

// HashRows is the SHA-256 of the rows as CSV, as the manifest has it.
func HashRows(d *tables.Description, rows iter.Seq2[store.Row, error]) (string, error) {
	h := sha256.New()
	only, failed := cells(rows)
	_, err := d.Write(h, tables.CSV, only)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, *failed)
}

func (b *writer) put(about *store.Session, files map[string]string, m SessionManifest) error {
	folder := "sessions/" + about.SessionKey + "/"
	for _, d := range tables.All() { // in one order, so that the same store gives the same file
		path, ok := files[d.Name+".parquet"]
		if !ok {
			continue
		}
		if err := b.putFile(folder+d.Name+".parquet", path); err != nil {
			return err
		}
	}
	versions, err := b.store.EveryResults(b.ctx, about.SessionKey)
	if err != nil {
		return err
	}
	results, err := resultLines(versions)
	if err != nil {
		return err
	}
	standing, err := standingLines(about)
	if err != nil {
		return err
	}
	m.Results, m.Standing = results.manifest(), standing.manifest()
	if err := b.putJSON(folder+"results.json", versions); err != nil {
		return err
	}
	if about.Changed.After(b.manifest.Newest) {
		b.manifest.Newest = about.Changed.UTC()
	}
	b.manifest.Sessions = append(b.manifest.Sessions, m)
	return b.putJSON(folder+"session.json", about) // last: with it the session is complete
}

func (b *writer) putJSON(name string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	return b.entry(name, int64(len(body)), bytes.NewReader(body), sum[:])
}

func (b *writer) putFile(name, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return b.entry(name, size, f, h.Sum(nil))
}

// sumRecord is the record of a file's header with its SHA-256: a reader checks it before it looks into the file.
const sumRecord = "PITWALL.sha256"

func (b *writer) entry(name string, size int64, body io.Reader, sum []byte) error {
	b.manifest.Files[name] = hex.EncodeToString(sum)
	err := b.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size, Format: tar.FormatPAX,
		PAXRecords: map[string]string{sumRecord: hex.EncodeToString(sum)}})
	if err != nil {
		return err
	}
	_, err = io.Copy(b.tar, body)
	return err
}
