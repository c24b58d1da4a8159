package openf1

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
)

// Listed is a session that a service lists. What it does not say is "" or zero.
type Listed struct {
	Key                     int64
	Meeting, Location, Name string
	Start, End              time.Time // as planned
	Cancelled               bool
}

// Season lists the sessions of a year, but for simulated ones. None is no error, and not final either: the service says the
// same of what it does not have and of what it does not have yet. The error is a [LockedError] while a session runs.
func (r *Reader) Season(ctx context.Context, year int) ([]Listed, error) {
	filter := "year=" + strconv.Itoa(year)
	sessions, err := r.list(ctx, sessionsOf, filter)
	if err != nil || len(sessions) == 0 {
		return nil, err
	}
	meetings, err := r.list(ctx, meetingsOf, filter)
	if err != nil {
		return nil, err
	}
	var all []Listed
	for _, s := range sessions {
		one := Listed{
			Location: s.get("location").s, Name: s.get("session_name").s, Start: s.date("date_start"), End: s.date("date_end"),
			Cancelled: s.get("is_cancelled").n == 1,
		}
		one.Key, _ = s.number("session_key")
		simulated := false
		for _, m := range meetings {
			if m.get("meeting_key").n == s.get("meeting_key").n {
				one.Meeting = m.get("meeting_name").s
				// A stored session of ours has only the shorter of its names.
				simulated = strings.HasPrefix(m.get("meeting_official_name").s, f1.SimulatedName) || strings.HasSuffix(one.Meeting, " (Simulation)")
			}
		}
		if one.Key > 0 && !simulated {
			all = append(all, one)
		}
	}
	return all, nil
}

// list asks for all rows of a collection that fit. What can not be read is left out and logged.
func (r *Reader) list(ctx context.Context, name, filter string) ([]*document, error) {
	body, err := r.get(ctx, name, filter)
	if err != nil || body == nil {
		return nil, err
	}
	v, err := r.parser.ParseBytes(body)
	if err != nil || v.Type() != fastjson.TypeArray {
		r.damaged(name, body, err)
		r.aside = nil // it is of no session
		return nil, &StatusError{What: name, Status: 200, Detail: "no list of rows"}
	}
	var all []*document
	for _, e := range v.GetArray() {
		doc, err := readRow(find(name), e)
		if err != nil {
			r.cfg.Log.Warn("openf1: a row can not be read", "collection", name, "error", err)
			continue
		}
		all = append(all, doc)
	}
	return all, nil
}

// window is for how long samples are asked for at once: those of all cars have some megabytes, and the service answers
// nothing that takes it long.
const window = 5 * time.Minute

// longest is how long a session lasts at most, whatever a row says.
const longest = 12 * time.Hour

// Whole reads a session that is over, from its first row to its last, as messages in the order of their times. The same rows
// give the same messages. None: the service has no rows of it, or not yet. tell, which may be nil, is called after each
// request with how many of all there will be. It is for a reader that nobody runs, and keeps the limits over all its calls.
func (r *Reader) Whole(ctx context.Context, key int64, tell func(done, all int)) ([]feed.Message, error) {
	r.turner, r.aside = newTurner(), nil
	r.cfg.Session = strconv.FormatInt(key, 10)
	if err := r.find(ctx); err != nil || r.turner.session == nil {
		return nil, err
	}
	rows, done := 0, 0
	asked := func(all int) {
		if done++; tell != nil {
			tell(done, all)
		}
	}
	for _, name := range once {
		n, err := r.rows(ctx, name, r.filter(name, true))
		if err != nil {
			return nil, err
		}
		if rows += n; name == driversOf {
			rows = 0 // the list of drivers alone tells nothing of what happened
		}
		asked(len(once))
	}
	if rows == 0 {
		return nil, nil
	}
	messages := slices.Clone(r.turner.turn())
	if r.cfg.Samples {
		begin, end := r.turner.begin, r.turner.newest.Add(time.Second)
		if last := begin.Add(longest); end.After(last) {
			end = last
		}
		all := len(once) + 2*int((end.Sub(begin)+window-1)/window)
		for from := begin; from.Before(end); from = from.Add(window) {
			for _, name := range [...]string{carData, locationOf} {
				if _, err := r.rows(ctx, name, r.between(from, from.Add(window))); err != nil {
					return nil, err
				}
				asked(all)
			}
			messages = append(messages, r.turner.turn()...)
		}
	}
	if !slices.ContainsFunc(messages, ends) {
		// Rows of old sessions do not say that the session has ended.
		messages = append(messages, feed.Message{Topic: feed.TopicSessionStatus, Time: r.turner.newest, Payload: []byte(`{"Status":"Ends"}`)})
	}
	slices.SortStableFunc(messages, func(a, b feed.Message) int { return a.Time.Compare(b.Time) })
	messages = append(messages, r.aside...)
	r.aside = nil
	return messages, nil
}

// ends reports whether a message says that the session is over.
func ends(m feed.Message) bool {
	return m.Topic == feed.TopicSessionStatus && (bytes.Contains(m.Payload, []byte(`"Finalised"`)) || bytes.Contains(m.Payload, []byte(`"Ends"`)))
}

// between narrows a request to the session and a span of time, from its first moment up to before its last.
func (r *Reader) between(from, to time.Time) string {
	moment := func(t time.Time) string { return url.QueryEscape(t.UTC().Format("2006-01-02T15:04:05.000")) }
	return "session_key=" + strconv.FormatInt(r.turner.key(), 10) + "&date>=" + moment(from) + "&date<" + moment(to)
}
