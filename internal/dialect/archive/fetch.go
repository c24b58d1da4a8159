package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// maxPage is the largest page that is taken; a race's largest has some 30 MB.
const maxPage = 1 << 30

// State is what became of a page.
type State string

// The states of a page. Kept is of a page that was not asked for: it is known not to change any more, or was asked for a moment
// ago. Withdrawn is of one that we have and the archive has no longer.
const (
	New       State = "new"
	Replaced  State = "replaced"
	Unchanged State = "unchanged"
	Kept      State = "kept"
	Withdrawn State = "withdrawn"
	Absent    State = "absent"
	Failed    State = "failed"
)

// troubleError is what may go away when the page is asked for again.
type troubleError struct {
	err  error
	wait time.Duration // that the archive asked for; zero: none
}

func (e *troubleError) Error() string { return e.err.Error() }
func (e *troubleError) Unwrap() error { return e.err }

// page brings one page below the archive's path up to date and says what became of it. The note is changed and not kept.
func (c *Client) page(ctx context.Context, path string, notes *folderNotes, name string) (State, error) {
	n := notes.of(name)
	here := n.here(notes.file(name))
	now := c.cfg.Now()
	switch {
	case here && (n.settled(c.cfg.Settled) || now.Sub(n.Checked) < c.cfg.Recheck):
		return Kept, nil
	case !here && n.Absent > 0 && now.Before(n.Next):
		return Absent, nil
	}
	if !here {
		*n = note{Absent: n.Absent, Version: n.Version, Sum: n.Sum}
	}
	var last error
	for _, base := range c.bases {
		state, err := c.insist(ctx, base.JoinPath(path, name).String(), n, notes.file(name))
		switch {
		case err != nil && ctx.Err() != nil:
			return Failed, err
		case err != nil:
			last = err
		case state != Absent:
			n.Absent, n.Next = 0, time.Time{}
			return state, nil
		}
	}
	if last != nil {
		return Failed, last
	}
	n.Checked = c.cfg.Now()
	if here {
		return Withdrawn, nil
	}
	n.Next = n.Checked.Add(c.cfg.Later[min(n.Absent, len(c.cfg.Later)-1)])
	n.Absent++
	return Absent, nil
}

// insist asks until it gets an answer or has asked often enough.
func (c *Client) insist(ctx context.Context, address string, n *note, file string) (State, error) {
	cut := "" // what a page was that seemed cut off
	for failures := 0; ; failures++ {
		state, err := c.ask(ctx, address, n, file, &cut)
		var trouble *troubleError
		if err == nil || !errors.As(err, &trouble) || ctx.Err() != nil {
			return state, err
		}
		if failures+1 >= c.cfg.Tries {
			return Failed, err
		}
		wait := max(trouble.wait, c.backoff(failures))
		c.cfg.Log.Debug("archive page failed", "page", address, "error", err, "again_in", wait)
		c.hold(wait)
	}
}

// ask asks for a page once.
func (c *Client) ask(ctx context.Context, address string, n *note, file string, cut *string) (State, error) {
	done, err := c.take(ctx)
	if err != nil {
		return Failed, err
	}
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stalled := time.AfterFunc(c.cfg.Stalled, cancel)
	defer stalled.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Failed, fmt.Errorf("archive: %w", err)
	}
	r.Header.Set("User-Agent", "pitwall.live")
	asked := !n.Fetched.IsZero()
	if asked && n.Tag != "" {
		r.Header.Set("If-None-Match", n.Tag)
	}
	if asked && !n.Modified.IsZero() {
		r.Header.Set("If-Modified-Since", n.Modified.UTC().Format(http.TimeFormat))
	}
	answer, err := c.cfg.HTTP.Do(r)
	if err != nil {
		return Failed, &troubleError{err: fmt.Errorf("archive: %w", err)}
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	answer.Body = &watched{ReadCloser: answer.Body, timer: stalled, limit: c.cfg.Stalled}
	status := answer.StatusCode
	switch {
	case status == http.StatusOK:
		return c.receive(answer, n, file, cut)
	case status == http.StatusNotModified && asked:
		n.Checked = c.cfg.Now()
		return Unchanged, nil
	case status == http.StatusForbidden || status == http.StatusNotFound || status == http.StatusGone:
		return Absent, nil
	}
	err = fmt.Errorf("archive: %s: %s", address, answer.Status)
	if status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status == http.StatusNotModified {
		return Failed, &troubleError{err: err, wait: retryAfter(answer.Header, time.Now())}
	}
	return Failed, err
}

