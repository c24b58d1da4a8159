package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pitwall.live/internal/api"
)

// nowhere takes an answer and forgets it.
type nowhere struct {
	header http.Header
	code   int
	bytes  int
}

func (n *nowhere) Header() http.Header { return n.header }
func (n *nowhere) WriteHeader(c int)   { n.code = c }
func (n *nowhere) Write(b []byte) (int, error) {
	n.bytes += len(b)
	return len(b), nil
}

// BenchmarkRequests measures answers from the store and from the cache, without the network. Figures are requests a
// second on all cores.
func BenchmarkRequests(b *testing.B) {
	s := newStand(b)
	d := derived(simulated(b, 10, 3))
	s.keep(d)
	for name, query := range map[string]string{
		"laps page":      "/laps?driver_number=44",
		"laps whole":     "/laps?limit=1000",
		"telemetry lap":  "/telemetry?driver_number=44&limit=400",
		"lap by metres":  "/telemetry/laps?laps=44:5&every=10",
		"two laps delta": "/telemetry/laps?laps=44:5,1:5&delta_to=44:5&channels=speed_kmh",
	} {
		for layer, options := range map[string][]api.Option{"store": nil, "cached": {api.WithCache(s.cache)}} {
			b.Run(name+"/"+layer, func(b *testing.B) {
				mux := http.NewServeMux()
				api.Mount(mux, "test", s.live, s.store, options...)
				u, err := url.Parse("/api/v1/sessions/" + d.Key() + query)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportAllocs()
				b.RunParallel(func(p *testing.PB) {
					r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, u.String(), nil)
					for p.Next() {
						w := &nowhere{header: http.Header{}}
						mux.ServeHTTP(w, r)
						if w.code != http.StatusOK && w.code != 0 || w.bytes < 100 {
							b.Fatalf("%d, %d bytes", w.code, w.bytes)
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
			})
		}
	}
}

// BenchmarkHot asks endpoints whose answers are cached over real connections: the API's server on loopback, 32
// clients in the same process and on the same cores. A client writes the request of a browser of today and reads the
// whole answer, but does not build a map of its header, so that the figure is more the server's than the client's.
// Goal: 20,000 requests a second on two cores.
func BenchmarkHot(b *testing.B) {
	s := newStand(b)
	messages := simulated(b, 10, 3)
	d := derived(messages)
	s.keep(d)
	path := "/sessions/" + d.Key() + "/laps?driver_number=44"
	resp, _ := s.ask(path)
	b.Run("zstd", func(b *testing.B) { s.hot(b, path, "Accept-Encoding: gzip, deflate, br, zstd\r\n", "200") })
	b.Run("plain", func(b *testing.B) { s.hot(b, path, "", "200") })
	b.Run("unchanged", func(b *testing.B) { s.hot(b, path, "If-None-Match: "+resp.Header.Get("Etag")+"\r\n", "304") })
	s.hold(messages, nil)
	b.Run("board", func(b *testing.B) {
		s.hot(b, "/sessions/"+d.Key()+"/board", "Accept-Encoding: gzip, deflate, br, zstd\r\n", "200")
	})
}

func (s *stand) hot(b *testing.B, path, header, status string) {
	address := s.server.Listener.Addr().String()
	request := []byte("GET /api/v1" + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n" +
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
			conn, err := net.Dial("tcp", address)
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
