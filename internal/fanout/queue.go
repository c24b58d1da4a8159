package fanout

import (
	"context"
	"errors"
	"sync"
)

// What ended a [Queue].
var (
	// ErrSlow says that the reader let more wait than its queue holds: it has to start again.
	ErrSlow = errors.New("fanout: the reader is too slow")
	// ErrEnded says that a channel is over, for example because its clock has ended.
	ErrEnded = errors.New("fanout: the channel is over")
	// ErrClosed says that the reader itself has closed its queue.
	ErrClosed = errors.New("fanout: closed")
)

// Queue is what waits for one connection: encoded frames of all channels it has joined, in the order in which
// they were published. Made by [Fanout.Queue].
type Queue[T any] struct {
	size  func(T) int
	limit int           // bytes
	ready chan struct{} // one token: something waits, or err is set

	mu    sync.Mutex
	items []T
	bytes int
	err   error
}

// Push adds frames and never waits. It reports whether the queue goes on.
func (q *Queue[T]) Push(frames ...T) bool {
	n := 0
	for _, f := range frames {
		n += q.size(f)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return false
	}
	// The first to wait is taken whatever its size: a snapshot may be larger than what may wait behind it.
	if q.bytes > 0 && q.bytes+n > q.limit {
		q.end(ErrSlow)
		return false
	}
	q.items = append(q.items, frames...)
	q.bytes += n
	q.wake()
	return true
}

// Close ends the queue: what waits in it is given out no more.
func (q *Queue[T]) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.end(ErrClosed)
	}
}

// finish ends the queue once what waits has been read.
func (q *Queue[T]) finish(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
		q.wake()
	}
}

// end drops what waits. The caller holds the lock.
func (q *Queue[T]) end(err error) {
	q.err, q.items, q.bytes = err, nil, 0
	q.wake()
}

func (q *Queue[T]) wake() {
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// Pop waits for frames and gives all that wait, appended to into. It ends with [ErrSlow], [ErrEnded], [ErrClosed]
// or the context's error.
func (q *Queue[T]) Pop(ctx context.Context, into []T) ([]T, error) {
	for {
		q.mu.Lock()
		if len(q.items) > 0 {
			into = append(into, q.items...)
			clear(q.items)
			q.items, q.bytes = q.items[:0], 0
			q.mu.Unlock()
			return into, nil
		}
		err := q.err
		q.mu.Unlock()
		if err != nil {
			return into, err
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return into, ctx.Err()
		}
	}
}

// Ready gives a value when something waits or the queue has ended, for readers that wait for other things too.
func (q *Queue[T]) Ready() <-chan struct{} { return q.ready }
