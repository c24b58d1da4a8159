package openf1

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/feed"
)

// LockedError says that the service answers nobody without an account while a session runs, and half an hour before and
// after. It is an outage by schedule and says nothing against anybody.
type LockedError struct{ Detail string }

func (e *LockedError) Error() string { return "openf1: locked while a session runs: " + e.Detail }

// RetryAfter is how long to leave the service alone.
func (e *LockedError) RetryAfter() time.Duration { return 5 * time.Minute }

// Failure is the kind of failure that ingest counts it as.
func (e *LockedError) Failure() string { return "locked" }

// StatusError is an answer that is no rows and none of those that have a meaning of their own.
type StatusError struct {
	What   string
	Status int
	Detail string
	After  time.Duration // that the service asks to be left alone; 0: it does not
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("openf1: %s: status %d: %s", e.What, e.Status, e.Detail)
}

// RetryAfter is how long to leave the service alone.
func (e *StatusError) RetryAfter() time.Duration { return e.After }

// Failure is the kind of failure that ingest counts it as.
func (e *StatusError) Failure() string {
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		return "refused"
	case e.Status == http.StatusNotFound || e.Status == http.StatusGone:
		return "absent"
	case e.Status >= http.StatusInternalServerError || e.Status == http.StatusTooManyRequests:
		return "server"
	}
	return "connection"
}

// pacer keeps to the service's limits: so many requests a second, and in any minute.
type pacer struct {
	apart time.Duration // between two
	most  int           // in a minute
	sent  []time.Time   // in the last minute
	until time.Time     // the service asked to be left alone
}

// wait waits until a request may be sent, and counts it.
func (p *pacer) wait(ctx context.Context) error {
	at := time.Now()
	if p.until.After(at) {
		at = p.until
	}
	if n := len(p.sent); n > 0 {
		if next := p.sent[n-1].Add(p.apart); next.After(at) {
			at = next
		}
		if p.most > 0 && n >= p.most {
			if next := p.sent[n-p.most].Add(time.Minute); next.After(at) {
				at = next
			}
		}
	}
	if err := pause(ctx, time.Until(at)); err != nil {
		return err
	}
	p.sent = append(p.sent, time.Now())
	if p.most > 0 && len(p.sent) > p.most {
		p.sent = p.sent[len(p.sent)-p.most:]
	}
	return nil
}

// pause waits; its error is that of a ctx that ended before.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// tooOften is how often a request that came too often is sent again before its round is given up.
const tooOften = 5

// rows asks for rows of a collection and gives them to the turner. Nothing to be found is no error, and not final
// either. What can not be read of an answer is given out as it is: ingest keeps it aside.
func (r *Reader) rows(ctx context.Context, name, filter string) (n int, err error) {
	asked := time.Now()
	body, err := r.get(ctx, name, filter)
	if err != nil || body == nil {
		return 0, err
	}
	c := find(name)
	v, err := r.parser.ParseBytes(body)
	if err != nil || v.Type() != fastjson.TypeArray {
		r.damaged(name, body, err)
		return 0, nil
	}
	for _, e := range v.GetArray() {
		doc, err := readRow(c, e)
		if err != nil {
			r.damaged(name, e.MarshalTo(nil), err)
			continue
		}
		n++
		r.keep(doc, asked, time.Time{})
	}
	return n, nil
}

// damaged puts aside what can not be read.
func (r *Reader) damaged(name string, raw []byte, cause error) {
	if cause == nil {
		cause = errRow
	}
	r.cfg.Log.Warn("openf1: an answer can not be read", "collection", name, "error", cause)
	r.aside = append(r.aside, feed.Message{Payload: append([]byte(nil), raw[:min(len(raw), maxAside)]...)})
}

// maxAside is how much of a damaged answer is kept, in bytes.
const maxAside = 64 << 10

// get sends a request until it is answered; nil: nothing is found. An account that is refused is renewed once, then done
// without.
func (r *Reader) get(ctx context.Context, name, filter string) ([]byte, error) {
	address := r.base.JoinPath(name)
	address.RawQuery = filter
	renewed := false
	for n := 0; ; n++ {
		if err := r.pacer.wait(ctx); err != nil {
			return nil, err
		}
		token := r.account.token(ctx)
		body, status, after, err := r.send(ctx, address, token)
		switch {
		case err != nil:
			return nil, fmt.Errorf("openf1: %s: %w", name, err)
		case status == http.StatusOK:
			return body, nil
		case status == http.StatusNotFound:
			return nil, nil
		case status == http.StatusTooManyRequests && n < tooOften:
			if after == 0 {
				after = 5 * time.Second << n
			}
			r.pacer.until = time.Now().Add(after)
		case status == http.StatusUnauthorized && token != "" && !renewed:
			renewed = true
			r.account.refused(token)
		case status == http.StatusUnauthorized && strings.HasPrefix(detailOf(body), "Live F1 session"):
			return nil, &LockedError{detailOf(body)}
		default:
			return nil, &StatusError{name, status, detailOf(body), after}
		}
	}
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 64 << 20

var errTooLong = errors.New("the answer is longer than 64 MiB")

// send sends one request.
func (r *Reader) send(ctx context.Context, address *url.URL, token string) (body []byte, status int, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, 0, 0, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, 0, 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errTooLong
	}
	return body, resp.StatusCode, retryAfter(resp.Header), err
}

const userAgent = "PitWallLive/1 (+https://pitwall.live)"

// retryAfter is how long the service asks to be left alone, at most an hour; 0: it does not say.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return min(time.Duration(n)*time.Second, time.Hour)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(time.Until(at), 0), time.Hour)
	}
	return 0
}

// detailOf is what an answer that is no rows says.
func detailOf(body []byte) string {
	var told struct{ Detail, Error string }
	if json.Unmarshal(body, &told) != nil || told.Detail+told.Error == "" {
		return strings.ToValidUTF8(string(body[:min(len(body), 200)]), "?")
	}
	return told.Detail + told.Error
}
