package cache

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// BenchmarkHotServe asks a cached endpoint over real connections: an http.Server on loopback, 32 clients in the
// same process and on the same cores. A client writes the request of a browser of today and reads the whole
// answer, but does not build a map of its header, so that the figure is more the server's than the client's.
// Goal: 20,000 requests a second on two cores.
func BenchmarkHotServe(b *testing.B) {
	body := strings.Repeat(`{"driver_number":16,"tla":"LEC","position":1,"gap_to_leader_ms":null,"interval_ms":null},`, 20)
	b.Run("zstd", func(b *testing.B) { hotServe(b, body, "Accept-Encoding: gzip, deflate, br, zstd\r\n", "200") })
	b.Run("plain", func(b *testing.B) { hotServe(b, body, "", "200") })
	b.Run("unchanged", func(b *testing.B) { hotServe(b, body, "If-None-Match: *\r\n", "304") })
}

func hotServe(b *testing.B, body, header, status string) {
	c := open(b, quiet())
	load := func(context.Context) (Entry, error) { return NewEntry("application/json", []byte(body)), nil }
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, err := c.Get(r.Context(), SessionState, c.Key(r.Context(), SessionState, "9574"), load)
		if err == nil {
			err = c.Serve(w, r, e, SessionState)
		}
		if err != nil {
			b.Error(err)
		}
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(l) })
	defer serving.Wait()
	defer server.Close()

	request := []byte("GET /api/v1/sessions/9574/board HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n" +
		header + "\r\n")
	const clients = 32
	var left, read atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	began, used := time.Now(), processorTime(b)
	for range clients {
		all.Go(func() {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReaderSize(conn, 16<<10)
			for left.Add(-1) >= 0 {
				n, err := exchange(conn, in, request, status)
				if err != nil {
					b.Error(err)
					return
				}
				read.Add(int64(n))
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/took.Seconds(), "requests/s")
	b.ReportMetric(float64((processorTime(b)-used).Nanoseconds())/1e3/float64(b.N), "cpu-µs/request")
	b.ReportMetric(float64(read.Load())/float64(b.N), "body-bytes/request")
	if b.N > 1000 && c.Count(SessionState, Origin, Load) > uint64(took/SessionState.Memory)+1 {
		b.Errorf("%d loads in %s", c.Count(SessionState, Origin, Load), took)
	}
}

// processorTime is what this process, server and clients, has used of all cores: on a machine that others use
// too it says more than the clock.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// exchange sends one request and reads one whole answer; it gives the length of its body.
func exchange(w io.Writer, in *bufio.Reader, request []byte, status string) (int, error) {
	if _, err := w.Write(request); err != nil {
		return 0, err
	}
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 "+status)) {
		return 0, fmt.Errorf("answer %q", line)
	}
	length := 0
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, err
		}
		if len(line) == 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
	if status == "200" && length == 0 {
		return 0, fmt.Errorf("an answer without a body")
	}
	return in.Discard(length)
}

// BenchmarkGetHit is one question that memory answers.
func BenchmarkGetHit(b *testing.B) {
	c := open(b, quiet())
	ctx := b.Context()
	load := text("board")
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := c.Get(ctx, SessionState, c.Key(ctx, SessionState, "9574"), load); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkSharedHit is one question that Redis answers: 20 kB of JSON, a key each time.
func BenchmarkSharedHit(b *testing.B) {
	s := startRedis(b)
	a := s.open(nil)
	ctx := b.Context()
	body := strings.Repeat(longBody, 2)
	e := NewEntry("application/json", []byte(body))
	for i := range b.N {
		a.bring(ctx, SessionData, a.Key(ctx, SessionData, strconv.Itoa(i)).String(), e, nil)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		get(b, a, SessionData, a.Key(ctx, SessionData, strconv.Itoa(i)), must(b), body)
	}
}
