package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"pitwall.live/internal/cache"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/store/clickhouse"
	"pitwall.live/internal/store/objects"
	"pitwall.live/internal/store/sqlite"
)

// lowSpace is when a data folder has too little room: an evening's races with room for their backup.
const lowSpace = 2 << 30

// dataFolder looks whether logs can be written.
func (d *doctor) dataFolder(context.Context) {
	dir := d.cmd.Data
	const what = "data folder"
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		d.note(what, dir, "it is not there yet", "it is made when the server starts")
		return
	}
	if err := writable(dir); err != nil {
		d.bad(what, dir, err, "give the user of pitwall the right to write there, or choose another with --data")
		return
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		d.bad(what, dir, err, "mount a file system that tells its size")
		return
	}
	free, total := int64(disk.Bavail)*int64(disk.Bsize), int64(disk.Blocks)*int64(disk.Bsize) //nolint:unconvert // the types differ by platform
	if free < lowSpace {
		d.bad(what, dir, fmt.Errorf("%s of %s free", megabytes(free), megabytes(total)), "make room: a race takes about 100 MB, and what can not be written is not shown")
		return
	}
	d.ok(what, dir, "writable, %s of %s free", megabytes(free), megabytes(total))
}

// logs reads every log and looks whether its lines are as they were written.
func (d *doctor) logs(ctx context.Context) {
	paths, err := logsIn(d.cmd.Data)
	if err != nil {
		d.bad("logs", d.cmd.Data, err, "give the user of pitwall the right to read there")
		return
	}
	if d.cmd.Quick {
		d.ok("logs", d.cmd.Data, "%s, not read (--quick)", plural(len(paths), "log"))
		return
	}
	update, done := d.progress("checking logs")
	defer done()
	messages, good := uint64(0), 0
	for i, path := range paths {
		if ctx.Err() != nil {
			return
		}
		n, err := checkLog(path)
		if err == nil {
			good, messages = good+1, messages+n
		} else {
			d.bad("log", path, err, "the rest of it is served; put it aside and bring it back with pitwall restore --logs, if it was sealed")
		}
		update(int64(i+1), int64(len(paths)))
	}
	if good == len(paths) { // else it is told which is not
		d.ok("logs", d.cmd.Data, "%s intact, %d messages", plural(good, "log"), messages)
	}
}

func checkLog(path string) (messages uint64, err error) {
	log, err := sessionlog.OpenRead(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if r := log.Repair(); r.CorruptTotal > 0 {
		return 0, fmt.Errorf("%s in it damaged, the first at byte %d", plural(r.CorruptTotal, "place"), r.Corrupt[0].Position)
	}
	return log.Len(), nil
}

// store looks whether the store works, is sound and has the schema, and how far it is behind the logs.
func (d *doctor) store(ctx context.Context) {
	spec := d.cmd.spec(d.cmd.Data)
	if spec == noStore {
		d.note("store", "--store none", "nothing is stored", "")
		return
	}
	have, need, err := schemaOf(ctx, spec)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.note("store", spec, "it is not there yet", "it is made when the server starts; or pitwall restore")
		return
	case errors.Is(err, sqlite.ErrCorrupt):
		d.bad("store", spec, err, damagedStore)
		return
	case err != nil:
		d.bad("store", spec, err, "see that it runs and is reachable, that --store names it rightly and its user may log in")
		return
	case have > need:
		d.bad("store", spec, fmt.Errorf("schema %d, this program knows %d", have, need), "use the pitwall that wrote it, or a newer one")
		return
	case have < need:
		d.bad("store", spec, fmt.Errorf("schema %d, this program needs %d", have, need), "pitwall migrate")
		return
	}
	k, err := d.cmd.open(d.env, d.cmd.Data)
	if err != nil {
		d.bad("store", spec, err, damagedStore)
		return
	}
	d.openStore(ctx, k, spec)
	if err := k.close(); err != nil {
		d.bad("store", spec, err, "see the error")
	}
}

// damagedStore is how to mend one.
const damagedStore = "if it is damaged: put it aside and pitwall restore; or start without it, and the sessions are stored again from their logs"

// worthFreeing is from how many unused bytes on doctor speaks of them, where they are a fourth of the store.
const worthFreeing = 1 << 20

// verifier is a store that can look through all that it keeps.
type verifier interface {
	Verify(ctx context.Context) error
}

func (d *doctor) openStore(ctx context.Context, k *keeping, spec string) {
	limited, cancel := context.WithTimeout(ctx, answerIn)
	h, err := k.Check(limited)
	cancel()
	if err != nil {
		d.bad("store", spec, err, "see that nobody else holds it and that there is room on its disk")
		return
	}
	d.ok("store", spec, "%s, schema %d, %s, %s, %s", h.Engine, h.Schema, plural(h.Sessions, "session"), megabytes(h.Bytes), details(h.Details))
	if h.Free >= worthFreeing && h.Free*4 >= h.Bytes {
		d.note("store", spec, fmt.Sprintf("%s of its %s hold nothing any more and could be freed", megabytes(h.Free), megabytes(h.Bytes)),
			"new sessions use them again; a server with --keep-samples gives them back to the disk when no session is live")
	}
	v, can := k.Store.(verifier)
	switch {
	case !can:
	case d.cmd.Quick:
		d.ok("store", spec, "not looked through (--quick)")
	default:
		if err := v.Verify(ctx); err != nil {
			d.bad("store", spec, err, damagedStore)
		} else {
			d.ok("store", spec, "looked through, sound")
		}
	}
	d.lag(ctx, k, spec)
}

