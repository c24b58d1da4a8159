package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/api"
	"pitwall.live/internal/store"
	"pitwall.live/internal/wire"
)

// gone is a store that can not be reached, and says so as a driver does.
type gone struct{ api.Store }

// dialled is what a driver says when nobody listens.
func dialled() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return err
	}
	_, err = net.Dial("tcp", address)
	return fmt.Errorf("store/postgres: connect to user=secret: %w", err)
}

func (gone) Find(context.Context, string) (store.Session, error) { return store.Session{}, dialled() }
func (gone) Sessions(context.Context, store.SessionQuery) ([]store.Session, error) {
	return nil, dialled()
}
func (gone) Rows(context.Context, *store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) { yield(store.Row{}, dialled()) }
}
func (gone) Reference(context.Context) (store.Reference, error) { return store.Reference{}, dialled() }
func (gone) SeasonResults(context.Context, int, bool) ([]store.Results, error) {
	return nil, dialled()
}
func (gone) Search(context.Context, string, int) ([]store.Hit, error) { return nil, dialled() }

// While the database is away, what is held is answered from the log, and the rest is 503 with a time to come again.
func TestStoreAway(t *testing.T) {
	s := newStand(t)
	s.hold(simulated(t, 2, 3), nil)
	mux := http.NewServeMux()
	api.Mount(mux, "test", s.live, gone{}, api.WithCache(s.cache))
	s.server = newServer(s, mux)
	for _, path := range []string{"/sessions/latest", "/sessions/latest/laps", "/sessions/latest/results", "/sessions/latest/board", "/sessions/latest/events"} {
		s.get(path)
	}
	for _, query := range []string{"", "?type=race"} {
		if list := decode[wire.Sessions](t, s.get("/sessions"+query)); len(list.Sessions) != 1 {
			t.Errorf("%s: %+v", query, list)
		}
	}
	for _, path := range []string{"/sessions/other/laps", "/sessions?cursor=x", "/circuits", "/seasons/2018/standings", "/search?q=baku"} {
		s.refused(path, http.StatusServiceUnavailable, "the store does not answer", "")
		resp, body := s.ask(path)
		if resp.Header.Get("Retry-After") == "" || strings.Contains(string(body), "secret") {
			t.Errorf("%s: %v %s", path, resp.Header, body)
		}
	}
	s.refused("/analytics/teammates", http.StatusServiceUnavailable, "--clickhouse", "")
	if len(decode[api.Questions](t, s.get("/analytics")).Questions) == 0 {
		t.Error("no questions are listed")
	}
	document := decode[openAPI](t, s.get("/openapi.json"))
	if _, ok := document.Paths["/api/v1/circuits"]["get"].Responses["503"]; !ok {
		t.Error("503 is not described")
	}
}

// endless is a store whose rows never end.
type endless struct{ api.Store }

func (e endless) Rows(ctx context.Context, q *store.Query) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if q.Limit > 0 {
			e.Store.Rows(ctx, q)(yield)
			return
		}
		for ctx.Err() == nil {
			for row, err := range e.Store.Rows(ctx, q) {
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

// Who does not read what he asked for takes nobody's place: he has few of them, a page needs none, and he loses
// them when he stalls.
func TestSlowReaders(t *testing.T) {
	s := newStand(t)
	d := derived(simulated(t, 2, 3))
	s.keep(d)
	limits := api.DefaultLimits()
	limits.Exports, limits.ExportsEach, limits.Stalled, limits.ExportRows = 2, 1, 500*time.Millisecond, 1<<40
	mux := http.NewServeMux()
	api.Mount(mux, "test", s.live, endless{s.store}, api.WithLimits(limits))
	s.server = newServer(s, mux)
	export := "/sessions/" + d.Key() + "/laps"
	slow := func(from string) (net.Conn, string) {
		t.Helper()
		conn, err := net.Dial("tcp", s.server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })                                 //nolint:errcheck // the server has closed it
		if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil { // or the kernel takes in megabytes for a reader who stalls
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "GET /api/v1%s HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nX-Forwarded-For: 1.1.1.1, %s\r\n\r\n", export, from); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return conn, line
	}
	first, status := slow("192.0.2.1")
	if !strings.Contains(status, "200") {
		t.Fatal(status)
	}
	if _, status := slow("192.0.2.1"); !strings.Contains(status, "429") {
		t.Errorf("a second export for one address: %s", status)
	}
	if _, status := slow("192.0.2.2"); !strings.Contains(status, "200") {
		t.Errorf("an export for another address: %s", status)
	}
	s.refused(export, http.StatusTooManyRequests, "this server does no more at once", "", "Accept: text/csv")
	s.get(export+"?limit=3", "Accept: text/csv")
	s.get(export)
	for deadline := time.Now().Add(time.Minute); ; {
		_, status := slow("192.0.2.1")
		if strings.Contains(status, "200") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the stalled export keeps its place: %s", status)
		}
	}
	if n, err := io.Copy(io.Discard, first); err == nil && n == 0 {
		t.Error("the first export sent nothing")
	}
}

// Small things that clients rely on.
func TestSmallPromises(t *testing.T) {
	s := newStand(t)
	for _, path := range []string{"", "/"} {
		if resp, _ := s.ask(path); resp.StatusCode != http.StatusTemporaryRedirect || resp.Header.Get("Location") != "/api/v1/docs" {
			t.Errorf("%q: %s %v", path, resp.Status, resp.Header)
		}
	}
	for _, path := range []string{"/circuits", "/drivers", "/constructors"} {
		if resp, _ := s.ask(path); resp.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s while there are none: %v", path, resp.Header)
		}
	}
	s.season2018()
	for _, path := range []string{"/circuits", "/drivers", "/constructors"} {
		if resp, _ := s.ask(path); resp.Header.Get("Cache-Control") != "public, max-age=300, s-maxage=3600" {
			t.Errorf("%s: %v", path, resp.Header)
		}
	}
	s.putResult("unknown-round", 2017, 0, "race", []string{"HAM"}, nil)
	if body := s.get("/seasons/2017/standings"); !json.Valid(body) || !strings.Contains(string(body), `"round":null`) || !strings.Contains(string(body), `"after_round":null`) {
		t.Errorf("a round that is not known: %s", body)
	}
	s.refused("/analytics/degradation?fuel_ms=x", http.StatusUnprocessableEntity, "fuel_ms", "query.fuel_ms")
	s.hold(simulated(t, 1, 3), nil)
	if list := decode[wire.Sessions](t, s.get("/sessions?circuit_id=baku")); len(list.Sessions) != 1 || list.Sessions[0].Session.CircuitID != "baku" {
		t.Errorf("%+v", list)
	}
}
