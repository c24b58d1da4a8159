package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"pitwall.live/internal/backup"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/store/sqlite"
)

type backupCmd struct {
	Data string `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	To   string `help:"Write the store to this file instead; raw recordings are then left out." placeholder:"FILE" type:"path"`
	storeFlags
	objectsFlags
}

func (backupCmd) Help() string {
	return "The store is written as one file that any engine's store can be restored from, read back, and kept as an object; the raw logs of the data folder are sealed beside it. " +
		"The server may run meanwhile. Without --objects and --to the objects are in the data folder, which helps against a mistake but not against the loss of the disk. " +
		"An upload that was cut is gone on with by the next backup.\n\n" +
		"Examples:\n  pitwall backup --objects s3://pitwall/prod?region=eu-central-1\n  pitwall backup --to pitwall.tar\n  pitwall backup --store postgres://pitwall@db.example/pitwall --objects file:///mnt/backup"
}

type jobCmd struct {
	Backup   backupCmd `cmd:"" help:"What pitwall backup does, for a scheduler."`
	DataSync syncCmd   `cmd:"" name:"data-sync" help:"What pitwall sync does, for a scheduler."`
}

// backupEnding is what the names of backups end with.
const backupEnding = ".tar"

// backupName sorts by time.
func backupName(now time.Time) string {
	return "pitwall-" + now.UTC().Format("20060102T150405.000Z") + backupEnding
}

func (c backupCmd) Run(e *env) (err error) {
	if !c.there(c.Data) {
		return fmt.Errorf("backup: there is no store at %s", masked(c.spec(c.Data)))
	}
	if c.To != "" && c.Objects != "" {
		return usage("--to and --objects: one of them")
	}
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	if c.To != "" {
		return e.writeBackup(k, c.To)
	}
	address := c.url(c.Data)
	o, err := openObjects(address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	if c.Objects == "" {
		fmt.Fprintf(e.err, "kept in the data folder (%s): give --objects to survive the loss of the disk\n", address)
	}
	// Before the work, for the answer may be no.
	if err := o.Check(e.ctx); err != nil {
		return err
	}
	left := e.backupToObjects(k, o, c.Data)
	if left != nil && !errors.Is(left, errPartial) {
		return left
	}
	return errors.Join(e.sealLogs(o, c.Data), left)
}

// backupToObjects writes a backup beside the logs and uploads it. One that an earlier run has left is uploaded first.
func (e *env) backupToObjects(k *keeping, o *objects.Store, dataDir string) (err error) {
	dir := filepath.Join(dataDir, "backup")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return fmt.Errorf("backup: %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	left, err := filepath.Glob(filepath.Join(dir, "pitwall-*"+backupEnding))
	if err != nil {
		return err
	}
	for _, path := range left {
		if err := e.upload(o, path); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, backupName(time.Now()))
	partial := e.writeBackup(k, path)
	if partial != nil && !errors.Is(partial, errPartial) {
		return partial
	}
	return errors.Join(e.upload(o, path), partial)
}

// lockFolder keeps a second process out of a folder until it is closed.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another pitwall is at work there: %w", err), f.Close())
	}
	return f, nil
}

// upload brings a written backup into the objects and removes the file.
func (e *env) upload(o *objects.Store, path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	begin := time.Now()
	p, err := o.PutBackup(e.ctx, filepath.Base(path), f, st.Size())
	if err != nil {
		return fmt.Errorf("backup: %w (it is kept in %s, and the next pitwall backup goes on with it)", err, path)
	}
	gone := ""
	if p.Resumed > 0 {
		gone = ", " + megabytes(p.Resumed) + " were there from before"
	}
	fmt.Fprintf(e.out, "%s: stored, %s sent in %s%s\n", filepath.Base(path), megabytes(p.Sent), took(begin), gone)
	return os.Remove(path)
}

// took is how long it has taken since begin, as people read it.
func took(begin time.Time) time.Duration { return time.Since(begin).Round(time.Millisecond) }

// writeBackup writes the store to a file, which is there whole or not at all, and reads it back. The error is errPartial
// when sessions had to be left out; they are named.
func (e *env) writeBackup(k *keeping, path string) (err error) {
	begin := time.Now()
	dir := filepath.Dir(path)
	scratch, err := os.MkdirTemp(dir, ".backup-")
	if err != nil {
		return fmt.Errorf("backup: %w", fullDisk(err, dir))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	m, size, err := e.writeIn(k, scratch, begin, path)
	if err != nil {
		return fullDisk(err, dir)
	}
	newest := "no session in it"
	if !m.Newest.IsZero() {
		newest = "newest change " + m.Newest.Format(time.RFC3339)
	}
	fmt.Fprintf(e.out, "%s: %s, %d rows, %s in %s; %s\n", filepath.Base(path), plural(len(m.Sessions), "session"), m.Rows(), megabytes(size), took(begin), newest)
	if len(m.Left) > 0 {
		fmt.Fprintf(e.err, "left out, for they change faster than they can be read: %s (their raw logs are sealed with the others, and give the rest)\n", strings.Join(m.Left, ", "))
		return errPartial
	}
	return nil
}

// writeIn writes the backup in a scratch folder, and moves it to path when it has been read back.
func (e *env) writeIn(k *keeping, scratch string, begin time.Time, path string) (m *backup.Manifest, size int64, err error) {
	from, done, err := e.still(k, scratch)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, done()) }()
	f, err := os.Create(filepath.Join(scratch, "backup"))
	if err != nil {
		return nil, 0, fmt.Errorf("backup: %w", err)
	}
	update, drawn := e.progress("backing up")
	m, err = backup.Write(e.ctx, from, f, scratch, begin, func(n, total int, _ string) { update(int64(n), int64(total)) })
	drawn()
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		size, err = e.readBack(f)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	return m, size, err
}

// copier is a store that can write a copy of itself as it stands at one moment.
type copier interface {
	Backup(ctx context.Context, path string) error
}

// still gives a store that does not change while it is read: a copy, where a session runs and the store can give one.
func (e *env) still(k *keeping, scratch string) (from store.Store, done func() error, err error) {
	c, can := k.Store.(copier)
	if !can {
		return k, func() error { return nil }, nil
	}
	all, err := k.Sessions(e.ctx, store.SessionQuery{})
	if err != nil {
		return nil, nil, err
	}
	if !slices.ContainsFunc(all, func(s store.Session) bool { return !s.Whole }) {
		return k, func() error { return nil }, nil
	}
	path := filepath.Join(scratch, "copy.db")
	if err := c.Backup(e.ctx, path); err != nil {
		return nil, nil, err
	}
	still, err := sqlite.Open(e.ctx, path, sqlite.Options{SkipCheck: true})
	if err != nil {
		return nil, nil, err
	}
	return still, still.Close, nil
}

// readBack checks a backup that was just written.
func (e *env) readBack(f *os.File) (size int64, err error) {
	st, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return 0, err
	}
	update, done := e.progress("reading it back")
	defer done()
	_, err = backup.Check(&counted{ctx: e.ctx, of: f, total: st.Size(), update: update})
	return st.Size(), err
}

// counted tells how far a reader is, and ends with its context.
type counted struct {
	ctx    context.Context
	of     io.Reader
	n      int64
	total  int64
	update func(done, total int64)
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.of.Read(p)
	c.n += int64(n)
	c.update(c.n, c.total)
	return n, err
}

// fullDisk puts what to do in front of the error of a disk that is full; SQLite calls that by many names.
func fullDisk(err error, dir string) error {
	var disk syscall.Statfs_t
	full := errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG) ||
		syscall.Statfs(dir, &disk) == nil && disk.Bavail*uint64(disk.Bsize) < 128<<10
	if err != nil && full {
		return fmt.Errorf("the disk of %s is full, nothing was kept: make room there (%w)", dir, err)
	}
	return err
}

// sealLogs seals the raw logs of the data folder as far as they go. One that can not be sealed does not keep the
// others from it.
func (e *env) sealLogs(o *objects.Store, dataDir string) error {
	begin := time.Now()
	paths, err := logsIn(dataDir)
	if err != nil {
		return err
	}
	update, done := e.progress("sealing logs")
	defer done()
	var sum objects.Sealed
	var failed []error
	sealed := 0
	for i, path := range paths {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		one, err := sealLog(e.ctx, o, path)
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("log %s is not sealed: %w", logKey(path), err))
			continue
		case one.Last > 0:
			sealed++
		}
		sum.Written, sum.Bytes, sum.Lost = sum.Written+one.Written, sum.Bytes+one.Bytes, sum.Lost+one.Lost
		update(int64(i+1), int64(len(paths)))
	}
	lost := ""
	if sum.Lost > 0 {
		lost = fmt.Sprintf("; %s the logs do not hold any more", plural(sum.Lost, "message"))
	}
	fmt.Fprintf(e.out, "raw logs: %s sealed, %s (%s) sent in %s%s\n", plural(sealed, "session"), plural(sum.Written, "new segment"), megabytes(sum.Bytes), took(begin), lost)
	return errors.Join(failed...)
}

// isBackupFile reports whether a restore means a file.
func isBackupFile(name string) bool {
	return isFile(name) || strings.ContainsRune(name, filepath.Separator)
}
