package sqlite

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"
)

// alone keeps others from opening a database in the same folder until free is called: two programs that start at
// once would both make its schema. The folder is locked and not the file, since closing the file a second time
// would take SQLite's own locks from it.
func alone(ctx context.Context, folder string) (free func() error, err error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return dir.Close, nil // which lets go of the lock
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, dir.Close())
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, errors.Join(ErrLocked, ctx.Err(), dir.Close())
		}
	}
}
