package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pitwall.live/internal/events"
	"pitwall.live/internal/sessionlog"
)

// thresholds are the parameters of the events of new sessions, as a flag that names their file.
type thresholds struct{ events.Params }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *thresholds) UnmarshalText(text []byte) (err error) {
	t.Params, err = readParams(string(text))
	return err
}

func readParams(path string) (events.Params, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return events.Params{}, err
	}
	p, err := events.ReadParams(text)
	if err != nil {
		return events.Params{}, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// paramsBeside is where the parameters of the events of a log's session are kept.
func paramsBeside(log string) string { return filepath.Join(filepath.Dir(log), "events.json") }

// keptParams are the parameters kept beside a log; the defaults when none are: it is a recording, or a session
// of the time before they were kept.
func keptParams(log string) (events.Params, error) {
	if filepath.Base(log) != logName {
		return events.Defaults(), nil // a recording, and what lies beside it is not ours
	}
	p, err := readParams(paramsBeside(log))
	if errors.Is(err, fs.ErrNotExist) {
		return events.Defaults(), nil
	}
	return p, err
}

// keepParams gives the parameters of a session that is followed. A session that has none gets them here: one
// that begins those chosen, an older one the defaults, with which its events were found.
func keepParams(log *sessionlog.Log, chosen events.Params) (events.Params, error) {
	path := paramsBeside(log.Path())
	p, err := readParams(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return p, err
	}
	if log.Len() > 0 || chosen == (events.Params{}) {
		chosen = events.Defaults()
	}
	text, err := json.MarshalIndent(chosen, "", "  ")
	if err == nil {
		err = writeWhole(path, append(text, '\n'))
	}
	if err != nil {
		return chosen, fmt.Errorf("keep the parameters of the events: %w", err)
	}
	return chosen, nil
}

// writeWhole writes a file that is there as a whole or not at all, whatever ends the process.
func writeWhole(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
