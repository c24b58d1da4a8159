package ergast

import (
	"context"
	"sync"
	"time"
)

// limiter spaces requests so that no window of time has more of them than it may.
type limiter struct {
	mu      sync.Mutex
	windows []window
	sent    []time.Time // of the longest window, oldest first
	now     func() time.Time
}

// window is how many requests a span of time may have.
type window struct {
	n    int
	span time.Duration
}

// wait returns when one more request may leave, and counts it.
func (l *limiter) wait(ctx context.Context) error {
	for {
		d := l.take()
		if d <= 0 {
			return nil
		}
		if err := pause(ctx, d); err != nil {
			return err
		}
	}
}

// take counts a request that may leave now, else it says how long to wait.
func (l *limiter) take() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	var wait, longest time.Duration
	for _, w := range l.windows {
		longest = max(longest, w.span)
		if i := len(l.sent) - w.n; i >= 0 {
			wait = max(wait, w.span-now.Sub(l.sent[i]))
		}
	}
	if wait > 0 {
		return wait
	}
	for len(l.sent) > 0 && now.Sub(l.sent[0]) >= longest {
		l.sent = l.sent[1:]
	}
	l.sent = append(l.sent, now)
	return 0
}

// pause waits unless the context ends before.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
