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
	"strings"

	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// ErrDamaged: the file is no backup, or not as it was written. What was read before stays restored.
var ErrDamaged = errors.New("damaged backup")

// maxEntry bounds one file of a backup: the telemetry of a race is some megabytes.
const maxEntry = 1 << 30

// Read restores a backup into the store, session by session, each in one transaction, and then proves it: what was
// restored is read back and held to the manifest's hashes. Sessions, reference data and users that the store has are
// replaced; others stay, and so do versions of settings, classifications and pages that it has of its own.
func Read(ctx context.Context, s store.Store, r io.Reader, progress Progress) (*Manifest, error) {
	b := newReader(ctx, s)
	before, err := kept(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	for name, c := range before {
		b.before[name] = c.keys()
	}
	if err := b.all(tar.NewReader(r)); err != nil {
		return nil, fmt.Errorf("restore: %w", err)
	}
	if err := b.prove(progress); err != nil {
		return &b.manifest, fmt.Errorf("restore: %w", err)
	}
	return &b.manifest, nil
}

type reader struct {
	ctx      context.Context
	store    store.Store                // nil: nothing is restored, see Check
	sums     map[string]string          // of the files so far
	before   map[string]map[string]bool // what the store had beside sessions: by table the keys of its rows
	besides  map[string]content         // what the backup has beside sessions, by table
	results  map[string]content         // classifications of the sessions in the backup
	folder   string                     // of the session whose files come
	batch    store.Batch
	versions []store.Results
	manifest Manifest
}

func newReader(ctx context.Context, s store.Store) *reader {
	return &reader{ctx: ctx, store: s, sums: map[string]string{}, before: map[string]map[string]bool{},
		besides: map[string]content{}, results: map[string]content{}}
}

func (b *reader) all(files *tar.Reader) error {
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return b.ended()
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if h.Typeflag != tar.TypeReg || h.Size > maxEntry {
			return fmt.Errorf("%w: %q is no file of ours", ErrDamaged, h.Name)
		}
		body, err := io.ReadAll(files)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, h.Name, err)
		}
		sum := sha256.Sum256(body)
		b.sums[h.Name] = hex.EncodeToString(sum[:])
		if b.sums[h.Name] != h.PAXRecords[sumRecord] {
			return fmt.Errorf("%w: %s is not as it was written", ErrDamaged, h.Name)
		}
		if err := b.file(h.Name, body); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func (b *reader) file(name string, body []byte) error {
	switch {
	case name == "manifest.json":
		return decode(body, &b.manifest)
	case b.store == nil:
		return nil
	case !strings.Contains(name, "/"):
		return b.beside(name, body)
	}
	rest, ok := strings.CutPrefix(name, "sessions/")
	key, file, found := strings.Cut(rest, "/")
	if !ok || !found {
		return fmt.Errorf("%w: no file of ours", ErrDamaged)
	}
	if b.folder != key {
		b.folder, b.batch, b.versions = key, store.Batch{}, nil
	}
	switch table, isTable := strings.CutSuffix(file, ".parquet"); {
	case isTable:
		return b.table(table, body)
	case file == "results.json":
		return decode(body, &b.versions)
	case file == "session.json":
		return b.session(body)
	}
	return fmt.Errorf("%w: no file of ours", ErrDamaged)
}

func decode(body []byte, v any) error {
	if err := json.Unmarshal(body, v); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// table adds a table to the session's batch.
func (b *reader) table(name string, body []byte) error {
	d, err := tables.Find(name)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	change := store.Change{Table: name}
	for row, err := range d.ReadParquet(bytes.NewReader(body), int64(len(body))) {
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		switch name {
		case "telemetry":
			b.batch.Telemetry = append(b.batch.Telemetry, store.TelemetryOf(row))
		case "locations":
			b.batch.Locations = append(b.batch.Locations, store.LocationOf(row))
		default:
			if !d.Sorted {
				change.At = append(change.At, len(change.Rows))
			}
			change.Rows = append(change.Rows, row.Clone())
		}
	}
	if change.Len = len(change.Rows); change.Len > 0 {
		b.batch.Changes = append(b.batch.Changes, change)
	}
	return nil
}

// session has come last: its tables are in the batch.
func (b *reader) session(body []byte) error {
	var about store.Session
	if err := decode(body, &about); err != nil {
		return err
	}
	if about.SessionKey != b.folder {
		return fmt.Errorf("%w: it is of session %q", ErrDamaged, about.SessionKey)
	}
	b.batch.Session, b.batch.Simulated, b.batch.Source = about.SessionRow, about.Simulated, about.Source
	b.batch.Log, b.batch.Offset, b.batch.Ended = about.Log, about.Offset, about.Whole
	b.batch.Whole, b.batch.Replace = true, true
	if err := b.store.Write(b.ctx, &b.batch); err != nil {
		return err
	}
	if err := b.putResults(b.versions); err != nil {
		return err
	}
	var err error
	if b.results[about.SessionKey], err = resultLines(b.versions); err != nil {
		return err
	}
	b.folder, b.batch, b.versions = "", store.Batch{}, nil
	return nil
}

// ended holds what was read to the manifest.
func (b *reader) ended() error {
	switch {
	case b.manifest.Format == 0:
		return fmt.Errorf("%w: it ends without a manifest; it was cut while it was written", ErrDamaged)
	case b.manifest.Format > format:
		return fmt.Errorf("the backup has format %d, this program reads %d: restore it with a newer pitwall", b.manifest.Format, format)
	case len(b.sums) != len(b.manifest.Files)+1:
		return fmt.Errorf("%w: %d files, the manifest names %d", ErrDamaged, len(b.sums)-1, len(b.manifest.Files))
	}
	for name, sum := range b.manifest.Files {
		if b.sums[name] != sum {
			return fmt.Errorf("%w: %s is another file than was written", ErrDamaged, name)
		}
	}
	return nil
}

// Compare reads a session back and holds its tables to the manifest's hashes. It returns how many rows are equal.
func Compare(ctx context.Context, s store.Reader, m *SessionManifest) (rows int, err error) {
	for table, want := range m.Hashes {
		d, err := tables.Find(table)
		if err != nil {
			return rows, err
		}
		got, err := HashRows(&d, s.Rows(ctx, &store.Query{Session: m.Key, Table: table}))
		if err != nil {
			return rows, fmt.Errorf("%s of %s: %w", table, m.Key, err)
		}
		if got != want {
			return rows, fmt.Errorf("%s of %s differs from the backup: rows %s, want %s", table, m.Key, got[:12], want[:12])
		}
		rows += m.Rows[table]
	}
	return rows, nil
}
