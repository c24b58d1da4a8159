package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	backupFolder   = "backups/"
	manifestEnding = ".manifest.json"
)

// Backup describes a stored backup.
type Backup struct {
	Name   string
	Bytes  int64
	SHA256 string
	Stored time.Time
}

type backupManifest struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"` // "backup"
	Name    string `json:"name"`
	Sums    Sums   `json:"object"`
}

func backupKey(name string) (string, error) {
	key := backupFolder + name
	if strings.HasSuffix(name, manifestEnding) {
		return "", fmt.Errorf("objects: %q: that ending is the manifests'", name)
	}
	return key, validKey(key)
}

// PutBackup stores a backup of size bytes. If it is cut, the next call with the same name and content goes on with
// what has arrived. A name is given once: other content under it is refused with ErrConflict.
func (s *Store) PutBackup(ctx context.Context, name string, content io.ReaderAt, size int64) (Progress, error) {
	key, err := backupKey(name)
	if err != nil {
		return Progress{}, err
	}
	sums, err := sumsOf(content, size)
	if err != nil {
		return Progress{}, fmt.Errorf("objects: store backup %s: %w", name, err)
	}
	m, err := s.backup(ctx, name)
	if err == nil && m.Sums.same(&sums) {
		return Progress{Resumed: size}, nil
	}
	if err == nil {
		return Progress{}, fmt.Errorf("objects: backup %s is there with other content: %w", name, ErrConflict)
	}
	if !errors.Is(err, ErrNotFound) {
		return Progress{}, err
	}
	p, err := s.uploadOnce(ctx, key, Source{content, sums})
	if err != nil {
		return p, err
	}
	m = &backupManifest{Version: ManifestVersion, Kind: "backup", Name: name, Sums: sums}
	err = s.putManifest(ctx, key+manifestEnding, m, Info{})
	if errors.Is(err, ErrConflict) {
		// Another has finished first. That is well if it stored the same.
		if other, again := s.backup(ctx, name); again == nil && other.Sums.same(&sums) {
			return p, nil
		}
	}
	return p, err
}

// uploadOnce uploads what is not there yet: who was killed between the object and its manifest has sent it all.
func (s *Store) uploadOnce(ctx context.Context, key string, src Source) (Progress, error) {
	r, info, err := s.bucket.Get(ctx, key, 0, -1)
	if errors.Is(err, ErrNotFound) {
		return s.bucket.Upload(ctx, key, src)
	}
	if err != nil {
		return Progress{}, err
	}
	var sum string
	if info.Size == src.Sums.Bytes {
		_, sum, err = hashAll(r)
	}
	if err = errors.Join(err, r.Close()); err != nil {
		return Progress{}, fmt.Errorf("objects: read %s: %w", key, err)
	}
	if sum == src.Sums.SHA256 {
		return Progress{Resumed: src.Sums.Bytes}, nil
	}
	return s.bucket.Upload(ctx, key, src)
}

func (s *Store) backup(ctx context.Context, name string) (*backupManifest, error) {
	key, err := backupKey(name)
	if err != nil {
		return nil, err
	}
	body, _, err := readAll(ctx, s.bucket, key+manifestEnding, maxManifest)
	if err != nil {
		return nil, err
	}
	m := new(backupManifest)
	if err := parseManifest(key+manifestEnding, body, m); err != nil {
		return nil, err
	}
	if m.Kind != "backup" || m.Name != name {
		return nil, fmt.Errorf("objects: %s: %w: it is of %s %s", key+manifestEnding, ErrCorrupt, m.Kind, m.Name)
	}
	if err := m.Sums.valid(); err != nil {
		return nil, fmt.Errorf("objects: %s: %w: %w", key+manifestEnding, ErrCorrupt, err)
	}
	return m, nil
}

// OpenBackup opens a backup for reading at any place; each block is verified before it is handed out. One whose upload
// was not finished is not found.
func (s *Store) OpenBackup(ctx context.Context, name string) (*Object, error) {
	m, err := s.backup(ctx, name)
	if err != nil {
		return nil, err
	}
	return newObject(ctx, s.bucket, backupFolder+name, m.Sums), nil
}

// Backups lists the finished backups by name.
func (s *Store) Backups(ctx context.Context) ([]Backup, error) {
	var all []Backup
	for i, err := range s.bucket.List(ctx, backupFolder) {
		if err != nil {
			return nil, err
		}
		name, ok := strings.CutSuffix(strings.TrimPrefix(i.Key, backupFolder), manifestEnding)
		if !ok {
			continue
		}
		m, err := s.backup(ctx, name)
		if errors.Is(err, ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, Backup{name, m.Sums.Bytes, m.Sums.SHA256, i.Stored})
	}
	return all, nil
}

// hashAll reads r to its end.
func hashAll(r io.Reader) (size int64, sum string, err error) {
	h := sha256.New()
	size, err = io.Copy(h, r)
	return size, hex.EncodeToString(h.Sum(nil)), err
}
