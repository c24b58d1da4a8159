package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// Page is a topic's stream of a session, and what became of it.
type Page struct {
	Topic string
	Name  string // of its file in the folder
	State State
	Err   error // why it failed
	Size  int64 // in bytes; 0: it is not here
	// Version counts the versions of the page that were received, from 1; Sum identifies this one. 0 and "" in a folder.
	Version int
	Sum     string
}

// Pages are a session's pages, as they lie in a folder that the recording reader opens.
type Pages struct {
	Path   string // year/meeting/session/
	Folder string
	Pages  []Page // by topic
	// Settled says that what is absent is not worth waiting for: the archive has not changed the session for long.
	Settled bool
	// Next is when the earliest of the absent pages may be asked for again; zero: none is absent.
	Next time.Time
}

// Here counts the pages that lie in the folder.
func (p *Pages) Here() int {
	n := 0
	for i := range p.Pages {
		if p.Pages[i].Size > 0 {
			n++
		}
	}
	return n
}

// Changed reports whether any page is newer than it was before.
func (p *Pages) Changed() bool {
	return slices.ContainsFunc(p.Pages, func(one Page) bool { return one.State == New || one.State == Replaced })
}

// Missing are the topics that the archive lists and does not have.
func (p *Pages) Missing() []string { return p.in(Absent) }

// Failed are the topics that could not be received, and why.
func (p *Pages) Failed() error {
	var errs []error
	for i := range p.Pages {
		if p.Pages[i].State == Failed {
			errs = append(errs, fmt.Errorf("%s: %w", p.Pages[i].Topic, p.Pages[i].Err))
		}
	}
	return errors.Join(errs...)
}

func (p *Pages) in(state State) []string {
	var topics []string
	for i := range p.Pages {
		if p.Pages[i].State == state {
			topics = append(topics, p.Pages[i].Topic)
		}
	}
	return topics
}

// usual are the topics that are asked for where a session has no index.
var usual = []string{
	feed.TopicArchiveStatus, feed.TopicAudioStreams, feed.TopicCarData, feed.TopicChampionshipPrediction, feed.TopicContentStreams,
	feed.TopicCurrentTyres, feed.TopicDriverList, feed.TopicDriverRaceInfo, feed.TopicDriverTracker, feed.TopicExtrapolatedClock,
	feed.TopicHeartbeat, feed.TopicLapCount, feed.TopicLapSeries, feed.TopicOvertakeSeries, feed.TopicPitLaneTimeCollection,
	feed.TopicPitStop, feed.TopicPitStopSeries, feed.TopicPosition, feed.TopicRaceControlMessages, feed.TopicSessionData,
	feed.TopicSessionInfo, feed.TopicSessionStatus, feed.TopicTeamRadio, feed.TopicTimingAppData, feed.TopicTimingData,
	feed.TopicTimingDataF1, feed.TopicTimingStats, feed.TopicTlaRcm, feed.TopicTopThree, feed.TopicTrackStatus,
	feed.TopicTyreStintSeries, feed.TopicWeatherData, feed.TopicWeatherDataSeries,
}

// hopeless is after how many pages that fail one after another the rest is not asked for.
const hopeless = 3

// Session brings the pages of a session up to date and says what became of each; tell, which may be nil, is called after
// each. It may be ended at any moment and called again: what is here is not asked for twice. The error is ErrAbsent when the
// archive has nothing of the session (yet); what failed of the rest is in the pages.
func (c *Client) Session(ctx context.Context, path string, tell func(Page)) (*Pages, error) {
	at, ok := parsePlace(path)
	if !ok {
		return nil, fmt.Errorf("archive: %q: %w", path, ErrPlace)
	}
	p := &Pages{Path: at.String(), Folder: filepath.Join(c.root(), filepath.FromSlash(at.String()))}
	if c.Local() {
		return p, p.look()
	}
	defer c.lock(p.Folder)()
	notes, err := openNotes(p.Folder)
	if err != nil {
		return nil, err
	}
	f := &fetching{client: c, pages: p, notes: notes, tell: tell}
	pages, err := f.index(ctx)
	if err == nil {
		err = f.all(ctx, pages)
	}
	if err != nil {
		return p, fmt.Errorf("archive: %s: %w", p.Path, err)
	}
	return p, nil
}

// fetching is one run of Session.
type fetching struct {
	client *Client
	pages  *Pages
	notes  *folderNotes
	tell   func(Page)
}

