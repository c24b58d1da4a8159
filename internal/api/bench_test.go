package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

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
