package app

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Where something came from, as the report says it.
const (
	fromArchive = "archive"
	fromOpenF1  = "openf1"
	fromRecord  = "jolpica"
)

// What became of something, as the report says it.
const (
	isStored    = "stored"
	isUnchanged = "unchanged"
	isMissing   = "missing"   // a later run may find it
	isGone      = "not there" // no run will find it
	isLeft      = "left"      // it was not asked for, or is not taken
)

// syncLine is a line of the report.
type syncLine struct{ state, what, from, why string }

// syncReport is what a run came to.
type syncReport struct {
	lines []syncLine
	count map[string]int // of what there is in each state, with a line or without
	notes *syncNotes
	all   bool // what was there or was told before has a line too
}

func (r *syncReport) add(l syncLine) {
	if r.count == nil {
		r.count = map[string]int{}
	}
	r.count[l.state]++
	r.lines = append(r.lines, l)
}

func (r *syncReport) stored(what, from, why string) { r.add(syncLine{isStored, what, from, why}) }
func (r *syncReport) left(what, from, why string)   { r.add(syncLine{isLeft, what, from, why}) }
func (r *syncReport) lacks(what string, why ...string) {
	r.add(syncLine{isMissing, what, "", strings.Join(why, "; ")})
}

// same counts what was there already.
func (r *syncReport) same(what, from, why string) {
	r.add(syncLine{isUnchanged, what, from, why})
	if !r.all && from != fromOpenF1 { // what is of a lesser source is worth a line
		r.lines = r.lines[:len(r.lines)-1]
	}
}

// gone tells once that something is not there and will not be.
func (r *syncReport) gone(what, why string) error {
	r.add(syncLine{isGone, what, "", why})
	if r.notes.Told[what] == why {
		if !r.all {
			r.lines = r.lines[:len(r.lines)-1]
		}
		return nil
	}
	r.notes.Told[what] = why
	return r.notes.keep()
}

// write prints the report as a table.
func (r *syncReport) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range r.lines {
		// An error may have several lines; a row has one.
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.state, l.what, cmp.Or(l.from, "-"), masked(strings.ReplaceAll(l.why, "\n", "; "))); err != nil {
			return err
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	sums := make([]string, 0, 5)
	for _, state := range []string{isStored, isMissing, isUnchanged, isGone, isLeft} {
		if n := r.count[state]; n > 0 || len(sums) < 3 {
			sums = append(sums, fmt.Sprintf("%d %s", n, state))
		}
	}
	_, err := fmt.Fprintln(w, strings.Join(sums, ", "))
	return err
}

// syncNotes are what is known from earlier runs, so that nothing is done again only to find that nothing is new.
type syncNotes struct {
	path string

	// Recordings are those that are stored, by path in the archive or by key in OpenF1.
	Recordings map[string]syncedNote `json:"recordings"`
	// Absent is when the archive was first found not to have something that it lists.
	Absent map[string]time.Time `json:"absent"`
	// Told is what was told not to be there, and why.
	Told map[string]string `json:"told"`
}

// syncedNote is a recording that was stored.
type syncedNote struct {
	Pages string    `json:"pages,omitempty"` // identifies the versions of its pages
	Keys  []string  `json:"keys"`            // of its sessions
	Read  time.Time `json:"read,omitzero"`   // when it was read, of OpenF1's
}

// read reads the notes. Without them everything is looked at once more, no worse.
func (n *syncNotes) read(path string) error {
	*n = syncNotes{path: path}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := json.Unmarshal(text, n); err != nil {
			return fmt.Errorf("%s: %w (it may be removed)", path, err)
		}
	}
	if n.Recordings == nil {
		n.Recordings = map[string]syncedNote{}
	}
	if n.Absent == nil {
		n.Absent = map[string]time.Time{}
	}
	if n.Told == nil {
		n.Told = map[string]string{}
	}
	return nil
}

func (n *syncNotes) put(path string, note syncedNote) error {
	if was := n.Recordings[path]; was.Pages == note.Pages && slices.Equal(was.Keys, note.Keys) && was.Read.Equal(note.Read) {
		return nil
	}
	n.Recordings[path] = note
	return n.keep()
}

func (n *syncNotes) keep() error {
	text, err := json.MarshalIndent(n, "", "  ")
	if err == nil {
		err = writeWhole(n.path, append(text, '\n'))
	}
	return err
}

// Bounds of waiting for what the archive lists and does not have.
const (
	longOver   = 7 * 24 * time.Hour // after the session nothing is added to it any more
	askedAgain = 24 * time.Hour     // between two requests that have to find the same
)

// absent notes that something is not there and reports whether it will not come any more: the session is long over, or it was
// found not to be there a day ago too. over is when the session ended; zero is unknown.
func (n *syncNotes) absent(what string, over, now time.Time) (forGood bool, err error) {
	first, noted := n.Absent[what]
	if !noted {
		n.Absent[what] = now.UTC()
		err = n.keep()
	}
	return !over.IsZero() && now.Sub(over) > longOver || noted && now.Sub(first) >= askedAgain, err
}

// here notes that something is there.
func (n *syncNotes) here(what string) error {
	if _, noted := n.Absent[what]; !noted {
		return nil
	}
	delete(n.Absent, what)
	return n.keep()
}
