package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// notesName is the file, in each folder of pages, that says what is known of them. Readers of recordings pass over it.
const notesName = ".pages.json"

// partPrefix begins the name of a page that is being received.
const partPrefix = ".part-"

// note is what is known of one page.
type note struct {
	Tag      string    `json:"etag,omitempty"`
	Modified time.Time `json:"modified,omitzero"` // by the archive; zero: it did not say
	Fetched  time.Time `json:"fetched,omitzero"`  // when this version was received; zero: the page is not here
	Checked  time.Time `json:"checked"`           // when it was last asked for
	Size     int64     `json:"size,omitempty"`    // in bytes, as it lies here
	Sum      string    `json:"sum,omitempty"`     // xxhash of it
	Version  int       `json:"version,omitempty"` // from 1, one more each time the archive replaced the page
	// Absent counts how often it was asked for and not there, since it last was; Next is when to ask again.
	Absent int       `json:"absent,omitempty"`
	Next   time.Time `json:"next,omitzero"`
}

// here reports whether the page lies in the folder as it was received.
func (n *note) here(file string) bool {
	if n.Fetched.IsZero() {
		return false
	}
	st, err := os.Stat(file)
	return err == nil && st.Mode().IsRegular() && st.Size() == n.Size
}

// settled reports whether the page had stood unchanged long enough when it was last asked for.
func (n *note) settled(after time.Duration) bool {
	since := n.Modified
	if since.IsZero() {
		since = n.Fetched
	}
	return !since.IsZero() && n.Checked.Sub(since) >= after
}

// folderNotes are the notes of a folder.
type folderNotes struct {
	folder string
	pages  map[string]*note
}

// openNotes makes the folder and reads its notes. What a killed reader left half-received is removed. Notes that can not be
// read are begun anew: the pages are then asked for once more.
func openNotes(folder string) (*folderNotes, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	n := &folderNotes{folder: folder, pages: map[string]*note{}}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), partPrefix) {
			continue
		}
		info, err := e.Info()
		if err != nil || time.Since(info.ModTime()) < time.Hour { // another process may be receiving it
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	b, err := os.ReadFile(filepath.Join(folder, notesName))
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := json.Unmarshal(b, &n.pages); err != nil || n.pages == nil {
		n.pages = map[string]*note{}
	}
	for name, p := range n.pages {
		if p == nil || !plainName(name) {
			delete(n.pages, name)
		}
	}
	return n, nil
}

// of is the note of a page, made if there is none.
func (n *folderNotes) of(name string) *note {
	if n.pages[name] == nil {
		n.pages[name] = &note{}
	}
	return n.pages[name]
}

func (n *folderNotes) file(name string) string { return filepath.Join(n.folder, name) }

// keep writes the notes.
func (n *folderNotes) keep() error {
	b, err := json.MarshalIndent(n.pages, "", " ")
	if err != nil {
		return fmt.Errorf("archive: notes: %w", err)
	}
	f, err := os.CreateTemp(n.folder, partPrefix+"*")
	if err != nil {
		return fmt.Errorf("archive: notes: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	return putInPlace(f, err, n.file(notesName))
}

// putInPlace gives a received file its name, if all went well up to here, and removes it otherwise: a page is there whole or
// not at all.
func putInPlace(f *os.File, err error, name string) error {
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("archive: %w", err), os.Remove(f.Name()))
	}
	return nil
}
