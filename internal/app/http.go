package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"pitwall.live/internal/api"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/wire"
	"pitwall.live/web"
)

// routes is every path this process answers.
func (s *server) routes(sockets map[string]http.Handler, flags serverFlags) (http.Handler, error) {
	mux := http.NewServeMux()
	for path, h := range sockets {
		mux.Handle(path, h)
	}
	var stored api.Store
	if s.keeping != nil {
		stored = s.keeping.Store
	}
	options := []api.Option{api.WithLog(s.env.log), api.WithCache(s.answers)}
	if s.copying != nil {
		options = append(options, api.WithEngine(s.copying.ask))
	}
	api.Mount(mux, Version(), s.live, stored, options...)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.figures, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	if err := s.mountDialects(mux, flags); err != nil {
		return nil, err
	}
	mux.Handle("/", web.Handler())
	ours, err := samePage(flags.AllowOrigin, s.guardDialects(flags.AllowOrigin, mux))
	if err != nil {
		return nil, err
	}
	return recovered(s.env.log, knownHost(flags.AllowHost, ours)), nil
}

// ready answers 200 once there is a session to watch, also while its source is in trouble: the viewers are
// told, and sending them elsewhere would not help. The same goes for a store that does not work: nothing is lost
// meanwhile.
func (s *server) ready(w http.ResponseWriter, request *http.Request) {
	r := wire.Readiness{Sessions: len(s.live.List().Sessions), Sources: []wire.SourceState{}, Stores: s.storeStates(request), Backfill: s.mender.states()}
	r.Schedule = s.schedule.state()
	r.Stores = append(append(r.Stores, s.archive.states()...), append(s.cacheStates(), s.copying.states()...)...)
	for i := range r.Stores {
		s.shorten(&r.Stores[i])
	}
	r.Ready = r.Sessions > 0
	if s.sources != nil {
		for _, st := range s.sources() {
			r.Sources = append(r.Sources, sourceState(st))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !r.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err := json.NewEncoder(w).Encode(r); err != nil {
		s.env.log.Debug("nobody waited for the readiness", "error", err)
	}
}

// sourceState is what everybody may know of a source.
func sourceState(st ingest.Status) wire.SourceState {
	state := wire.SourceState{
		Source: masked(st.Source), Session: st.Session, Working: st.Working(), Trouble: masked(st.Error),
		Lacking: append([]string{}, st.Missing...), Topics: make([]wire.SourceTopic, 0, len(st.Topics)), Gaps: make([]wire.DataGap, 0, len(st.Gaps)),
		Circuit: wire.SourceCircuit{
			State: string(st.Circuit.State), Since: wire.OptTime(st.Circuit.Since), NextTry: wire.OptTime(st.RetryAt), Failures: st.Circuit.Failures,
			Opened: st.Circuit.Opened, Kind: string(st.Circuit.Kind), LastError: masked(st.Circuit.LastError), LastFailure: wire.OptTime(st.Circuit.LastFailure),
		},
	}
	if !st.Ended {
		state.Trouble = troubleOf(st)
	}
	for _, name := range slices.Sorted(maps.Keys(st.Topics)) {
		t := st.Topics[name]
		state.Topics = append(state.Topics, wire.SourceTopic{Topic: name, Messages: t.Messages, Last: wire.OptTime(t.Last), Missed: t.Missed})
	}
	for _, g := range st.Gaps {
		state.Gaps = append(state.Gaps, wire.DataGap{From: wire.Time(g.From), To: wire.Time(g.To)})
	}
	return state
}

// shorten leaves out of a store's state what only its keepers need: addresses, users, what a driver says. That goes to
// the log, each trouble once.
func (s *server) shorten(st *wire.StoreState) {
	if st.Store == "redis" {
		return // says nothing more
	}
	short := "the store does not answer"
	if was, _ := s.troubles.Swap(st.Store, st.Trouble); was != st.Trouble && st.Trouble != "" {
		s.env.log.Warn(short, "store", st.Store, "error", st.Trouble)
	}
	if st.Trouble != "" {
		st.Trouble = short
	}
	for i := range st.Sessions {
		if w := &st.Sessions[i]; w.State == string(persist.Waiting) && w.Reason != "" {
			w.Reason = short // the writer has logged it
		} else {
			w.Reason = masked(w.Reason)
		}
	}
}

// samePage refuses requests that change something when a page of another origin sends them; a browser says
// so in Sec-Fetch-Site or Origin. Programs send neither and are served.
func samePage(allowed []string, h http.Handler) (http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	for _, origin := range allowed {
		if err := guard.AddTrustedOrigin(origin); err != nil {
			return nil, usage("--allow-origin: %w", err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		api.Problem(w, http.StatusForbidden, "a page of another origin may not change anything here (see --allow-origin)")
	}))
	return guard.Handler(h), nil
}

// knownHost refuses names that are not ours: a page of another site must not reach a server on loopback
// by letting its own name point there.
func knownHost(allowed []string, h http.Handler) http.Handler {
	known := map[string]bool{}
	for _, a := range allowed {
		known[strings.ToLower(a)] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.ToLower(strings.Trim(host, "[]"))
		if host == "localhost" || net.ParseIP(host) != nil || known[host] || known["*"] {
			h.ServeHTTP(w, r)
			return
		}
		api.Problem(w, http.StatusMisdirectedRequest, "this server does not answer to the name "+host+" (see --allow-host)")
	})
}

func recovered(log *slog.Logger, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // panicked with as it is
				log.Error("request failed", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				api.Problem(w, http.StatusInternalServerError, "internal error")
			}
		}()
		h.ServeHTTP(w, r)
	})
}

// listen opens the address and says what to do when it is taken.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	var wrong *net.AddrError
	if errors.As(err, &wrong) {
		return nil, usage("--listen %s: %s; give an address like 127.0.0.1:8080", addr, wrong.Err)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (choose another with --listen 127.0.0.1:8081, or 127.0.0.1:0 for any free port)", addr, err)
	}
	return l, nil
}

// serveHTTP answers on l until ctx ends, then lets running requests finish for a moment.
func serveHTTP(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		if ctx.Err() == nil {
			return fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
		failed <- err // at the end others may be quicker to close the listener
	case <-ctx.Done():
	}
	shut, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := server.Shutdown(shut); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop serving %s: %w", l.Addr(), err)
	}
	<-failed //nolint:errcheck // ErrServerClosed: Shutdown ended it
	return nil
}
