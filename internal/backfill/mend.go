package backfill

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// What keeps a log from being mended.
var (
	// ErrOther is of a recording that is not of the log's session, or has little of it.
	ErrOther = errors.New("the recording is of something else than the log")
	// ErrBusy is of a log that somebody else mends.
	ErrBusy = errors.New("the log is being mended already")
	// ErrNothing says that the recording has nothing that the log lacks: the log stays as it is.
	ErrNothing = errors.New("the recording has nothing that the log lacks")
)

// Filled is what has become of a gap.
type Filled struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Messages int       `json:"messages"` // that were taken from the recording
	// Lacking are the topics of which not all is known: the gap is still marked and shown. None: it is filled.
	Lacking []string `json:"lacking,omitempty"`
}

// Mended is a log without its gaps, beside the one that has them until [Mended.Replace]. It is closed in any case.
type Mended struct {
	Gaps []Filled
	Left error // why a log that nobody needs any more lies there still; nil: none does

	path   string // of the log
	folder *os.File
	base   uint64 // messages of the old log that are in it, or were left out
	log    *sessionlog.Log
	whole  bool // it has taken its place

	stepped func(step) // after each step of Replace; nil: nobody wants to know
}

// scratchOf is the file in which a log is mended. It is nobody's else: whoever mends a log holds its folder.
func scratchOf(log string) string {
	return filepath.Join(filepath.Dir(log), "."+strings.TrimSuffix(filepath.Base(log), ending)+".mend"+ending)
}

// ending of a log's name.
const ending = ".jsonl"

// Mend makes of the log at path, which is only read, one with the messages of the recording that it lacks: they stand where
// its gaps are, in the order of the recording and with the times of the log. The marks of a gap and the snapshot behind it go
// when what is known without them comes to the same, topic by topic; else they stay. Everything else stays as it is, in
// order. The new log has been read back and compared when Mend returns.
func Mend(ctx context.Context, path string, recording Recording) (_ *Mended, err error) {
	folder, err := lockFolder(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("backfill: %s: %w", path, err)
	}
	m := &Mended{path: path, folder: folder}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("backfill: %s: %w", path, err), m.Close())
		}
	}()
	if err := dropBetween(path); err != nil { // a run that was killed has not come to it
		return nil, err
	}
	old, err := sessionlog.OpenRead(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	w := &mending{Mended: m, ctx: ctx, old: old}
	if err := w.plan(recording); err != nil {
		return nil, err
	}
	if err := w.write(); err != nil {
		return nil, err
	}
	if w.changes == 0 {
		return nil, ErrNothing
	}
	return m, w.verify()
}

// lockFolder takes a session's folder for this process; the operating system gives it back when the process ends.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = ErrBusy
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// mending is one run of Mend.
type mending struct {
	*Mended
	ctx     context.Context
	old     *sessionlog.Log
	look    Look
	match   *matching
	due     map[uint64]int64 // by offset in the old log: when the recording says that it came
	fill    [][]filling      // by gap, in the order in which they came
	added   map[added]bool
	changes int // messages that were added, left out, or marked otherwise

	state feed.State     // of what has been written
	batch []feed.Message // not written yet
	bytes int
	given uint64    // messages that were given to the new log
	mark  time.Time // the newest time of receipt
	lag   time.Duration
}

// filling is a message of a gap: fresh if the log lacks it, and then with when it was due.
type filling struct {
	feed.Message
	due   int64
	fresh bool
}

// added names a message that was filled in.
type added struct {
	said       uint64
	occurrence uint32
}

// plan finds out what is to be filled in.
func (w *mending) plan(recording Recording) (err error) {
	if err := w.look.Follow(w.old); err != nil {
		return err
	}
	w.base = w.look.Read
	if len(w.look.Gaps) == 0 {
		return ErrNothing
	}
	if w.match, err = match(w.old, recording); err != nil {
		return err
	}
	if w.match.total == 0 || float64(w.match.mates) < shared*float64(w.match.total) {
		return fmt.Errorf("%w: it has %d of %d messages", ErrOther, w.match.mates, w.match.total)
	}
	w.due = map[uint64]int64{}
	for _, list := range w.match.topics {
		for i := range list {
			if list[i].mate != 0 {
				w.due[list[i].mate] = list[i].due
			}
		}
	}
	w.fill, w.added = make([][]filling, len(w.look.Gaps)), map[added]bool{}
	lost := w.match.lost(w.look.Gaps)
	pos := 0
	err = recording(func(r *feed.Message) error {
		if l, ok := lost[pos]; ok {
			f := filling{Message: *r, due: l.due, fresh: true}
			f.Payload, f.Snapshot, f.Offset = bytes.Clone(r.Payload), false, 0
			f.Time = w.match.timeOf(r.Time)
			f.Occurrence = w.match.said[f.Said()]
			w.match.said[f.Said()]++
			w.added[added{f.Said(), f.Occurrence}] = true
			w.fill[l.gap] = append(w.fill[l.gap], f)
		}
		pos++
		return w.ctx.Err()
	})
	for _, fill := range w.fill {
		slices.SortStableFunc(fill, func(x, y filling) int { return cmp.Compare(x.due, y.due) })
	}
	return err
}