func details(of map[string]string) string {
	var words []string
	for name, value := range of {
		words = append(words, strings.ReplaceAll(name, "_", " ")+" "+value)
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// lag compares the ends of the logs with what is stored.
func (d *doctor) lag(ctx context.Context, k *keeping, spec string) {
	paths, err := logsIn(d.cmd.Data)
	if err != nil {
		return // told by logs
	}
	behind, messages, worst := 0, uint64(0), ""
	for _, path := range paths {
		glance, err := sessionlog.Peek(path)
		if err != nil || glance.Last == 0 {
			continue // told by logs, or nothing in it
		}
		key := glance.Header.Session
		if key == "" {
			key = logKey(path)
		}
		s, err := k.Find(ctx, key)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			d.bad("store", spec, err, "see the error")
			return
		}
		if s.Offset < glance.Last && (err != nil || s.Source == "log") {
			behind, messages, worst = behind+1, messages+glance.Last-s.Offset, key
		}
	}
	if behind == 0 {
		d.ok("store", spec, "has all that %s hold", plural(len(paths), "log"))
		return
	}
	d.note("store", spec, fmt.Sprintf("it is behind %s by %d messages, %s for one", plural(behind, "log"), messages, worst), "a running server stores them; else start it, or pitwall import "+worst)
}

// objects looks whether the objects can be reached, and whether every sealed recording is as it was sealed.
func (d *doctor) objects(ctx context.Context) {
	address := d.cmd.url(d.cmd.Data)
	if d.cmd.Objects == "" {
		if _, err := os.Stat(strings.TrimPrefix(address, "file://")); errors.Is(err, fs.ErrNotExist) {
			d.note("objects", "--objects", "none: recordings are not sealed, and there is no backup", "give --objects to the server, and run pitwall backup")
			return
		}
	}
	o, err := openObjects(address)
	if err != nil {
		d.bad("objects", address, err, "correct the address, or set the credentials")
		return
	}
	limited, cancel := context.WithTimeout(ctx, answerIn)
	err = o.Check(limited)
	cancel()
	if err != nil {
		d.bad("objects", address, err, "see that it runs and is reachable, and what the error says")
	} else {
		d.recordings(ctx, o, address)
		d.backups(ctx, o, address)
	}
	if err := o.Close(); err != nil {
		d.bad("objects", address, err, "see the error")
	}
}

func (d *doctor) recordings(ctx context.Context, o *objects.Store, address string) {
	all, err := o.Recordings(ctx)
	if err != nil {
		d.bad("objects", address, err, "see the error")
		return
	}
	if d.cmd.Quick {
		d.ok("objects", address, "reachable, %s sealed, not read (--quick)", plural(len(all), "recording"))
		return
	}
	update, done := d.progress("checking recordings")
	defer done()
	good := 0
	for i, session := range all {
		damaged, err := o.Verify(ctx, session)
		if errors.Is(err, objects.ErrRemoved) {
			good++ // retention is at it
			continue
		}
		if err != nil {
			damaged = append(damaged, err)
		}
		for _, err := range damaged {
			d.bad("recording", session.String(), err, "remove its folder under raw/ and run pitwall backup, if its log is in the data folder")
		}
		if len(damaged) == 0 {
			good++
		}
		update(int64(i+1), int64(len(all)))
	}
	if good == len(all) {
		d.ok("objects", address, "reachable, %s intact", plural(good, "recording"))
	}
}

// oldBackup is when a backup is worth a word.
const oldBackup = 48 * time.Hour

func (d *doctor) backups(ctx context.Context, o *objects.Store, address string) {
	all, err := o.Backups(ctx)
	if err != nil {
		d.bad("backups", address, err, "remove the manifest that the error names, and run pitwall backup")
		return
	}
	if len(all) == 0 {
		d.note("backups", address, "there is none", "pitwall backup, daily")
		return
	}
	newest := newestBackup(all)
	age := time.Since(newest.Stored)
	if age > oldBackup {
		d.note("backups", address, fmt.Sprintf("%d, the newest is %s old", len(all), age.Round(time.Minute)), "pitwall backup, daily")
		return
	}
	d.ok("backups", address, "%d, the newest %s, %s old", len(all), newest.Name, age.Round(time.Second))
}

// redis looks whether the shared cache answers and evicts as it should.
func (d *doctor) redis(ctx context.Context) {
	if d.cmd.Redis == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	at, err := cache.Ask(ctx, d.cmd.Redis)
	switch {
	case err != nil:
		d.bad("redis", d.cmd.Redis, err, "see that it runs and is reachable, and that --redis names it rightly; the server works without it, slower")
	case at.Policy == "":
		d.note("redis", d.cmd.Redis, "version "+at.Version+"; it does not say its eviction policy", "see that maxmemory-policy is noeviction or one of volatile-*")
	case strings.HasPrefix(at.Policy, "allkeys-"):
		d.bad("redis", d.cmd.Redis, fmt.Errorf("version %s, maxmemory-policy %s may evict the counters of versions", at.Version, at.Policy), "set maxmemory-policy to volatile-lru or another of volatile-*")
	default:
		d.ok("redis", d.cmd.Redis, "version %s, maxmemory-policy %s", at.Version, at.Policy)
	}
}

// clickhouse looks whether the copy for questions answers.
func (d *doctor) clickhouse(ctx context.Context) {
	if d.cmd.ClickHouse == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, answerIn)
	defer cancel()
	version, err := clickhouse.Ask(ctx, clickhouse.Config{URL: d.cmd.ClickHouse})
	if err != nil {
		d.bad("clickhouse", d.cmd.ClickHouse, err, "see that it runs and is reachable, and that --clickhouse names it rightly; what is missing there is copied again by itself")
		return
	}
	d.ok("clickhouse", d.cmd.ClickHouse, "version %s", version)
}
