package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"pitwall.live/internal/backfill"
	f1archive "pitwall.live/internal/dialect/archive"
	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/wire"
)

// backfillFlags say from where gaps are filled.
type backfillFlags struct {
	Archive string `help:"The official feed's static archive, or one like it, from which gaps of sessions are filled once it has them: an address that ends where the years begin, or a folder; none asks nobody." default:"${archive}" placeholder:"URL|DIR|none"`
}

// client reads that archive; nil: none is asked.
func (f backfillFlags) client(e *env, dataDir string) (*f1archive.Client, error) {
	if f.Archive == leftOut {
		return nil, nil
	}
	client, err := archiveClient(f.Archive, opening{dataDir: dataDir, log: e.log})
	if err != nil {
		return nil, usage("--archive %s: %w", f.Archive, err)
	}
	return client, nil
}

// askArchive brings the pages of a session here. whole says that the archive has all that it lists of it, or will have no
// more.
func askArchive(ctx context.Context, client *f1archive.Client, path string) (r backfill.Recording, whole bool, err error) {
	p, err := client.Session(ctx, path, nil)
	if err == nil {
		err = p.Failed() // without some of its pages it would stay so in the log
	}
	if err == nil && p.Here() == 0 {
		err = f1archive.ErrAbsent
	}
	if err != nil {
		return nil, false, err
	}
	return pagesOf(p.Folder), p.Settled || len(p.Missing()) == 0, nil
}

// pagesOf reads a folder of pages, each time from its beginning.
func pagesOf(folder string) backfill.Recording {
	return func(take func(*feed.Message) error) (err error) {
		r, err := recording.Open(folder)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, r.Close()) }()
		for {
			var m feed.Message
			if err := r.Next(&m); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			if err := take(&m); err != nil {
				return err
			}
		}
	}
}

// mender fills gaps of the sessions of a server, in the background.
type mender struct {
	following *following
	client    *f1archive.Client
	filler    *backfill.Filler
	show      func(ctx context.Context, key string, log *sessionlog.Log) error // to viewers
	again     time.Duration                                                    // after which showing is tried again
	wg        sync.WaitGroup                                                   // of logs that are being stored or shown
}

// newMender makes one; nil where no archive is asked.
func newMender(f *following, client *f1archive.Client) *mender {
	if client == nil {
		return nil
	}
	m := &mender{following: f, client: client, show: f.server.live.Renew, again: retryObjects}
	cfg := backfill.Default()
	cfg.Log, cfg.Swap = f.server.env.log, m.swap
	cfg.Ask = func(ctx context.Context, path string) (backfill.Recording, bool, error) {
		return askArchive(ctx, client, path)
	}
	m.filler = backfill.New(cfg)
	return m
}

// earlier looks after the logs that lie in the data folder, as far as their sessions may still come into the archive.
func (m *mender) earlier(paths []string) {
	if m == nil {
		return
	}
	for _, path := range paths {
		if content, err := keptContent(path); err == nil && content == "" && m.filler.Recent(path) {
			m.filler.Earlier(backfill.Session{Key: logKey(path), Path: path})
		}
	}
}

// watch looks after a session that is followed.
func (m *mender) watch(key string, log *sessionlog.Log) {
	if m != nil {
		m.filler.Watch(backfill.Session{Key: key, Path: log.Path()}, log)
	}
}

// leave says that a session's source has no more for it.
func (m *mender) leave(key string) {
	if m != nil {
		if log := m.following.in.Log(key); log != nil {
			m.filler.Leave(log.Path())
		}
	}
}

// run fills gaps until ctx ends.
func (m *mender) run(ctx context.Context) error {
	if m == nil {
		return nil
	}
	defer m.client.Close()
	defer m.wg.Wait()
	return m.filler.Run(ctx)
}

// states says how the gaps of sessions stand.
func (m *mender) states() []wire.BackfillState {
	out := []wire.BackfillState{}
	if m == nil {
		return out
	}
	for _, s := range m.filler.States() {
		out = append(out, wire.BackfillState{
			Session: s.Session, State: s.Doing, Gaps: s.Gaps, Filled: s.Filled, Messages: s.Messages, Outcome: masked(s.Outcome), Next: wire.OptTime(s.Next),
		})
	}
	return out
}