// batchBytes is about how much is written at once.
const batchBytes = 1 << 20

// write writes the new log.
func (w *mending) write() (err error) {
	scratch := scratchOf(w.path)
	if err := os.Remove(scratch); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err // of a run that was killed
	}
	if w.log, err = sessionlog.Open(scratch, w.old.Header().Session); err != nil {
		return err
	}
	next := 0 // gap
	var run []feed.Message
	err = w.old.Each(1, func(m *feed.Message) error {
		if next < len(w.look.Gaps) && m.Offset >= w.look.Gaps[next].First && m.Gap {
			c := *m
			c.Payload = bytes.Clone(m.Payload)
			run = append(run, c)
			return nil
		}
		if len(run) > 0 {
			if err := w.bridge(next, run, m); err != nil {
				return err
			}
			next, run = next+1, run[:0]
		}
		return w.give(m)
	})
	if err == nil && len(run) > 0 {
		err = w.bridge(next, run, nil)
	}
	return errors.Join(err, w.flush())
}

// bridge writes what belongs into a gap: run are the marked messages, behind the first one after them, nil if there is none.
// A gap of which all is known now is none any more: no mark, and no snapshot, which says nothing new. In one that stays all
// that is filled in is marked, so that it is shown from where to where it was; what comes from behind it follows it.
func (w *mending) bridge(gap int, run []feed.Message, behind *feed.Message) error {
	g := &w.look.Gaps[gap]
	deltas, snapshots := run[:0:0], run[:0:0]
	for i := range run {
		if run[i].Snapshot {
			snapshots = append(snapshots, run[i])
		} else {
			deltas = append(deltas, run[i])
		}
	}
	woven := w.weave(deltas, w.fill[gap])
	unlike, err := w.unlike(woven, snapshots)
	if err != nil {
		return err
	}
	lacking := append(w.match.lacking(g), unlike...)
	slices.Sort(lacking)
	lacking = slices.Compact(lacking)
	w.Gaps = append(w.Gaps, Filled{From: g.From, To: g.To, Messages: len(w.fill[gap]), Lacking: lacking})
	w.changes += len(w.fill[gap])
	open := len(lacking) > 0
	if !open {
		w.changes += len(run)
		snapshots = nil
	}
	late := func(f *filling) bool { return open && f.fresh && behind != nil && f.Time.After(behind.Time) }
	for i := range woven {
		if f := &woven[i]; !late(f) {
			if err := w.put(f, open); err != nil {
				return err
			}
		}
	}
	for i := range snapshots {
		if err := w.give(&snapshots[i]); err != nil {
			return err
		}
	}
	for i := range woven {
		if f := &woven[i]; late(f) {
			if err := w.put(f, false); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *mending) put(f *filling, gap bool) error {
	f.Gap = gap
	if f.fresh {
		f.Received = w.receivedAt(f.Time)
	}
	return w.give(&f.Message)
}

// weave brings messages of the log and of the recording into one order: that in which they came, by the recording where it has both.
func (w *mending) weave(deltas []feed.Message, fill []filling) []filling {
	out := make([]filling, 0, len(deltas)+len(fill))
	for i := range deltas {
		at, known := w.due[deltas[i].Offset]
		for known && len(fill) > 0 && fill[0].due < at {
			out, fill = append(out, fill[0]), fill[1:]
		}
		out = append(out, filling{Message: deltas[i]})
	}
	return append(out, fill...)
}

// unlike are the topics of a gap's snapshots that are not what the messages before them come to.
func (w *mending) unlike(woven []filling, snapshots []feed.Message) (topics []string, err error) {
	if err := w.flush(); err != nil { // the state is of all that has been given
		return nil, err
	}
	state := w.state.Clone()
	for i := range woven {
		state.Apply(&woven[i].Message) //nolint:errcheck // what the tree can not hold makes no difference to it
	}
	for i := range snapshots {
		m := &snapshots[i]
		now, err := feed.ParseNode(m.Payload)
		if err == nil {
			now, err = feed.Clean(m.Topic, now)
		}
		differs := true
		if err == nil {
			_, differs = feed.AppendDifference(nil, state.Topic(m.Topic), now)
		}
		if differs {
			topics = append(topics, m.Topic)
		}
	}
	return topics, nil
}

// receivedAt is when a message would have come: as long after its time as the ones before the gap, and not before them. A
// log that keeps no such times gets none.
func (w *mending) receivedAt(at time.Time) time.Time {
	if w.mark.IsZero() {
		return time.Time{}
	}
	if t := at.Add(w.lag); t.After(w.mark) {
		w.mark = t
	}
	return w.mark
}

// give adds a message to the new log.
func (w *mending) give(m *feed.Message) error {
	if m.Received.After(w.mark) {
		w.mark = m.Received
		if !m.Time.IsZero() && !m.Snapshot {
			w.lag = m.Received.Sub(m.Time)
		}
	}
	c := *m
	c.Payload = bytes.Clone(m.Payload)
	w.batch = append(w.batch, c)
	w.bytes += len(c.Payload)
	if w.bytes < batchBytes && len(w.batch) < 4096 {
		return nil
	}
	return w.flush()
}

func (w *mending) flush() error {
	if len(w.batch) == 0 {
		return w.ctx.Err()
	}
	for i := range w.batch {
		w.state.Apply(&w.batch[i]) //nolint:errcheck // what the tree can not hold is in the log all the same
	}
	kept, err := w.log.Append(w.batch)
	if err != nil {
		return err
	}
	w.given += uint64(len(w.batch))
	if len(kept) != len(w.batch) {
		return fmt.Errorf("%d messages were known already", len(w.batch)-len(kept))
	}
	w.batch, w.bytes = w.batch[:0], 0
	return w.ctx.Err()
}

// errDiffers ends a mending whose result is not what it has to be. The old log stays.
var errDiffers = errors.New("the mended log does not hold what it should")

// verify reads the new log back: it holds all that was given, and of the old log everything in order but the snapshots
// that were to go.
func (w *mending) verify() (err error) {
	if err := w.log.Sync(); err != nil {
		return err
	}
	again, err := sessionlog.OpenRead(w.log.Path())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, again.Close()) }()
	if r := again.Repair(); r.CorruptTotal > 0 || r.TornBytes > 0 || again.Len() != w.given {
		return fmt.Errorf("%w: %d messages, %d were written; %d damaged places", errDiffers, again.Len(), w.given, r.CorruptTotal)
	}
	old := cursor{log: w.old}
	if err := old.step(); err != nil {
		return err
	}
	filled := 0
	gone := func() bool { return old.at.Offset != 0 && old.at.Gap && old.at.Snapshot }
	err = again.Each(1, func(m *feed.Message) error {
		fresh := !m.Snapshot && w.added[added{m.Said(), m.Occurrence}]
		for gone() && !fresh && !same(m, &old.at) { // it was left out
			if err := old.step(); err != nil {
				return err
			}
		}
		switch {
		case fresh:
			filled++
			return w.ctx.Err()
		case old.at.Offset != 0 && same(m, &old.at):
			return old.step()
		}
		return fmt.Errorf("%w: message %d", errDiffers, m.Offset)
	})
	for err == nil && gone() {
		err = old.step()
	}
	if err == nil && (old.at.Offset != 0 || filled != len(w.added)) {
		err = fmt.Errorf("%w: of the old log it ends at message %d; %d messages are filled in, not %d", errDiffers, old.at.Offset, filled, len(w.added))
	}
	return err
}

// cursor goes through a log. Behind the end it stands at no message.
type cursor struct {
	log  *sessionlog.Log
	read []feed.Message
	at   feed.Message
}

func (c *cursor) step() (err error) {
	if len(c.read) == 0 {
		if c.read, err = c.log.Read(c.at.Offset+1, 1024); err != nil {
			return err
		}
	}
	if len(c.read) == 0 {
		c.at = feed.Message{}
		return nil
	}
	c.at, c.read = c.read[0], c.read[1:]
	return nil
}

// same reports whether two messages are one, marked or not.
func same(x, y *feed.Message) bool {
	return x.Topic == y.Topic && x.Snapshot == y.Snapshot && x.Occurrence == y.Occurrence && x.Time.Equal(y.Time) && x.Received.Equal(y.Received) && bytes.Equal(x.Payload, y.Payload)
}
