package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pitwall.live/internal/events"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/postgres"
	"pitwall.live/internal/store/sqlite"
	"pitwall.live/internal/wire"
)

// storeFlags say where sessions are kept besides their logs.
type storeFlags struct {
	Store string `help:"Where sessions are stored: sqlite:PATH, postgres://USER@HOST/NAME, or none. Without: pitwall.db in the data folder." placeholder:"URL"`
}

// storeKind is one kind of --store.
type storeKind struct {
	kind string
	help string
	open func(ctx context.Context, spec string) (store.Store, error)
	away bool // it is another process: it may be away
}

// stores is every kind of --store. The kind is what comes before the colon.
var stores = []storeKind{
	{"sqlite", "sqlite:PATH, a file", openSQLite, false},
	{"postgres", "postgres://USER@HOST/NAME, a database of PostgreSQL", openPostgres, true},
	{"postgresql", "postgresql://, the same", openPostgres, true},
}

func openSQLite(ctx context.Context, spec string) (store.Store, error) {
	path := strings.TrimPrefix(spec, "sqlite:")
	if path == "" {
		return nil, usage("--store sqlite: give a path, sqlite:PATH")
	}
	return sqlite.Open(ctx, path, sqlite.Options{})
}

func openPostgres(ctx context.Context, spec string) (store.Store, error) {
	cfg := postgres.Default()
	cfg.URL = spec
	return postgres.Open(ctx, cfg)
}

// keeping is the store of a process, and the writer that moves it on.
type keeping struct {
	store.Store
	kind    string
	writer  *persist.Writer
	seasons int // whose samples stay; 0: all
}

// noStore is what --store says for none.
const noStore = "none"

// spec is the store that is meant: the one said, or the file in the data folder.
func (f storeFlags) spec(dataDir string) string {
	if f.Store == "" {
		return "sqlite:" + filepath.Join(dataDir, "pitwall.db")
	}
	return f.Store
}

// open opens the store; nil when there is to be none.
func (f storeFlags) open(e *env, dataDir string) (*keeping, error) {
	return f.opened(e, dataDir, false)
}

// openServing opens the store of a server, which does not wait for a database to come up: the logs do.
func (f storeFlags) openServing(e *env, dataDir string) (*keeping, error) {
	return f.opened(e, dataDir, true)
}

func (f storeFlags) opened(e *env, dataDir string, serving bool) (*keeping, error) {
	spec := f.spec(dataDir)
	if spec == noStore {
		return nil, nil
	}
	kind, _, _ := strings.Cut(spec, ":")
	known := make([]string, len(stores))
	for i, k := range stores {
		known[i] = k.help
		if k.kind != kind {
			continue
		}
		st, err := k.start(e, spec, serving)
		if err != nil {
			return nil, fmt.Errorf("%w (another store: --store; none: --store none)", err)
		}
		return &keeping{Store: st, kind: kind}, nil
	}
	return nil, usage("--store: no such store %q; there are %s; none", kind, strings.Join(known, "; "))
}

// start opens the store; that of a server is opened in the background where it may be away.
func (k storeKind) start(e *env, spec string, serving bool) (store.Store, error) {
	if !serving || !k.away {
		return k.open(e.ctx, spec)
	}
	late, err := openLate(e.ctx, e.log, func(ctx context.Context) (store.Store, error) { return k.open(ctx, spec) })
	if err != nil {
		return nil, err // not a *lateStore that is nil
	}
	return late, nil
}

// there reports whether there is something to read from: the default store is not made by looking for it.
func (f storeFlags) there(dataDir string) bool {
	path, isFile := strings.CutPrefix(f.spec(dataDir), "sqlite:")
	if !isFile {
		return f.Store != noStore
	}
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// keep begins to write what the server shows into a store; nil is none.
func (s *server) keep(k *keeping) {
	if k == nil {
		return
	}
	cfg := persist.Default(k.Store)
	cfg.Log = s.env.log
	k.writer = persist.New(cfg)
	s.keeping = k
}

// follow has a session written; nothing happens where nothing is stored.
func (k *keeping) follow(log *sessionlog.Log, about persist.About) {
	if k != nil {
		k.writer.Follow(log, about)
	}
}

// exchange has a session be written from another log of it from now on.
func (k *keeping) exchange(old, fresh *sessionlog.Log, about persist.About) {
	if k != nil {
		k.writer.Drop(old)
		k.writer.Follow(fresh, about)
	}
}

// followCopy has a session of a recording written, of which there is only a copy.
func (k *keeping) followCopy(of *imported, params events.Params) error {
	if k == nil {
		return nil
	}
	name, err := persist.ContentOf(of.log)
	if err != nil {
		return err
	}
	// By the name that it began with: events from before the feed named the session have it in their ids.
	k.writer.Follow(of.log, persist.About{Key: of.log.Header().Session, Params: params, Identity: name})
	return nil
}

// leave says that a session's source has no more.
func (k *keeping) leave(key string) {
	if k != nil {
		k.writer.Leave(key)
	}
}

// close closes the store, when nothing uses it any more.
func (k *keeping) close() error {
	if k == nil {
		return nil
	}
	return k.Close()
}

// storeStates says how the stores are.
func (s *server) storeStates(r *http.Request) []wire.StoreState {
	if s.keeping == nil {
		return []wire.StoreState{}
	}
	k := s.keeping
	st := wire.StoreState{Store: k.kind, Sessions: []wire.WriterState{}}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if _, err := k.Sessions(ctx, store.SessionQuery{Limit: 1}); err != nil {
		st.Trouble = err.Error()
	}
	all, past := k.writer.Status(), k.writer.Backlog()
	st.Backlog = wire.BacklogState{Total: past.Total, Done: past.Done, Failed: past.Failed, Reason: past.Reason}
	if past.Now != nil {
		all = append(all, *past.Now)
	}
	for _, w := range all {
		if w.Doing == persist.Waiting || w.Doing == persist.Failed {
			st.Trouble = w.Reason
		}
		st.Sessions = append(st.Sessions, wire.WriterState{
			Session: w.Session, State: string(w.Doing), Stored: w.Stored, Newest: w.Log,
			LagMessages: w.LagMessages, LagMS: w.Lag.Milliseconds(), Reason: w.Reason, Since: wire.Time(w.Since),
		})
	}
	st.Working = st.Trouble == ""
	return []wire.StoreState{st}
}