// swap puts a mended log in the place of a session's before all who read it: its sources go on in it, viewers are shown it, and
// the store is made anew of it.
func (m *mender) swap(ctx context.Context, s backfill.Session, mended *backfill.Mended) error {
	f := m.following
	var about persist.About // known before anything has happened
	old, fresh, held, err := f.in.Swap(s.Key, func(old *sessionlog.Log) (fresh *sessionlog.Log, err error) {
		fresh, about, err = replaceLog(mended, old)
		return fresh, err
	})
	if err != nil && fresh == nil {
		return err
	}
	if !held {
		return m.swapEarlier(ctx, s, mended)
	}
	if err = errors.Join(err, mended.Left); err != nil {
		f.server.env.log.Warn("the mended log is in its place", "session", s.Key, "error", err)
	}
	m.renew(ctx, s.Key, old, fresh)
	about.Owner, about.Live, about.Key = true, f.in.Followed(s.Key), s.Key
	f.server.keeping.exchange(old, fresh, about)
	m.filler.Watch(s, fresh)
	if !f.in.Followed(s.Key) {
		f.server.keeping.leave(s.Key)
		m.filler.Leave(s.Path)
	}
	m.seal(ctx, s, fresh)
	return nil
}

// renew shows viewers a mended log and closes the old one, which they read until then. What does not work is tried again, as
// long as the mended log is that of the session.
func (m *mender) renew(ctx context.Context, key string, old, fresh *sessionlog.Log) {
	f := m.following
	f.mu.Lock()
	name := f.names[key]
	f.mu.Unlock()
	log := f.server.env.log
	end := func() {
		if err := old.Close(); err != nil {
			log.Warn("a log whose gaps are filled", "session", key, "error", err)
		}
	}
	shown := func() bool {
		err := m.show(ctx, name, fresh)
		if err != nil && ctx.Err() == nil {
			log.Error("viewers are not shown what was filled in; it is tried again", "session", key, "error", err)
		}
		return err == nil
	}
	if shown() {
		end()
		return
	}
	m.wg.Go(func() {
		defer end()
		for pause(ctx, m.again) {
			if f.in.Log(key) != fresh || shown() {
				return
			}
		}
	})
}

// seal brings a mended log into the objects, in the background, and follows it there.
func (m *mender) seal(ctx context.Context, s backfill.Session, log *sessionlog.Log) {
	a := m.following.server.archive
	if a == nil {
		return
	}
	m.wg.Go(func() {
		if _, err := a.sealRest(ctx, log); err != nil && ctx.Err() == nil {
			a.log.Warn("a mended log is not sealed; it is tried again", "session", s.Key, "error", err)
		}
		a.follow(log)
		if !m.following.in.Followed(s.Key) {
			a.leave(s.Key)
		}
	})
}

// replaceLog notes with the new log the name by which stores know the old one. about is what a store's writer has to know of
// the new one.
func replaceLog(mended *backfill.Mended, old *sessionlog.Log) (fresh *sessionlog.Log, about persist.About, err error) {
	about, err = storedAs(old.Path())
	if err != nil {
		return nil, about, err
	}
	name, err := storedName(old)
	if err != nil {
		return nil, about, err
	}
	about.Replaces = append(about.Replaces, name)
	fresh, err = mended.Replace(old, name)
	return fresh, about, err
}

// mendFile replaces a log that nobody writes.
func mendFile(s backfill.Session, mended *backfill.Mended) (about persist.About, err error) {
	old, err := sessionlog.Open(s.Path, "") // nobody else writes it meanwhile
	if err != nil {
		return about, err
	}
	fresh, about, err := replaceLog(mended, old)
	if err == nil {
		err = fresh.Close()
	}
	return about, errors.Join(err, old.Close())
}

// replaceFile does that for who stores the session later.
func replaceFile(_ context.Context, s backfill.Session, mended *backfill.Mended) error {
	_, err := mendFile(s, mended)
	return errors.Join(err, mended.Left)
}

// swapEarlier does the same for a log that nobody writes.
func (m *mender) swapEarlier(ctx context.Context, s backfill.Session, mended *backfill.Mended) error {
	about, err := mendFile(s, mended)
	if err != nil {
		return err
	}
	server := m.following.server
	log := server.env.log
	if mended.Left != nil {
		log.Warn("the mended log is in its place", "session", s.Key, "error", mended.Left)
	}
	if err := m.show(ctx, s.Key, nil); err != nil {
		log.Error("viewers are not shown what was filled in", "session", s.Key, "error", err)
	}
	m.wg.Go(func() {
		if a := server.archive; a != nil {
			if _, err := sealLog(ctx, a.objects, s.Path); err != nil && ctx.Err() == nil {
				log.Warn("a mended log is not sealed; it is after the next start", "session", s.Key, "error", err)
			}
		}
		if server.keeping == nil {
			return
		}
		if _, err := server.keeping.writer.StoreLog(ctx, persist.Stored{Path: s.Path, About: about}); err != nil && ctx.Err() == nil {
			log.Warn("a mended log is not stored; it is after the next start", "session", s.Key, "error", err)
		}
	})
	return nil
}

// storedAs is what a store's writer has to know of a log in the data folder.
func storedAs(path string) (persist.About, error) {
	params, err := keptParams(path)
	name, nerr := keptContent(path)
	note, berr := backfill.ReadNote(path)
	return persist.About{Key: logKey(path), Params: params, Identity: name, Replaces: note.Replaces}, errors.Join(err, nerr, berr)
}

