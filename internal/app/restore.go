package app

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/backup"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/store/sqlite"
)

type restoreCmd struct {
	Backup  string    `arg:"" optional:"" default:"latest" help:"latest, the name of a backup among the objects, or a file."`
	Data    string    `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	Logs    bool      `help:"Bring the raw logs of sessions back too, from the objects, where the data folder has none."`
	Replace bool      `help:"Replace sessions that the store has."`
	List    bool      `help:"List the backups among the objects, and restore nothing."`
	Lost    time.Time `help:"When the store was lost, for the figures. Without: now." placeholder:"TIME"`
	storeFlags
	objectsFlags
}

func (restoreCmd) Help() string {
	return "The backup is read to its end before anything is written: one that is damaged, cut or of a newer pitwall changes nothing. " +
		"Then every table of every session is read back from the store and its hash compared with the backup's. A new SQLite file appears when all of it is proven, and not before. " +
		"The store may be of another engine than the backup: that is how to move. Stop the server first.\n\n" +
		"Printed are how long it took (RTO) and how old the newest change in the backup was when the store was lost (RPO); what the raw logs hold beyond it is stored again when the server starts.\n\n" +
		"Examples:\n  pitwall restore --objects s3://pitwall/prod?region=eu-central-1 --logs\n  pitwall restore pitwall.tar --store postgres://pitwall@db.example/pitwall\n  pitwall restore --list"
}

func (c restoreCmd) Run(e *env) (err error) {
	begin := time.Now()
	if c.spec(c.Data) == noStore && !c.List {
		return usage("--store none: nothing can be restored into none")
	}
	var o *objects.Store
	if c.Logs || c.List || !isBackupFile(c.Backup) {
		if o, err = openObjects(c.url(c.Data)); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, o.Close()) }()
	}
	if c.List {
		return e.listBackups(o)
	}
	from, err := c.from(e, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	promised, err := from.check(e)
	if err != nil {
		return fmt.Errorf("restore %s: %w (nothing was changed)", from.name, err)
	}
	if err := c.into(e, from, promised); err != nil {
		return fmt.Errorf("restore %s: %w", from.name, err)
	}
	fmt.Fprintf(e.out, "restored %s, %d rows in %s; newest change %s\n", plural(len(promised.Sessions), "session"), promised.Rows(), took(begin), c.age(promised.Newest))
	fmt.Fprintf(e.out, "proven: the hashes of %s read back from %s are those of %s, taken from %s %s\n",
		plural(tablesOf(promised), "table"), masked(c.spec(c.Data)), from.name, promised.Engine, c.age(promised.Begun))
	if c.Logs {
		return e.restoreLogs(o, c.Data)
	}
	return nil
}

// age says how long before the loss a moment was.
func (c restoreCmd) age(of time.Time) string {
	lost := c.Lost
	if lost.IsZero() {
		lost = time.Now()
	}
	if of.IsZero() {
		return "unknown: there is no session in it"
	}
	if of.After(lost) {
		return "after the loss"
	}
	return lost.Sub(of).Round(time.Millisecond).String() + " before the loss"
}

func tablesOf(m *backup.Manifest) int {
	n := len(m.Tables)
	for i := range m.Sessions {
		n += len(m.Sessions[i].Hashes)
	}
	return n
}

// backupSource is a backup that can be read more than once.
type backupSource struct {
	name string
	body io.ReaderAt
	size int64
	file *os.File // nil: it is an object
}

func (s *backupSource) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// read gives the backup from its start, with a bar.
func (s *backupSource) read(e *env, what string) (r io.Reader, done func()) {
	update, done := e.progress(what)
	return &counted{ctx: e.ctx, of: io.NewSectionReader(s.body, 0, s.size), total: s.size, update: update}, done
}

func (s *backupSource) check(e *env) (*backup.Manifest, error) {
	r, done := s.read(e, "checking "+s.name)
	defer done()
	return backup.Check(r)
}

// from finds the backup that is meant.
func (c restoreCmd) from(e *env, o *objects.Store) (*backupSource, error) {
	if isBackupFile(c.Backup) {
		f, err := os.Open(c.Backup)
		if err != nil {
			return nil, fmt.Errorf("restore: %w", err)
		}
		st, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return &backupSource{filepath.Base(c.Backup), f, st.Size(), f}, nil
	}
	name := c.Backup
	if name == "latest" {
		all, err := o.Backups(e.ctx)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("restore: there is no backup at %s", masked(c.url(c.Data)))
		}
		name = newestBackup(all).Name
	}
	object, err := o.OpenBackup(e.ctx, name)
	if errors.Is(err, objects.ErrNotFound) {
		return nil, fmt.Errorf("restore: there is neither a file %s nor a finished backup of that name at %s (pitwall restore --list)", name, masked(c.url(c.Data)))
	}
	if err != nil {
		return nil, err
	}
	return &backupSource{name: name, body: object, size: object.Size()}, nil
}

// newestBackup is the last by name, which begins with when it was begun.
func newestBackup(all []objects.Backup) objects.Backup {
	return slices.MaxFunc(all, func(a, b objects.Backup) int { return strings.Compare(a.Name, b.Name) })
}

func (e *env) listBackups(o *objects.Store) error {
	all, err := o.Backups(e.ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b objects.Backup) int { return strings.Compare(b.Name, a.Name) })
	for _, b := range all {
		if _, err := fmt.Fprintf(e.out, "%s  %s  stored %s  sha256 %.12s\n", b.Name, megabytes(b.Bytes), b.Stored.UTC().Format(time.RFC3339), b.SHA256); err != nil {
			return err
		}
	}
	return nil
}

// into restores into the store that is there, or into a new file.
func (c restoreCmd) into(e *env, from *backupSource, promised *backup.Manifest) (err error) {
	path, isFile := strings.CutPrefix(c.spec(c.Data), "sqlite:")
	if isFile && path != "" && !c.there(c.Data) {
		return e.intoNewFile(from, path)
	}
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	if err := c.mayReplace(e, k, promised); err != nil {
		return err
	}
	if err := e.readBackup(from, k); err != nil {
		return fmt.Errorf("%w (what is restored of it is not proven; mend the cause and run it again with --replace)", err)
	}
	return nil
}

// mayReplace refuses to write over sessions unless that was asked for.
func (c restoreCmd) mayReplace(e *env, k *keeping, promised *backup.Manifest) error {
	if c.Replace {
		return nil
	}
	var there []string
	for i := range promised.Sessions {
		s, err := k.Find(e.ctx, promised.Sessions[i].Key)
		if err == nil {
			there = append(there, s.ID)
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("the store has %d of its %s already, %s for one, maybe newer: --replace replaces them (nothing was changed)",
			len(there), plural(len(promised.Sessions), "session"), there[0])
	}
	return nil
}

func (e *env) readBackup(from *backupSource, s store.Store) error {
	r, done := from.read(e, "restoring")
	defer done()
	proving, proven := e.progress("proving")
	defer proven()
	_, err := backup.Read(e.ctx, s, r, func(n, total int, _ string) { proving(int64(n), int64(total)) })
	return err
}

// restoringFolder is where a new file grows.
const restoringFolder = ".restoring-"

// intoNewFile restores into a file that appears at path when all of it is proven.
func (e *env) intoNewFile(from *backupSource, path string) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := removeDead(dir); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(dir, restoringFolder)
	if err != nil {
		return err
	}
	lock, err := lockFolder(scratch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch), lock.Close()) }()
	temp := filepath.Join(scratch, "new", filepath.Base(path)) // a folder of its own: the store locks that one itself
	if err := e.fill(from, temp); err != nil {
		return fmt.Errorf("%w (no store was made)", fullDisk(err, dir))
	}
	if _, err := os.Stat(temp + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the new file is not complete: its log %s-wal is still there: %w", temp, cmp.Or(err, errors.New("closing it should have emptied it")))
	}
	// A link, not a rename: a store that somebody has made meanwhile stays.
	if err := os.Link(temp, path); err != nil {
		return err
	}
	return syncFolder(dir)
}

// fill restores into a new file and looks through it.
func (e *env) fill(from *backupSource, path string) (err error) {
	s, err := sqlite.Open(e.ctx, path, sqlite.Options{SkipCheck: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := e.readBackup(from, s); err != nil {
		return err
	}
	return s.Verify(e.ctx)
}

// removeDead removes what restores left that were killed: nobody holds their locks.
func removeDead(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, restoringFolder+"*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		lock, err := lockFolder(path)
		if err != nil {
			continue // it is being filled
		}
		if err := errors.Join(os.RemoveAll(path), lock.Close()); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// restoreLogs brings raw logs back that the data folder lacks.
func (e *env) restoreLogs(o *objects.Store, dataDir string) error {
	begin := time.Now()
	all, err := o.Recordings(e.ctx)
	if err != nil {
		return err
	}
	update, done := e.progress("restoring logs")
	defer done()
	var failed []error
	restored, there, messages := 0, 0, 0
	for i, session := range all {
		if err := e.ctx.Err(); err != nil {
			return err
		}
		path := sessionlog.Path(dataDir, session.Key)
		switch n, err := restoreLog(e, o, session, path); {
		case errors.Is(err, fs.ErrExist):
			there++
		case errors.Is(err, objects.ErrRemoved):
		case err != nil:
			failed = append(failed, err)
		default:
			restored, messages = restored+1, messages+n
		}
		update(int64(i+1), int64(len(all)))
	}
	fmt.Fprintf(e.out, "raw logs: %s, %d messages in %s, proven by their checksums; %d were there\n", plural(restored, "session"), messages, took(begin), there)
	return errors.Join(failed...)
}

func restoreLog(e *env, o *objects.Store, session objects.Session, path string) (messages int, err error) {
	if _, err := os.Stat(path); err == nil {
		return 0, fs.ErrExist
	}
	// First the thresholds: a log without them would be read with others by whoever comes first.
	if err := getParams(e.ctx, o, session, path); err != nil {
		return 0, err
	}
	m, err := o.Restore(e.ctx, session, path)
	if err != nil {
		return 0, err
	}
	held, _ := m.Messages()
	return held, nil
}
