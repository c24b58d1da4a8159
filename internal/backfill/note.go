package backfill

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/sessionlog"
)

// Note is what is kept beside a log of its mending: backfill.json in its folder.
type Note struct {
	// Log is when the log was begun that this is about; another log is not meant.
	Log time.Time `json:"log"`
	// Replaces are the names of the logs, as stores know them, in whose place it is.
	Replaces []string `json:"replaces,omitempty"`
	// Was is when those were begun.
	Was []time.Time `json:"was,omitempty"`
	// Gaps is what has become of the gaps, in the order in which they were looked at.
	Gaps []Filled `json:"gaps,omitempty"`
	// Marks is how many gaps the log had when it was decided that nobody is asked any more, and Outcome why.
	Marks   int    `json:"marks,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	// Before is the note of the log that this one is to replace: it holds until that has happened.
	Before *Note `json:"before,omitempty"`
}

// notePath is where the note of a log lies: in a session's folder, or beside a recording with its name.
func notePath(log string) string {
	name := strings.TrimSuffix(filepath.Base(log), ending) + "."
	if name == "log." {
		name = ""
	}
	return filepath.Join(filepath.Dir(log), name+"backfill.json")
}

// ReadNote gives the note of the log at path; the zero note when none is kept, or that of another log.
func ReadNote(path string) (Note, error) {
	text, err := os.ReadFile(notePath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return Note{}, nil
	}
	var n Note
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		return Note{}, fmt.Errorf("backfill: %s: %w", notePath(path), err)
	}
	glance, err := sessionlog.Peek(path)
	if err != nil {
		return Note{}, err
	}
	created := glance.Header.Created
	switch {
	case n.Log.Equal(created):
		return n, nil
	case n.Before != nil && n.Before.Log.Equal(created):
		return *n.Before, nil // the other log has not taken its place
	}
	return Note{}, nil
}

// next is the note of the log that replaces the one with the name, begun at was.
func (n *Note) next(name string, was, created time.Time, gaps []Filled) Note {
	before := *n
	before.Log, before.Before = was, nil
	after := Note{Log: created, Replaces: append(slices.Clip(n.Replaces), name), Was: append(slices.Clip(n.Was), was), Gaps: slices.Clone(n.Gaps), Before: &before}
	for _, g := range gaps {
		i := slices.IndexFunc(after.Gaps, func(other Filled) bool { return other.From.Equal(g.From) })
		if i < 0 {
			after.Gaps = append(after.Gaps, g)
			continue
		}
		g.Messages += after.Gaps[i].Messages // it was filled in part
		after.Gaps[i] = g
	}
	return after
}

// write keeps the note, as a whole or not at all.
func (n *Note) write(path string) error {
	text, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), notePath(path))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Messages counts what was filled in, and the gaps that are still open.
func (n *Note) Messages() (filled, open int) {
	for i := range n.Gaps {
		filled += n.Gaps[i].Messages
		if len(n.Gaps[i].Lacking) > 0 {
			open++
		}
	}
	return filled, open
}
