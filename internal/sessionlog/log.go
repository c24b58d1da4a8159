// Package sessionlog keeps a session's one log: an append-only file of feed messages from which all else
// is derived. It knows nothing of what messages mean. Ingest writes, everyone reads.
//
// Promises: a message is handed to the operating system before Append returns, so what is published
// afterwards survives the process; the file is synced each second, so a power cut costs at most the last
// second. Offsets count from 1 and never change. A reader sees whole, intact messages in the order of
// their offsets and never half a line. A message that is already there is not appended again.
package sessionlog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/feed"
)

// Limits.
const (
	// MaxPayload is the largest payload that is taken; the feed's largest has about 120 kB.
	MaxPayload = 16 << 20
	// maxLine is the longest line, its newline included: a payload and room for the other members.
	maxLine = MaxPayload + 64<<10
	// syncEvery is how long written messages may wait for the disk.
	syncEvery = time.Second
)

// What a log refuses.
var (
	ErrLocked   = errors.New("another process writes this log")
	ErrForeign  = errors.New("not one of our recordings")
	ErrReadOnly = errors.New("log is open for reading only")
	ErrClosed   = errors.New("log is closed")
	ErrTooLarge = fmt.Errorf("message is larger than %d bytes", MaxPayload)
	ErrNotHeld  = errors.New("no such message")
)

// Path is where the log of the session key lies below the data folder. Keys come from the feed: one that
// is no plain word is replaced by its hash.
func Path(dataDir, key string) string {
	return filepath.Join(dataDir, "sessions", folder(key), "log.jsonl")
}

func folder(key string) string {
	plain := key != "" && len(key) <= 64 && key[0] != '.'
	for i := 0; i < len(key) && plain; i++ {
		c := key[i]
		plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c == '.'
	}
	if plain {
		return key
	}
	return "x" + strconv.FormatUint(xxhash.Sum64String(key), 16)
}

// Log is one session's log. All methods may be called at any time from anywhere.
type Log struct {
	path   string
	header feed.Header
	file   *os.File
	write  bool
	repair Repair
	rotten atomic.Int64 // lines that were intact at Open and are not any more

	appending sync.Mutex // held while a batch is appended; guards the next five
	known     *identities
	buf       []byte
	fresh     []fresh
	broken    bool // a failed write may have left bytes behind the end
	closed    bool

	mu      sync.RWMutex // guards the rest
	index   index
	end     int64 // length of the file up to the last whole line
	changed chan struct{}
	watched bool
	done    bool
	syncErr error

	dirty chan struct{}
	quit  chan struct{}
	wg    sync.WaitGroup
}

// fresh is a message of the batch at hand that is not in the log yet.
type fresh struct {
	in  int // its place in the batch
	pos int64
}

// Open opens the log at path for appending, and makes it and its folders if they are not there. key is
// the session's key, "" if the file is not tied to one. Only one process, and in it one Log, can hold a
// log for appending. A cut tail is put aside and the rest is kept; see Repair.
func Open(path, key string) (*Log, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("session log: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("session log: %w", err)
	}
	l := &Log{
		path: path, file: file, write: true, changed: make(chan struct{}),
		known: newIdentities(), dirty: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	if err := l.open(key); err != nil {
		return nil, errors.Join(fmt.Errorf("session log %s: %w", path, err), file.Close())
	}
	l.wg.Go(l.syncLoop)
	return l, nil
}

func (l *Log) open(key string) error {
	if err := lock(l.file); err != nil {
		return err
	}
	if err := l.scan(); err != nil {
		return err
	}
	if l.end == 0 {
		return l.begin(key)
	}
	if key != "" && l.header.Session != "" && l.header.Session != key {
		return fmt.Errorf("it is of session %q, not %q", l.header.Session, key)
	}
	return nil
}

// OpenRead opens a log that is not written by this process, or not any more. It repairs nothing and
// shows what was there when it was opened.
func OpenRead(path string) (*Log, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("session log: %w", err)
	}
	l := &Log{path: path, file: file, changed: make(chan struct{})}
	if err := l.scan(); err != nil {
		return nil, errors.Join(fmt.Errorf("session log %s: %w", path, err), file.Close())
	}
	return l, nil
}

