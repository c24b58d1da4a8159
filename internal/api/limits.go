package api

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits bound what one request, and all together, may cost.
type Limits struct {
	Deadline       time.Duration // of a request
	ExportDeadline time.Duration // of one that streams a whole table or reads a log for samples
	Stalled        time.Duration // an export whose client takes nothing for so long is ended
	Exports        int           // of those at once
	ExportsEach    int           // of those that one address may have
	Questions      int           // over seasons that are worked out at once
	ExportRows     int           // of one of those
}

// DefaultLimits suit a small machine.
func DefaultLimits() Limits {
	return Limits{
		Deadline: 15 * time.Second, ExportDeadline: 5 * time.Minute, Stalled: 20 * time.Second,
		Exports: 16, ExportsEach: 2, Questions: 4, ExportRows: 5_000_000,
	}
}

// places are what costly requests take, so that there are few at once. Each client may have some of them only, so
// that none keeps the others out.
type places struct {
	what      string
	all, each int // each 0: no bound but all

	mu   sync.Mutex
	used int
	by   map[string]int
}

// take takes a place for a client. The caller gives it back.
func (p *places) take(client string) (done func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.each > 0 && p.by[client] >= p.each:
		return nil, tooMany(fmt.Sprintf("%d %s for this address are running, and it may have no more: wait for one to end", p.each, p.what), 3)
	case p.used >= p.all:
		return nil, tooMany(fmt.Sprintf("%d %s are running, and this server does no more at once: come again in a moment", p.all, p.what), 3)
	}
	if p.by == nil {
		p.by = map[string]int{}
	}
	p.used++
	p.by[client]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.used--
		if p.by[client]--; p.by[client] == 0 {
			delete(p.by, client)
		}
	}, nil
}

// heavy takes a place among the exports. The caller gives it back.
func (a *api) heavy(r *http.Request) (done func(), err error) { return a.exports.take(clientOf(r)) }

// clientOf is the address that a request comes from. A neighbour (this machine, or its private network) that names
// another one is a proxy, whose last word is believed: clients farther away can not choose their address so.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	peer, err := netip.ParseAddr(host)
	if err != nil || !peer.IsLoopback() && !peer.IsPrivate() {
		return host
	}
	forwarded := strings.Join(r.Header["X-Forwarded-For"], ",")
	last := strings.TrimSpace(forwarded[strings.LastIndexByte(forwarded, ',')+1:])
	if told, err := netip.ParseAddr(last); err == nil {
		return told.String()
	}
	return host
}

// moving writes to a client that has to go on taking: the deadline of a write moves on with each piece.
type moving struct {
	w       io.Writer
	control *http.ResponseController
	stalled time.Duration
	until   time.Time // of the whole answer
	set     time.Time // when the deadline was moved last
}

func newMoving(w http.ResponseWriter, stalled, whole time.Duration) *moving {
	return &moving{w: w, control: http.NewResponseController(w), stalled: stalled, until: time.Now().Add(whole)}
}

// piece is how much a client has to take within the time that it may stall, in bytes.
const piece = 32 << 10

// Write implements io.Writer.
func (m *moving) Write(b []byte) (n int, err error) {
	for first := true; first || len(b) > 0; first = false {
		m.move()
		k, err := m.w.Write(b[:min(len(b), piece)])
		n += k
		if err != nil {
			return n, err
		}
		b = b[k:]
	}
	return n, nil
}

// move sets the deadline, but not for each of many small pieces. A writer without deadlines has that of the context.
func (m *moving) move() {
	now := time.Now()
	if now.Sub(m.set) < m.stalled/20 {
		return
	}
	m.set = now
	until := now.Add(m.stalled)
	if until.After(m.until) {
		until = m.until
	}
	_ = m.control.SetWriteDeadline(until)
}

// end sends what is left and takes the deadline off the connection, which may serve another request.
func (m *moving) end() error {
	m.set = time.Time{}
	m.move()
	if err := m.control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_ = m.control.SetWriteDeadline(time.Time{})
	return nil
}
