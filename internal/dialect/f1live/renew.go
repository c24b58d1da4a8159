package f1live

import (
	"context"
	"errors"
	"sync"
	"time"

	"pitwall.live/internal/feed"
)

// The hub cuts every connection after some two hours, and what it sent meanwhile is lost: a new connection begins
// with a snapshot. So the client goes over to a new one before: for a moment both are read, then the new one gives
// what the old one has not given. Each message goes out once and in order, and no snapshot is needed between them.

// joint is where the messages of one run's connections come together.
type joint struct {
	out     func([]feed.Message) (int, error)
	account string // the token of the newest connection; Run's goroutine only

	mu      sync.Mutex
	key     string // of the session that was told of last
	first   *line  // while two are read: the one that gives
	waiting []feed.Message
	given   map[uint64]int // by what they say: messages that the first has given and the other not yet
}

// take gives out a batch, or lets it wait for the first connection to end.
func (j *joint) take(from *line, batch []feed.Message) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch j.first {
	case nil:
		batch = j.rest(batch)
	case from:
		for i := range batch {
			j.given[batch[i].Said()]++
		}
	default:
		j.waiting = append(j.waiting, batch...)
		return len(batch), nil
	}
	if len(batch) == 0 {
		return 0, nil
	}
	for i := range batch {
		if batch[i].Topic == feed.TopicSessionInfo {
			if key := feed.SessionKey(batch[i].Payload); key != "" {
				j.key = key
			}
		}
	}
	return j.out(batch)
}

// rest leaves out what the connection before has given. The caller holds the lock.
func (j *joint) rest(batch []feed.Message) []feed.Message {
	if len(j.given) == 0 {
		return batch
	}
	fresh := batch[:0]
	for _, m := range batch {
		h := m.Said()
		switch n := j.given[h]; n {
		case 0:
			fresh = append(fresh, m)
		case 1:
			delete(j.given, h)
		default:
			j.given[h] = n - 1
		}
	}
	return fresh
}

// begin starts to read two, of which the first gives, and says the session's key.
func (j *joint) begin(first *line) (key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.first, j.given = first, map[uint64]int{}
	return j.key
}

// alone reports whether no connection gives while another is made.
func (j *joint) alone() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.first == nil
}

// met reports whether nothing lies between what the first has given and what the other has sent.
func (j *joint) met() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := range j.waiting {
		if m := &j.waiting[i]; !m.Snapshot {
			return j.given[m.Said()] > 0
		}
	}
	return len(j.waiting) > 0 // a snapshot of another session needs nothing before it
}

// end goes on with the new connection, or with the first as if there had been no other.
func (j *joint) end(over bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	waiting := j.waiting
	j.first, j.waiting = nil, nil
	if !over {
		j.given = nil
		return nil
	}
	if waiting = j.rest(waiting); len(waiting) == 0 {
		return nil
	}
	_, err := j.out(waiting)
	return err
}

// line is one connection of a run, being read.
type line struct {
	stream *stream
	end    context.CancelFunc
	ended  chan struct{} // closed when err is set
	err    error
}

// open connects and begins to read. The first snapshot is left out if it is of the session told, which another
// connection has told of already.
func (c *Client) open(ctx context.Context, j *joint, told string) (*line, error) {
	ctx, cancel := context.WithCancel(ctx)
	conn, account, drop, err := c.connect(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	j.account = account
	s := newStream(c, conn)
	s.account, s.told, s.first = account, told, j.alone()
	l := &line{stream: s, end: cancel, ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		defer drop()
		l.err = s.run(ctx, func(batch []feed.Message) (int, error) { return j.take(l, batch) })
	}()
	return l, nil
}

// close ends the line and waits for it.
func (l *line) close() error {
	l.end()
	<-l.ended
	return l.err
}

// keep follows the hub over one connection after the other until the one that gives ends.
func (c *Client) keep(ctx context.Context, j *joint) error {
	now, err := c.open(ctx, j, "")
	if err != nil {
		return err
	}
	renew := time.NewTimer(c.cfg.Renew)
	defer renew.Stop()
	for {
		select {
		case <-now.ended:
			return now.close()
		case <-renew.C:
		}
		next, err := c.relieve(ctx, j, now)
		switch {
		case next != nil:
			now = next
			renew.Reset(c.cfg.Renew)
		case err != nil:
			c.cfg.Log.Warn("no second connection to the hub; the first goes on", "error", err)
			renew.Reset(c.cfg.Overlap + time.Minute)
		}
	}
}

// relieve puts a new connection in the place of old, which has ended when there is one. Else old goes on.
func (c *Client) relieve(ctx context.Context, j *joint, old *line) (*line, error) {
	next, err := c.open(ctx, j, j.begin(old))
	if err == nil {
		err = c.overlap(j, next, old)
	}
	if err != nil {
		return nil, errors.Join(err, j.end(false))
	}
	if err := ignoreCancel(old.close()); err != nil {
		c.cfg.Log.Debug("the old connection ended first", "error", err)
	}
	if err := j.end(true); err != nil {
		return nil, errors.Join(err, ignoreCancel(next.close()))
	}
	return next, nil
}

// overlap waits until old may end. With an error there is no next.
func (c *Client) overlap(j *joint, next, old *line) error {
	select {
	case <-next.stream.settled:
	case <-next.ended:
		return next.close()
	case <-old.ended: // before the new one could take over: whoever runs us again begins with a snapshot
		return errors.Join(errors.New("livetiming: the old connection ended before the new one had begun"), ignoreCancel(next.close()))
	}
	// What the old one has not told yet it tells now; the new one gives the rest. The old one may be behind: it may
	// end when it has told what the new one began with.
	patience := time.NewTimer(c.cfg.Overlap + c.cfg.StepTimeout)
	defer patience.Stop()
	look := time.NewTicker(c.cfg.Overlap)
	defer look.Stop()
	for {
		select {
		case <-look.C:
			if j.met() {
				return nil
			}
			continue
		case <-old.ended:
			if j.met() {
				return nil
			}
		case <-patience.C:
		case <-next.ended:
			return next.close()
		}
		return errors.Join(errors.New("livetiming: the old connection has not come to where the new one began"), ignoreCancel(next.close()))
	}
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
