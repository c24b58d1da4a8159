package recording

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// opener builds the source for a path.
type opener struct {
	problems    *problemLog
	done        *atomic.Int64
	info        *Info
	total       int64
	compression string
}

// input opens a file whose bytes count for progress.
func (o *opener) input(path, name string) (*input, error) {
	in, err := openInput(path, name, o.done)
	if err != nil {
		return nil, err
	}
	if st, err := in.file.Stat(); err == nil {
		o.total += st.Size()
	}
	o.noteFile(name, in.packed)
	return in, nil
}

func (o *opener) noteFile(name, packed string) {
	if len(o.info.Files) > 0 && o.compression != packed {
		packed = "mixed"
	}
	o.compression = packed
	o.info.Files = append(o.info.Files, name)
}

// file opens a recording that is one file.
func (o *opener) file(path string) (source, error) {
	l, err := lookAt(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	switch l.shape {
	case shapeStream:
		return o.archive(filepath.Dir(path), []string{name})
	case shapeDocument:
		return o.documents(filepath.Dir(path), []string{name})
	case shapeLines:
		return o.lines(path, name, l)
	}
	return nil, unknownFile(path, l)
}

func unknownFile(path string, l look) error {
	switch {
	case l.empty:
		return fmt.Errorf("%s: empty", path)
	case l.reason != nil:
		return fmt.Errorf("%s: %w (%w)", path, errUnknown, l.reason)
	}
	return fmt.Errorf("%s: %w", path, errUnknown)
}

// lines opens a file of lines.
func (o *opener) lines(path, name string, l look) (*textSource, error) {
	in, err := o.input(path, name)
	if err != nil {
		return nil, err
	}
	if !l.newest {
		return newTextSource(name, newLineReader(in.r), in.Close, o.problems), nil
	}
	o.info.NewestFirst = true
	reverse, f, err := newReverseLines(in)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return newTextSource(name, reverse, f.Close, o.problems), nil
}

// documents loads files of JSON documents, each a snapshot.
func (o *opener) documents(folder string, names []string) (*memorySource, error) {
	replies, err := o.snapshots(folder, names)
	if err != nil {
		return nil, err
	}
	kind := FormatSnapshots
	if len(replies) > 0 && replies[0].file == "" {
		kind = FormatStates
	}
	return &memorySource{snapshots: replies, kind: kind}, nil
}

// snapshots loads documents, oldest first. The topic states among them, which belong together, are one
// snapshot, without a file of its own.
func (o *opener) snapshots(folder string, names []string) ([]snapshot, error) {
	var replies []snapshot
	var states []held
	for _, name := range names {
		in, err := o.input(filepath.Join(folder, name), name)
		if err != nil {
			return nil, err
		}
		r, s, err := loadDocument(in, o.problems)
		if err := errors.Join(err, in.Close()); err != nil {
			return nil, err
		}
		replies, states = append(replies, r...), append(states, s...)
	}
	if len(states) > 0 {
		replies = append(replies, sortStates(states))
	}
	slices.SortStableFunc(replies, func(a, b snapshot) int { return a.at.Compare(b.at) })
	return replies, nil
}

// maxFiles bounds the folders that are looked through: an archive session has under 80 files.
const maxFiles = 1000

// part is a file of a folder and what it is.
type part struct {
	name string
	look look
}

// folder opens a recording that is a folder.
func (o *opener) folder(path string) (source, error) {
	names, err := plainFiles(path)
	if err != nil {
		return nil, err
	}
	if streams := slices.DeleteFunc(slices.Clone(names), notStream); len(streams) > 0 {
		o.ignore(names, streams)
		return o.archive(path, streams)
	}
	var lines []part
	var documents, streams []string
	var unreadable error
	for _, name := range names {
		if strings.EqualFold(stem(name), "Index") {
			continue
		}
		l, err := lookAt(filepath.Join(path, name))
		if err == nil && l.shape == shapeUnknown && !l.empty && belongs(name) {
			err = cmp.Or(l.reason, errUnknown)
		}
		if err != nil {
			o.unreadable(filepath.Join(path, name), name, err)
			unreadable = errors.Join(unreadable, err)
			continue
		}
		switch l.shape {
		case shapeLines:
			lines = append(lines, part{name, l})
		case shapeDocument:
			documents = append(documents, name)
		case shapeStream:
			streams = append(streams, name)
		}
	}
	if unreadable != nil && len(lines)+len(documents)+len(streams) == 0 {
		return nil, unreadable
	}
	src, err := o.parts(path, lines, documents, streams)
	if err != nil {
		return nil, err
	}
	o.ignore(names, o.info.Files)
	return src, nil
}

// unreadable reports a file of a folder that cannot be read at all; the others are used.
func (o *opener) unreadable(path, name string, err error) {
	reason := strings.TrimPrefix(err.Error(), path+": ")
	if failed := (*os.PathError)(nil); errors.As(err, &failed) {
		reason = "cannot be opened: " + failed.Err.Error()
	}
	o.problems.add(Problem{File: name, Kind: Malformed, Reason: reason}, nil)
}

// belongs reports whether a file's name says that it is part of a recording: whatever is wrong with it is
// then a loss, while any other file of no known form is none.
func belongs(name string) bool {
	switch strings.ToLower(stem(name)) {
	case "subscribe", "live":
		return true
	}
	return knownTopic(stem(name)) && strings.HasSuffix(bareName(name), ".json")
}

func (o *opener) parts(path string, lines []part, documents, streams []string) (source, error) {
	switch {
	case len(streams) > 0:
		return o.archive(path, streams)
	case len(lines) > 0:
		return o.chain(path, lines, documents)
	case len(documents) > 0:
		return o.documents(path, documents)
	}
	return nil, emptyFolder(path)
}

func notStream(name string) bool { return filepath.Ext(bareName(name)) != ".jsonStream" }

func (o *opener) ignore(names, used []string) {
	for _, n := range names {
		if !slices.Contains(used, n) {
			o.info.Ignored = append(o.info.Ignored, n)
		}
	}
}

// plainFiles lists the files of a folder that may hold data, by name.
func plainFiles(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name := e.Name()
		if isFolder(path, e) || strings.HasPrefix(name, ".") {
			continue
		}
		if names = append(names, name); len(names) > maxFiles {
			return nil, fmt.Errorf("%s: more than %d files: not the folder of one recording", path, maxFiles)
		}
	}
	return names, nil
}

