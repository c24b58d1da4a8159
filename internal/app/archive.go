package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/wire"
)

// archiveFlags say what a server keeps as objects, and how long.
type archiveFlags struct {
	objectsFlags
	KeepRaw     keep `help:"How long sealed recordings are kept as objects: an age (720h, 400d), a count of the newest, or both (400d,50). Without: for ever." placeholder:"AGE|N"`
	KeepParquet keep `help:"How long tables are kept as objects, likewise." placeholder:"AGE|N"`
	KeepBackups keep `help:"How long backups are kept, likewise." placeholder:"AGE|N"`
}

func (f archiveFlags) policy() objects.Policy {
	return objects.Policy{Raw: f.KeepRaw.Keep, Parquet: f.KeepParquet.Keep, Backups: f.KeepBackups.Keep}
}

// archive keeps what a server follows as objects too: segments of logs while sessions run, the rest at their end,
// tables as Parquet once they are stored as a whole, and it removes what is not to be kept. It works beside the live loop
// and meets it at the logs only: objects that are slow or gone hold up nothing; what fails is tried again.
type archive struct {
	objects *objects.Store
	reader  store.Reader // for Parquet; nil: there is none
	policy  objects.Policy
	dataDir string
	log     *slog.Logger
	notes   *archiveNotes
	// sealEvery is after how long messages are sealed though their segment is not full: what is lost with the data folder.
	sealEvery time.Duration

	mu       sync.Mutex
	ctx      context.Context // of run; nil before
	wg       sync.WaitGroup
	sessions map[string]*sealing
	earlier  []string // logs that lay there
	past     wire.BacklogState
	trouble  map[string]string // what does not work, by task
}

// retryObjects is how long to wait before trying again what failed, parquetEvery how often the store is asked what has
// changed, retainEvery how often what is not to be kept is removed, reachEvery how often the objects are asked whether
// they are there.
const (
	retryObjects = 5 * time.Second
	parquetEvery = 10 * time.Second
	retainEvery  = 24 * time.Hour
	reachEvery   = 30 * time.Second
	sealEvery    = 5 * time.Minute
	// lastSeal is how long a server that ends may take to seal what is not sealed yet.
	lastSeal = 5 * time.Second
)

// sealing is one session that is followed.
type sealing struct {
	log   *sessionlog.Log
	left  chan struct{} // closed when its source has no more
	gone  bool          // left is closed
	state wire.WriterState
}

// open opens the objects of a server; nil when there are to be none.
func (f archiveFlags) openArchive(e *env, dataDir string, k *keeping) (*archive, error) {
	policy := f.policy()
	if f.Objects == "" {
		if policy != (objects.Policy{}) {
			return nil, usage("--keep-raw, --keep-parquet and --keep-backups are about objects: give --objects")
		}
		return nil, nil
	}
	o, err := openObjects(f.Objects)
	if err != nil {
		return nil, err
	}
	a := &archive{objects: o, policy: policy, dataDir: dataDir, log: e.log, sealEvery: sealEvery, sessions: map[string]*sealing{}, trouble: map[string]string{}}
	if k != nil {
		a.reader = k
	}
	where := "none"
	if k != nil {
		where = masked(k.kind)
	}
	a.notes = readNotes(filepath.Join(dataDir, "objects.json"), masked(f.Objects)+" "+where, e.log)
	return a, nil
}

// follow seals a session from now on. It returns at once.
func (a *archive) follow(log *sessionlog.Log) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	key := logKey(log.Path())
	if s := a.sessions[key]; s != nil && s.log == log && !s.gone {
		return
	}
	s := &sealing{log: log, left: make(chan struct{}), state: wire.WriterState{Session: key, State: string(persist.Working), Since: wire.Time(time.Now())}}
	a.sessions[key] = s
	if a.ctx != nil && a.ctx.Err() == nil {
		a.start(s)
	}
}

// leave says that a session's source has no more: the rest of its log is sealed.
func (a *archive) leave(key string) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.sessions[logKey(sessionlog.Path(a.dataDir, key))]; s != nil && !s.gone {
		s.gone = true
		close(s.left)
	}
}

// sealLater has the logs of earlier sessions sealed in the background. It is called before run.
func (a *archive) sealLater(paths []string) {
	if a != nil {
		a.earlier, a.past.Total = paths, len(paths)
	}
}

// start seals a session; the caller holds the lock.
func (a *archive) start(s *sealing) { a.wg.Go(func() { a.seal(a.ctx, s) }) }