// begin writes the header of a new file and makes its name durable.
func (l *Log) begin(key string) error {
	l.header = feed.Header{Session: key, Created: time.Now().UTC().Truncate(time.Millisecond)}
	line := feed.AppendHeader(nil, l.header)
	if _, err := l.file.WriteAt(line, 0); err != nil {
		return err
	}
	l.end = int64(len(line))
	if err := l.file.Sync(); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(l.path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Path of the file.
func (l *Log) Path() string { return l.path }

// Header of the file.
func (l *Log) Header() feed.Header { return l.header }

// Repair tells what Open found.
func (l *Log) Repair() Repair { return l.repair }

// Rotten counts the messages that were intact when the log was opened or written and could not be read
// later.
func (l *Log) Rotten() int64 { return l.rotten.Load() }

// SyncError is why the last sync failed, nil if it did not: messages written since the last good sync
// may not survive a power cut.
func (l *Log) SyncError() error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.syncErr
}

// Append writes those messages of batch that are not in the log yet, gives them their offsets, moves them
// to the front of batch and returns them. They are with the operating system when it returns. On an error
// nothing was appended, batch is as it was, and the same call can be made again.
//
// Known are the last 500,000 to 1,000,000 messages by the 64-bit hash of topic, payload, source time and
// occurrence (a race has about 200,000); an older one would be appended again. A snapshot without a time
// says what holds now: it is dropped only if the last message of its topic was the same snapshot.
func (l *Log) Append(batch []feed.Message) ([]feed.Message, error) {
	l.appending.Lock()
	defer l.appending.Unlock()
	kept, err := l.append(batch)
	if err != nil {
		return nil, fmt.Errorf("session log %s: %w", l.path, err)
	}
	return kept, nil
}

func (l *Log) append(batch []feed.Message) ([]feed.Message, error) {
	if err := l.ready(); err != nil {
		return nil, err
	}
	// The writer alone changes end and index, so it may read them without the lock.
	if err := l.encode(batch, l.end, l.index.n); err != nil {
		l.known = nil // it may hold what was not written; ready reads it again
		l.forget(batch)
		return nil, err
	}
	if len(l.fresh) == 0 {
		return batch[:0], nil
	}
	if _, err := l.file.WriteAt(l.buf, l.end); err != nil {
		l.known, l.broken = nil, true
		l.forget(batch)
		return nil, errors.Join(err, l.cut())
	}
	l.commit(batch)
	for i, f := range l.fresh {
		batch[i] = batch[f.in]
	}
	if cap(l.buf) > 1<<20 {
		l.buf = nil
	}
	select {
	case l.dirty <- struct{}{}:
	default:
	}
	return batch[:len(l.fresh)], nil
}

// ready makes the log fit for appending: no rest of a failed write, and its identities in memory.
func (l *Log) ready() error {
	switch {
	case !l.write:
		return ErrReadOnly
	case l.closed:
		return ErrClosed
	}
	if l.broken {
		if err := l.cut(); err != nil {
			return err
		}
	}
	if l.known == nil {
		known := newIdentities()
		if err := l.Each(1, func(m *feed.Message) error { known.add(m); return nil }); err != nil {
			return err
		}
		l.known = known
	}
	return nil
}

// cut takes off what a failed write left behind the last whole line.
func (l *Log) cut() error {
	if err := l.file.Truncate(l.end); err != nil {
		return fmt.Errorf("cut off a half-written batch: %w", err)
	}
	l.broken = false
	return nil
}

// encode puts the lines of the batch's unknown messages into buf and notes them in fresh.
func (l *Log) encode(batch []feed.Message, end int64, offset uint64) error {
	l.buf, l.fresh = l.buf[:0], l.fresh[:0]
	for i := range batch {
		m := &batch[i]
		if len(m.Payload) > MaxPayload || len(m.Topic) > 1024 {
			return fmt.Errorf("%s: %w", m.Topic[:min(len(m.Topic), 64)], ErrTooLarge)
		}
		if !l.known.add(m) {
			continue
		}
		l.fresh = append(l.fresh, fresh{in: i, pos: end + int64(len(l.buf))})
		m.Offset = offset + uint64(len(l.fresh))
		l.buf = feed.AppendLine(l.buf, m)
	}
	return nil
}

func (l *Log) forget(batch []feed.Message) {
	for _, f := range l.fresh {
		batch[f.in].Offset = 0
	}
}

// commit lets readers see what was written.
func (l *Log) commit(batch []feed.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.fresh {
		l.index.add(f.pos, &batch[f.in])
	}
	l.end += int64(len(l.buf))
	l.wake()
}

// wake tells those who wait that the log has changed. The caller holds mu.
func (l *Log) wake() {
	if l.watched {
		close(l.changed)
		l.changed, l.watched = make(chan struct{}), false
	}
}

func (l *Log) syncLoop() {
	timer := time.NewTimer(syncEvery)
	defer timer.Stop()
	for {
		select {
		case <-l.quit:
			return
		case <-l.dirty:
		}
		timer.Reset(syncEvery)
		select {
		case <-l.quit:
			return
		case <-timer.C:
		}
		l.sync() //nolint:errcheck // kept for SyncError
	}
}

func (l *Log) sync() error {
	err := l.file.Sync()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.syncErr = err
	return err
}

// Sync brings all that was appended to the disk.
func (l *Log) Sync() error {
	if !l.write {
		return nil
	}
	if err := l.sync(); err != nil {
		return fmt.Errorf("session log %s: %w", l.path, err)
	}
	return nil
}

// Rest syncs and gives back the memory that only appending needs. Reading goes on; the next Append takes
// the time to read the identities again.
func (l *Log) Rest() error {
	l.appending.Lock()
	defer l.appending.Unlock()
	if l.closed || !l.write {
		return nil
	}
	l.known, l.buf, l.fresh = nil, nil, nil
	return l.Sync()
}

// Close syncs and closes the file. Followers end with ErrClosed.
func (l *Log) Close() error {
	l.appending.Lock()
	defer l.appending.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	var err error
	if l.write {
		close(l.quit)
		l.wg.Wait()
		err = l.Sync()
	}
	l.mu.Lock()
	l.done = true
	l.wake()
	l.mu.Unlock()
	return errors.Join(err, l.file.Close())
}
