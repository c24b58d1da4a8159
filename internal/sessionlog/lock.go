package sessionlog

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock takes the file for this process; the operating system gives it back when the process ends, however
// it ends.
func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}