// receive takes a page into a file of its own, looks at it, and puts it in its place.
func (c *Client) receive(answer *http.Response, n *note, file string, cut *string) (State, error) {
	modified, err := http.ParseTime(answer.Header.Get("Last-Modified"))
	if err != nil {
		modified = time.Time{}
	}
	if !n.Fetched.IsZero() && modified.Before(n.Modified) && !modified.IsZero() {
		// A cache between us and the archive has an older page than we.
		c.cfg.Log.Debug("an older page than ours was not taken", "page", answer.Request.URL.String(), "ours", n.Modified, "theirs", modified)
		n.Checked = c.cfg.Now()
		return Unchanged, nil
	}
	f, err := os.CreateTemp(filepath.Dir(file), partPrefix+"*")
	if err != nil {
		return Failed, fmt.Errorf("archive: %w", err)
	}
	look := &looker{sum: xxhash.New(), lines: strings.HasSuffix(file, streamEnding), document: strings.HasSuffix(file, documentEnding)}
	size, err := io.Copy(io.MultiWriter(f, look), io.LimitReader(answer.Body, maxPage+1))
	var wrote *os.PathError
	switch {
	case errors.As(err, &wrote): // the disk, not the archive
	case err != nil:
		err = &troubleError{err: fmt.Errorf("%s is cut off: %w", answer.Request.URL, err)}
	case size > maxPage:
		err = fmt.Errorf("%s is larger than %d bytes", answer.Request.URL, maxPage)
	default:
		err = look.check(answer.Request.URL.String(), cut)
	}
	sum := strconv.FormatUint(look.sum.Sum64(), 16)
	same := err == nil && !n.Fetched.IsZero() && n.Sum == sum && n.Size == size
	if err := putInPlace(f, err, file); err != nil {
		return Failed, err
	}
	now := c.cfg.Now()
	state := Unchanged
	if !same {
		state = New
		if n.Version > 0 && n.Sum != sum {
			state = Replaced
		}
		if n.Version == 0 || state == Replaced {
			n.Version++
		}
		n.Fetched = now
	}
	n.Tag, n.Modified, n.Checked, n.Size, n.Sum = answer.Header.Get("ETag"), modified, now, size, sum
	return state, nil
}

// looker looks at a page as it passes.
type looker struct {
	sum      *xxhash.Digest
	lines    bool // it has to end with a line break
	document bool // it has to be JSON
	head     []byte
	last     byte
	text     []byte // of a document
}

// errNoDocument is of a page that should be JSON and is not: an index that is cut off or another's.
var errNoDocument = errors.New("is no JSON")

func (l *looker) Write(b []byte) (int, error) {
	if room := 8 - len(l.head); room > 0 {
		l.head = append(l.head, b[:min(room, len(b))]...)
	}
	if len(b) > 0 {
		l.last = b[len(b)-1]
	}
	if l.document && len(l.text) <= maxIndex {
		l.text = append(l.text, b...)
	}
	return l.sum.Write(b)
}

// check refuses what is no page of the archive: what a proxy says in its place, or one that is cut off though nobody said
// so. A page of lines that comes twice with the same cut is like that in the archive; an index that is none never takes the
// place of a good one.
func (l *looker) check(address string, cut *string) error {
	head := bytes.TrimPrefix(l.head, []byte(mark))
	switch {
	case len(head) > 0 && head[0] == '<':
		return &troubleError{err: fmt.Errorf("%s is a page of something else", address)}
	case l.document && !json.Valid(bytes.TrimPrefix(l.text, []byte(mark))):
		return &troubleError{err: fmt.Errorf("%s %w", address, errNoDocument)}
	case l.lines && len(l.head) > 0 && l.last != '\n':
		sum := strconv.FormatUint(l.sum.Sum64(), 16)
		if *cut != sum {
			*cut = sum
			return &troubleError{err: fmt.Errorf("%s ends within a line", address)}
		}
	}
	return nil
}

// watched is a body that may not stall: each piece that comes gives it time for the next.
type watched struct {
	io.ReadCloser
	timer *time.Timer
	limit time.Duration
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if n > 0 {
		w.timer.Reset(w.limit)
	}
	return n, err
}