// index gives the session's topics and their pages. Without an index, or with one that can not be read, the session is there
// if SessionInfo is.
func (f *fetching) index(ctx context.Context) (map[string]string, error) {
	state, err := f.client.page(ctx, f.pages.Path, f.notes, indexName)
	if kerr := f.notes.keep(); kerr != nil {
		return nil, errors.Join(err, kerr)
	}
	n := f.notes.of(indexName)
	if state != Absent && n.here(f.notes.file(indexName)) {
		// An index that can not be had anew still says what there was.
		b, rerr := readPage(f.notes.file(indexName))
		if rerr != nil {
			return nil, rerr
		}
		if pages, ok := topicsOf(b); ok {
			f.pages.Settled = n.settled(f.client.cfg.Settled)
			return pages, nil
		}
	} else if err != nil && !errors.Is(err, errNoDocument) {
		return nil, err
	}
	state, err = f.client.page(ctx, f.pages.Path, f.notes, feed.TopicSessionInfo+streamEnding)
	if kerr := f.notes.keep(); kerr != nil {
		return nil, errors.Join(err, kerr)
	}
	if err != nil {
		return nil, err
	}
	if state == Absent {
		f.pages.Next = f.notes.of(feed.TopicSessionInfo + streamEnding).Next
		return nil, fmt.Errorf("%w (asked again from %s)", ErrAbsent, f.pages.Next.UTC().Format(time.RFC3339))
	}
	pages := make(map[string]string, len(usual))
	for _, topic := range usual {
		pages[topic] = topic + streamEnding
	}
	return pages, nil
}

// all brings every page up to date.
func (f *fetching) all(ctx context.Context, pages map[string]string) error {
	failures := 0
	var last error
	for _, topic := range sortedTopics(pages) {
		one := Page{Topic: topic, Name: pages[topic], State: Failed, Err: last}
		if failures < hopeless {
			one.State, one.Err = f.client.page(ctx, f.pages.Path, f.notes, one.Name)
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), f.notes.keep())
			}
			if one.State != Kept {
				if err := f.notes.keep(); err != nil {
					return err
				}
			}
		}
		if one.State == Failed {
			failures, last = failures+1, one.Err
		} else {
			failures = 0
		}
		n := f.notes.of(one.Name)
		if n.here(f.notes.file(one.Name)) {
			one.Size, one.Version, one.Sum = n.Size, n.Version, n.Sum
		}
		if one.State == Absent && (f.pages.Next.IsZero() || n.Next.Before(f.pages.Next)) {
			f.pages.Next = n.Next
		}
		f.pages.Pages = append(f.pages.Pages, one)
		if f.tell != nil {
			f.tell(one)
		}
	}
	return nil
}

// look lists the pages of a local folder.
func (p *Pages) look() error {
	entries, err := os.ReadDir(p.Folder)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("archive: %s: %w", p.Folder, ErrAbsent)
	}
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	for _, e := range entries {
		topic, ok := strings.CutSuffix(strings.TrimSuffix(e.Name(), ".gz"), streamEnding)
		info, err := e.Info()
		if !ok || err != nil || !info.Mode().IsRegular() {
			continue
		}
		p.Pages = append(p.Pages, Page{Topic: topic, Name: e.Name(), State: Kept, Size: info.Size()})
	}
	p.Settled = true
	if len(p.Pages) == 0 {
		return fmt.Errorf("archive: %s: %w", p.Folder, ErrAbsent)
	}
	return nil
}

// Settle brings a session up to date again and again, with growing waits, until nothing is absent or failed, the archive has
// not changed it for long, or the waits have all been used up. It is for what can wait: a session that has just ended
// appears within minutes, and is corrected within days.
func (c *Client) Settle(ctx context.Context, path string, tell func(*Pages, error)) (*Pages, error) {
	for n := 0; ; n++ {
		p, err := c.Session(ctx, path, nil)
		if errors.Is(err, ErrPlace) || ctx.Err() != nil {
			return p, err
		}
		if tell != nil {
			tell(p, err)
		}
		done := err == nil && p.Failed() == nil && (p.Settled || len(p.Missing()) == 0)
		if done || c.Local() || n >= len(c.cfg.Later) {
			return p, err
		}
		wait := c.cfg.Later[n]
		if p != nil && !p.Next.IsZero() && p.Failed() == nil {
			wait = max(p.Next.Sub(c.cfg.Now()), time.Millisecond)
		}
		if err := pause(ctx, wait); err != nil {
			return p, err
		}
	}
}
