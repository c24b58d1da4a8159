package objects

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Where the folder keeps what is no object yet.
const (
	ownFolder     = ".pitwall"
	tempFolder    = ownFolder + "/tmp"
	lockFolder    = ownFolder + "/locks"
	uploadsFolder = ownFolder + "/uploads"
)

// folder is a Bucket of files. An object is written beside its place, synced and renamed; conditions are checked under
// a lock of the operating system, so that they hold among processes too.
type folder struct {
	root *os.Root // nothing is reached outside, whatever links there are
	path string
}

func openFolder(path string) (Bucket, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	for _, own := range []string{tempFolder, lockFolder, uploadsFolder} {
		if err := root.MkdirAll(own, 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("objects: %w", err), root.Close())
		}
	}
	return &folder{root, path}, nil
}

func (f *folder) Close() error { return f.root.Close() }

func (f *folder) wrap(what, key string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("objects: %s %s in %s: %w", what, key, f.path, ErrNotFound)
	}
	return fmt.Errorf("objects: %s %s in %s: %w", what, key, f.path, err)
}

// lock is held while an object is put in its place. Objects share 256 locks.
func (f *folder) lock(key string) (unlock func() error, err error) {
	h := fnv.New32a()
	h.Write([]byte(key))
	file, err := f.root.OpenFile(fmt.Sprintf("%s/%02x", lockFolder, h.Sum32()&0xff), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil // closing gives the lock back
}

func (f *folder) Put(_ context.Context, key string, body []byte, when Condition) error {
	if err := validKey(key); err != nil {
		return err
	}
	temp := tempFolder + "/" + rand.Text()
	if err := f.write(temp, body); err != nil {
		return f.wrap("write", key, errors.Join(err, f.forget(temp)))
	}
	if err := f.install(temp, key, when, nil); err != nil {
		return f.wrap("write", key, errors.Join(err, f.forget(temp)))
	}
	return nil
}

func (f *folder) forget(temp string) error {
	if err := f.root.Remove(temp); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f *folder) write(name string, body []byte) error {
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(body)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// install moves a synced file to the place of key if the condition holds. If held is given, the file must still be
// that one.
func (f *folder) install(name, key string, when Condition, held *os.File) (err error) {
	unlock, err := f.lock(key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := f.holds(key, when); err != nil {
		return err
	}
	if held != nil {
		if err := f.stillAt(name, held); err != nil {
			return err
		}
	}
	if err := f.later(name, key); err != nil {
		return err
	}
	// A folder that another process has just emptied is removed by it, so the way there is made again.
	for range tidyTries {
		made, err := f.makeWay(path.Dir(key))
		if err != nil {
			return err
		}
		err = f.root.Rename(name, key)
		if err == nil {
			return f.syncWay(path.Dir(key), made)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return fmt.Errorf("its folder does not stay: %w", ErrConflict)
}

// tidyTries is how often in a row others may tidy away an empty folder that was just made.
const tidyTries = 100

// later gives the file a time after that of the one it replaces: the clock of a file system ticks slowly, and no two
// files that follow each other may have the same tag.
func (f *folder) later(name, key string) error {
	there, err := f.root.Stat(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	now := time.Now()
	if before := there.ModTime(); !now.After(before) {
		now = before.Add(time.Nanosecond)
	}
	return f.root.Chtimes(name, now, now)
}

// errMoved says that another uploader of the same content has put the file in its place.
var errMoved = errors.New("the upload was finished by another")

func (f *folder) stillAt(name string, held *os.File) error {
	mine, err := held.Stat()
	if err != nil {
		return err
	}
	there, err := f.root.Stat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(mine, there) {
		return errMoved
	}
	return err
}

func (f *folder) holds(key string, when Condition) error {
	if when == (Condition{}) {
		return nil
	}
	there, err := f.root.Stat(key)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if when.absent {
			return nil
		}
		return ErrConflict
	case err != nil:
		return err
	case when.absent || etag(there) != when.etag:
		return ErrConflict
	}
	return nil
}

func (f *folder) makeWay(dir string) (made bool, err error) {
	if _, err := f.root.Stat(dir); err == nil {
		return false, nil
	}
	if err := f.root.MkdirAll(dir, 0o755); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, nil
}

// syncWay makes names durable: of the object, and of the folders if they are new.
func (f *folder) syncWay(dir string, made bool) error {
	for {
		if err := f.syncFolder(dir); err != nil {
			return err
		}
		if !made || dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

func (f *folder) syncFolder(dir string) error {
	d, err := f.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the object was removed again, and its folder with it
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// section is a stretch of a file that is closed with it.
type section struct {
	io.Reader
	io.Closer
}

func (f *folder) Get(_ context.Context, key string, offset, length int64) (io.ReadCloser, Info, error) {
	if err := validKey(key); err != nil {
		return nil, Info{}, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, Info{}, f.wrap("read", key, err)
	}
	st, err := file.Stat()
	if err != nil {
		return nil, Info{}, f.wrap("read", key, errors.Join(err, file.Close()))
	}
	if length < 0 {
		length = st.Size() - offset
	}
	return section{io.NewSectionReader(file, offset, length), file}, info(key, st), nil
}

func (f *folder) Stat(_ context.Context, key string) (Info, error) {
	if err := validKey(key); err != nil {
		return Info{}, err
	}
	st, err := f.root.Stat(key)
	if err != nil {
		return Info{}, f.wrap("look at", key, err)
	}
	return info(key, st), nil
}

func info(key string, st fs.FileInfo) Info {
	return Info{Key: key, Size: st.Size(), Stored: st.ModTime().UTC(), ETag: etag(st)}
}

// etag differs for every file that is put in an object's place.
func etag(st fs.FileInfo) string {
	var inode uint64
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		inode = sys.Ino
	}
	return fmt.Sprintf("%x-%x-%x", inode, st.ModTime().UnixNano(), st.Size())
}

func (f *folder) List(_ context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		all, err := f.files(".", func(name string) bool { return strings.HasPrefix(name, prefix) })
		if err != nil {
			yield(Info{}, f.wrap("list", prefix, err))
			return
		}
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// files are those below top that are wanted, in the order of their keys.
func (f *folder) files(top string, want func(name string) bool) ([]Info, error) {
	var all []Info
	err := fs.WalkDir(f.root.FS(), top, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // removed while we looked
		case err != nil:
			return err
		case d.IsDir() && name == ownFolder && top != name:
			return fs.SkipDir
		case d.IsDir() || !want(name):
			return nil
		}
		st, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		all = append(all, info(name, st))
		return nil
	})
	slices.SortFunc(all, func(a, b Info) int { return strings.Compare(a.Key, b.Key) })
	return all, err
}

func (f *folder) Delete(_ context.Context, key string) error {
	if err := validKey(key); err != nil {
		return err
	}
	err := f.root.Remove(key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.wrap("remove", key, err)
	}
	f.tidy(path.Dir(key), ".")
	return nil
}

// tidy removes folders that have become empty. One that has not, or that is gone already, ends it.
func (f *folder) tidy(dir, upTo string) {
	for dir != upTo && dir != "." && f.root.Remove(dir) == nil {
		dir = path.Dir(dir)
	}
}

// uploadPath is where an upload of this content for this key grows.
func uploadPath(key string, sums *Sums) string {
	return uploadsFolder + "/" + key + "/" + sums.SHA256 + ".part"
}

// Upload writes into a file that is named after the content. Two that upload the same write the same bytes to the same
// places, so they need not know of each other.
func (f *folder) Upload(ctx context.Context, key string, src Source) (p Progress, err error) {
	if err := validKey(key); err != nil {
		return p, err
	}
	name := uploadPath(key, &src.Sums)
	file, err := f.openPart(name)
	if err != nil {
		return p, f.wrap("upload", key, err)
	}
	defer func() {
		if closing := file.Close(); closing != nil {
			err = errors.Join(err, f.wrap("upload", key, closing))
		}
	}()
	if p, err = fill(ctx, file, src); err != nil {
		return p, f.wrap("upload", key, err)
	}
	if err := file.Sync(); err != nil {
		return p, f.wrap("upload", key, err)
	}
	err = f.install(name, key, Condition{}, file)
	if errors.Is(err, errMoved) {
		_, err = f.root.Stat(key)
	}
	if err != nil {
		return p, f.wrap("upload", key, err)
	}
	f.tidy(path.Dir(name), uploadsFolder)
	return p, nil
}

// openPart opens the file where an upload grows. The way there is made again if one that has just ended tidies it away.
func (f *folder) openPart(name string) (file *os.File, err error) {
	for range tidyTries {
		if _, err := f.makeWay(path.Dir(name)); err != nil {
			return nil, err
		}
		file, err = f.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return file, err
}

// fill completes a file that may hold any part of the source already: what verifies is kept.
func fill(ctx context.Context, file *os.File, src Source) (p Progress, err error) {
	st, err := file.Stat()
	if err != nil {
		return p, err
	}
	if st.Size() > src.Sums.Bytes {
		if err := file.Truncate(src.Sums.Bytes); err != nil {
			return p, err
		}
	}
	buf := make([]byte, min(src.Sums.Bytes, src.Sums.BlockSize))
	for i := range src.Sums.Blocks {
		if err := ctx.Err(); err != nil {
			return p, err
		}
		at := int64(i) * src.Sums.BlockSize
		block := buf[:min(src.Sums.BlockSize, src.Sums.Bytes-at)]
		if n, _ := file.ReadAt(block, at); n == len(block) && hexSum(block) == src.Sums.Blocks[i] {
			p.Resumed += int64(n)
			continue
		}
		if err := src.block(i, block); err != nil {
			return p, err
		}
		if _, err := file.WriteAt(block, at); err != nil {
			return p, err
		}
		p.Sent += int64(len(block))
	}
	return p, nil
}

// block reads and verifies a block of the source.
func (s *Source) block(i int, into []byte) error {
	if n, err := s.ReadAt(into, int64(i)*s.Sums.BlockSize); n < len(into) {
		return fmt.Errorf("read the source: %w", short(err))
	}
	if hexSum(into) != s.Sums.Blocks[i] {
		return errors.New("the source changed while it was uploaded")
	}
	return nil
}

func (f *folder) AbortStale(_ context.Context, before time.Time, dry bool) ([]string, error) {
	stale, err := f.files(ownFolder, func(name string) bool { return !strings.HasPrefix(name, lockFolder) })
	if err != nil {
		return nil, f.wrap("list uploads", "", err)
	}
	var names []string
	for _, i := range stale {
		if !i.Stored.Before(before) {
			continue
		}
		if key, ok := strings.CutPrefix(i.Key, uploadsFolder+"/"); ok {
			names = append(names, path.Dir(key))
		}
		if dry {
			continue
		}
		if err := f.forget(i.Key); err != nil {
			return names, f.wrap("give up", i.Key, err)
		}
		if strings.HasPrefix(i.Key, uploadsFolder) {
			f.tidy(path.Dir(i.Key), uploadsFolder)
		}
	}
	return names, nil
}