// run works until ctx ends, and then seals what is left.
func (a *archive) run(ctx context.Context) error {
	a.mu.Lock()
	a.ctx = ctx
	for _, s := range a.sessions {
		a.start(s)
	}
	a.mu.Unlock()
	a.wg.Go(func() { a.sealEarlier(ctx) })
	a.wg.Go(func() { a.repeat(ctx, "retention", retainEvery, a.retain) })
	a.wg.Go(func() { a.repeat(ctx, "reaching them", reachEvery, a.reach) })
	if a.reader != nil {
		a.wg.Go(func() { a.repeat(ctx, "parquet", parquetEvery, a.parquet) })
	}
	<-ctx.Done()
	a.wg.Wait()
	return nil
}

// close gives back connections, after run.
func (a *archive) close() error {
	if a == nil {
		return nil
	}
	return a.objects.Close()
}

// repeat does a task again and again; what failed is tried again sooner.
func (a *archive) repeat(ctx context.Context, task string, every time.Duration, do func(context.Context) error) {
	for {
		err := do(ctx)
		if ctx.Err() != nil {
			return
		}
		a.tell(task, err)
		wait := every
		if err != nil {
			wait = min(every, 6*retryObjects)
		}
		if !pause(ctx, wait) {
			return
		}
	}
}

// pause waits; false when ctx ends before.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// tell notes whether a task works, and logs when that changes.
func (a *archive) tell(task string, err error) {
	a.mu.Lock()
	was := a.trouble[task]
	delete(a.trouble, task)
	if err != nil {
		a.trouble[task] = err.Error()
	}
	a.mu.Unlock()
	switch {
	case err != nil && was == "":
		a.log.Warn("objects do not take it; it is tried again, nothing is lost", "task", task, "error", err)
	case err == nil && was != "":
		a.log.Info("objects take it again", "task", task)
	}
}

// states says how the objects are. They are not asked now: what the last try found is told.
func (a *archive) states() []wire.StoreState {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	st := wire.StoreState{Store: "objects", Sessions: []wire.WriterState{}, Backlog: a.past}
	for _, s := range a.sessions {
		w := s.state
		w.Newest = s.log.Len()
		if w.Newest > w.Stored {
			w.LagMessages = w.Newest - w.Stored
			if from, to := s.log.TimeAt(max(w.Stored, 1)), s.log.End(); !from.IsZero() && to.After(from) {
				w.LagMS = to.Sub(from).Milliseconds()
			}
		}
		st.Sessions = append(st.Sessions, w)
	}
	slices.SortFunc(st.Sessions, func(x, y wire.WriterState) int { return strings.Compare(x.Session, y.Session) })
	var all []string
	for task, trouble := range a.trouble {
		all = append(all, task+": "+trouble)
	}
	slices.Sort(all)
	st.Trouble = strings.Join(all, "; ")
	st.Working = st.Trouble == ""
	return []wire.StoreState{st}
}

// archiveNotes is what a server notes beside the logs of what it has brought into the objects: what retention has
// removed there does not come back with the next start, and what is done is not looked at again. Without the notes
// it is, once, and nothing is written twice.
type archiveNotes struct {
	path string
	log  *slog.Logger

	mu      sync.Mutex
	Objects string            `json:"objects"` // and the kind of store: notes of others are not ours
	Raw     map[string]uint64 `json:"raw"`     // offset up to which a log is sealed to its end, by its folder
	Parquet map[string]int64  `json:"parquet"` // version of the session whose tables are there
}

func readNotes(path, of string, log *slog.Logger) *archiveNotes {
	n := &archiveNotes{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, n)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the notes of what is kept as objects can not be read; all of it is looked at again", "file", path, "error", err)
	}
	if err != nil || n.Objects != of || n.Raw == nil || n.Parquet == nil {
		n = &archiveNotes{Raw: map[string]uint64{}, Parquet: map[string]int64{}}
	}
	n.path, n.log, n.Objects = path, log, of
	return n
}

func (n *archiveNotes) sealed(key string) uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.Raw[key]
}

func (n *archiveNotes) written(session string) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.Parquet[session]
}

// note changes the notes and keeps them.
func (n *archiveNotes) note(change func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change()
	text, err := json.MarshalIndent(n, "", "  ")
	if err == nil {
		err = writeWhole(n.path, append(text, '\n'))
	}
	if err != nil {
		n.log.Warn("what is kept as objects is not noted; it is looked at again after the next start", "error", fmt.Errorf("%s: %w", n.path, err))
	}
}