// backfillCmd fills gaps once.
type backfillCmd struct {
	Session []string `arg:"" optional:"" help:"Key of a session in the data folder, or a recording of pitwall record."`
	All     bool     `help:"All sessions in the data folder."`
	Data    string   `help:"Folder for logs." default:"${data}" placeholder:"DIR" type:"path"`
	backfillFlags
	storeFlags
}

func (backfillCmd) Help() string {
	return "When the feed was lost while a session was followed, its log says from when to when. Once the session is in the static archive, the messages of these stretches are taken from there into a new log, " +
		"and the store is made anew of it; the log as it was followed is kept beside it as log.1.jsonl and may be removed. What the archive does not have stays a gap. pitwall serve does the same by itself, from ten minutes to two days after a session; " +
		"this is for later, and for sessions that no server follows any more.\n\nExit code 3 means that gaps are left.\n\n" +
		"Examples:\n  pitwall backfill 9574\n  pitwall backfill --all\n  pitwall backfill 9574 --archive http://pitwall.example:8080/livetiming/static/"
}

func (c backfillCmd) Run(e *env) (err error) {
	if c.All == (len(c.Session) > 0) {
		return usage("give sessions, or --all")
	}
	client, err := c.client(e, c.Data)
	if err != nil {
		return err
	}
	if client == nil {
		return usage("--archive none: gaps can not be filled from nowhere")
	}
	defer client.Close()
	var paths []string
	for _, s := range c.Session {
		paths = append(paths, stored(s, c.Data))
	}
	if c.All {
		if paths, err = logsIn(c.Data); err != nil {
			return err
		}
	}
	k, err := c.open(e, c.Data)
	if err != nil {
		return err
	}
	if k != nil {
		defer func() { err = errors.Join(err, k.close()) }()
	}
	var left error
	for _, path := range paths {
		done, why, err := c.fill(e, client, k, path)
		if err = errors.Join(err, e.ctx.Err()); err != nil {
			return err
		}
		if why == "" {
			continue // it has no gap
		}
		name := logKey(path)
		if filepath.Base(path) != logName {
			name = filepath.Base(path)
		}
		if _, err := fmt.Fprintf(e.out, "%s: %s\n", name, masked(why)); err != nil {
			return err
		}
		if !done {
			left = errPartial
		}
	}
	return left
}

// fill fills the gaps of one log. done says that none is left, why what has been done or what is in the way; "" nothing was to
// be done.
func (c backfillCmd) fill(e *env, client *f1archive.Client, k *keeping, path string) (done bool, why string, err error) {
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		return false, "", err
	}
	var look backfill.Look
	if err := errors.Join(look.Follow(log), log.Close()); err != nil {
		return false, "", err
	}
	content, err := keptContent(path)
	switch {
	case err != nil:
		return false, "", err
	case len(look.Gaps) == 0:
		return true, "", nil
	case content != "":
		return false, fmt.Sprintf("%s: it was imported, not followed", plural(len(look.Gaps), "gap")), nil
	case look.Path == "":
		return false, fmt.Sprintf("%s: the feed does not say where the archive has the session", plural(len(look.Gaps), "gap")), nil
	}
	pages, _, err := askArchive(e.ctx, client, look.Path)
	var gaps []backfill.Filled
	if err == nil {
		gaps, err = backfill.Fill(e.ctx, backfill.Session{Key: logKey(path), Path: path}, pages, replaceFile)
	}
	if err != nil {
		return false, plural(len(look.Gaps), "gap") + ": " + err.Error(), nil
	}
	done, why = tellFilled(gaps)
	if k != nil && filepath.Base(path) == logName {
		about, err := storedAs(path)
		if err == nil {
			_, err = persist.New(persist.Default(k.Store)).StoreLog(e.ctx, persist.Stored{Path: path, About: about})
		}
		if err != nil {
			return false, "", fmt.Errorf("session %s: its log is mended and not stored yet: %w", logKey(path), err)
		}
	}
	return done, why, nil
}

// tellFilled says what has become of gaps.
func tellFilled(gaps []backfill.Filled) (done bool, text string) {
	filled, messages, lacking := 0, 0, map[string]bool{}
	var names []string
	for _, g := range gaps {
		messages += g.Messages
		if len(g.Lacking) == 0 {
			filled++
		}
		for _, topic := range g.Lacking {
			if !lacking[topic] {
				names = append(names, topic)
			}
			lacking[topic] = true
		}
	}
	text = fmt.Sprintf("%s filled, %s", plural(filled, "gap"), plural(messages, "message"))
	if filled < len(gaps) {
		text += fmt.Sprintf("; %s left, for the archive lacks %s", plural(len(gaps)-filled, "gap"), strings.Join(names, ", "))
	}
	return filled == len(gaps), text
}