// isFolder reports whether an entry is a folder, or a link to one.
func isFolder(path string, e os.DirEntry) bool {
	if e.Type()&os.ModeSymlink == 0 {
		return e.IsDir()
	}
	st, err := os.Stat(filepath.Join(path, e.Name()))
	return err == nil && st.IsDir() // a link to nothing is reported when it is opened
}

// emptyFolder says what is missing, and names a folder below that holds a session if there is one.
func emptyFolder(path string) error {
	found := ""
	errFound := errors.New("found")
	err := filepath.WalkDir(path, func(p string, e os.DirEntry, err error) error {
		if err != nil {
			return filepath.SkipDir
		}
		if depth := strings.Count(strings.TrimPrefix(p, path), string(filepath.Separator)); e.IsDir() && depth > 3 {
			return filepath.SkipDir
		}
		if !e.IsDir() && !notStream(e.Name()) {
			found = filepath.Dir(p)
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		return fmt.Errorf("%s: holds no recording itself, but its folders do, such as %s", path, found)
	}
	return fmt.Errorf("%s: %w", path, errUnknown)
}

// snapshotSlack is how much older than the first live message a snapshot may look and still be the one
// that was taken before it; later ones belong behind the live part.
const snapshotSlack = time.Minute

// chain opens a folder of line files with their snapshots: an undercut-f1 folder, or the files of
// several recorders.
func (o *opener) chain(path string, files []part, documents []string) (source, error) {
	slices.SortStableFunc(files, func(a, b part) int {
		return cmp.Or(a.look.first.Compare(b.look.first), strings.Compare(a.name, b.name))
	})
	replies, err := o.snapshots(path, documents)
	if err != nil {
		return nil, err
	}
	c := &chainSource{}
	for _, f := range files {
		src, err := o.lines(filepath.Join(path, f.name), f.name, f.look)
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		if len(documents) > 0 {
			src.folder = FormatUndercut
		}
		c.parts = append(c.parts, src)
	}
	start := files[0].look.first
	for _, r := range replies {
		if !start.IsZero() && r.at.After(start.Add(snapshotSlack)) {
			c.after = append(c.after, r)
			continue
		}
		for _, h := range r.topics {
			c.parts[0].wait(&h.decoded, h.file, h.line)
		}
	}
	if len(c.parts) == 1 && len(c.after) == 0 {
		return c.parts[0], nil
	}
	return c, c.mark(path, files)
}

// mark notes how each further file begins.
func (c *chainSource) mark(path string, files []part) error {
	for _, f := range files[1:] {
		m, err := firstMessage(filepath.Join(path, f.name), f.look)
		if err != nil && !errors.Is(err, io.EOF) {
			return errors.Join(err, c.Close())
		}
		c.begins = append(c.begins, m)
	}
	return nil
}
