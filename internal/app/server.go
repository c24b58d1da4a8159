package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"pitwall.live/internal/bus"
	"pitwall.live/internal/cache"
	"pitwall.live/internal/gateway"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/live"
)

// server is the serving half of the program in one process: bus, live loop, gateway, API and board.
type server struct {
	env      *env
	bus      *bus.Bus
	live     *live.Service
	listener net.Listener
	handler  http.Handler
	sources  func() []ingest.Status        // nil: none is followed
	schedule *scheduling                   // nil: no source is live
	keeping  *keeping                      // nil: nothing is stored
	archive  *archive                      // nil: nothing is kept as objects
	mender   *mender                       // nil: gaps are not filled
	copying  *copying                      // nil: there is no copy for questions
	figures  *prometheus.Registry          // for /metrics: ours only
	answers  *cache.Cache                  // of the API
	closing  []func()                      // ends the connections of dialects
	pushes   []func(context.Context) error // of dialects, beside their paths
	troubles sync.Map                      // what was wrong with a store when it was looked at last, by its kind
}

// newServer listens; what it shows is written into k and answered from there, unless it is nil.
func newServer(e *env, flags serverFlags, k *keeping) (*server, error) {
	// A server waits more than it works, and what it allocates is mostly snapshots for new viewers: half
	// the usual slack costs little time and saves a quarter of the memory a connection takes.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	l, err := listen(flags.Listen)
	if err != nil {
		return nil, err
	}
	cfg := bus.Default()
	cfg.Log = func(level, message string, fields map[string]any) {
		e.log.Debug("bus: "+message, "level", level, "fields", fields)
	}
	b, err := bus.New(cfg)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	liveCfg := live.Default()
	liveCfg.Log = e.log
	figures := prometheus.NewRegistry()
	answers, err := flags.openCache(e, figures)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s := &server{env: e, bus: b, live: live.New(b, liveCfg), listener: l, answers: answers, figures: figures}
	s.keep(k)
	if s.copying, err = flags.openCopy(e, k); err != nil {
		answers.Close()
		return nil, errors.Join(err, l.Close())
	}
	gatewayCfg := gateway.Default()
	gatewayCfg.Origins = flags.AllowOrigin
	s.handler, err = s.routes(gateway.Mount(b, s.live, gatewayCfg), flags)
	if err == nil {
		err = b.Start()
	}
	if err != nil {
		answers.Close()
		return nil, errors.Join(err, s.copying.close(), l.Close())
	}
	return s, nil
}

// answersKept is how much memory answers of the API may take, in bytes.
const answersKept = 64 << 20

// run serves until ctx ends or a task fails. Tasks are what feeds the sessions.
func (s *server) run(ctx context.Context, tasks ...func(context.Context) error) error {
	fmt.Fprintf(s.env.out, "PitWall Live is at http://%s\n", s.listener.Addr())
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return serveHTTP(inner, s.listener, s.handler) })
	group.Go(func() error { return s.live.Tidy(inner) })
	if s.keeping != nil {
		group.Go(func() error { return s.keeping.writer.Run(inner) })
		group.Go(func() error { return s.retain(inner) })
	}
	if s.archive != nil {
		group.Go(func() error { return s.archive.run(inner) })
	}
	if s.copying != nil {
		group.Go(func() error { return s.copying.run(inner) })
	}
	for _, push := range s.pushes {
		group.Go(func() error { return push(inner) })
	}
	for _, task := range tasks {
		group.Go(func() error { return task(inner) })
	}
	// Sockets do not end by themselves when the server shuts down; the bus tells them to come back later.
	group.Go(func() error { <-inner.Done(); return s.close() })
	err := group.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// close ends the clocks and the connections.
func (s *server) close() error {
	s.live.Close()
	for _, end := range s.closing {
		end()
	}
	s.answers.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	err := s.bus.Close(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.env.log.Warn("some viewers did not answer the goodbye")
		err = nil
	}
	err = errors.Join(err, s.copying.close())
	if cerr := s.listener.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
		err = errors.Join(err, cerr)
	}
	return err
}
