package f1live

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// counting is a hub that sends one count to all its connections, as the real one does, and counts these.
type counting struct {
	mu     sync.Mutex
	n      int
	lag    int // so many messages the oldest connection is behind the others
	peers  map[*peer]context.Context
	order  []*peer // oldest first
	late   map[*peer][]string
	opened int
}

func newCounting(lag int) *counting {
	return &counting{lag: lag, peers: map[*peer]context.Context{}, late: map[*peer][]string{}}
}

func (c *counting) serve(ctx context.Context, p *peer) {
	id, _ := p.accept(ctx)
	c.mu.Lock()
	p.send(ctx, fmt.Sprintf(`{"type":3,"invocationId":"%s","result":{"SessionInfo":{"Key":7},"TimingData":{"n":%d}}}␞`, id, c.n))
	c.peers[p] = ctx
	c.order = append(c.order, p)
	c.opened++
	c.mu.Unlock()
	p.drain(ctx)
	c.mu.Lock()
	delete(c.peers, p)
	c.order = slices.DeleteFunc(c.order, func(other *peer) bool { return other == p })
	c.mu.Unlock()
}

// tell sends the next number to everybody, every third twice: the feed does repeat itself.
func (c *counting) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	for p, ctx := range c.peers {
		for range 1 + c.n%3/2 {
			c.late[p] = append(c.late[p], fmt.Sprintf(`{"type":1,"target":"feed","arguments":["TimingData",{"n":%d},"2026-10-09T09:00:00Z"]}␞`, c.n))
		}
		lag := 0
		if p == c.order[0] {
			lag = c.lag
		}
		for len(c.late[p]) > lag {
			p.send(ctx, c.late[p][0])
			c.late[p] = c.late[p][1:]
		}
	}
}

// Before the hub cuts a connection there is another: every message comes once, no snapshot comes between.
func TestRenew(t *testing.T) {
	for name, lag := range map[string]int{"as quick": 0, "old one behind": 150} {
		t.Run(name, func(t *testing.T) { renew(t, newCounting(lag)) })
	}
}

func renew(t *testing.T, c *counting) {
	t.Helper()
	h := (&hub{t: t, serve: c.serve}).start()
	ctx, cancel := context.WithCancel(t.Context())
	var telling sync.WaitGroup
	telling.Go(func() {
		for pace := time.NewTicker(time.Millisecond); ctx.Err() == nil; {
			<-pace.C
			c.tell()
		}
	})
	defer telling.Wait()
	defer cancel()
	told, _, err := h.follow(1500, func(cfg *Config) { cfg.Renew, cfg.Overlap = 100*time.Millisecond, 20*time.Millisecond })
	if err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	opened := c.opened
	c.mu.Unlock()
	if opened < 4 {
		t.Errorf("only %d connections were used", opened)
	}
	if !strings.HasPrefix(told[0], "snapshot SessionInfo") || !strings.HasPrefix(told[1], "snapshot TimingData") {
		t.Fatalf("it begins with %q", told[:2])
	}
	var first int
	if _, err := fmt.Sscanf(told[2], `TimingData {"n":%d}`, &first); err != nil {
		t.Fatalf("%q: %v", told[2], err)
	}
	want := []string{}
	for n := first; len(want) < len(told)-2; n++ {
		for range 1 + n%3/2 {
			want = append(want, fmt.Sprintf(`TimingData {"n":%d} 09:00:00`, n))
		}
	}
	if got := told[2:]; !slices.Equal(got, want[:len(got)]) {
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("message %d is %q, want %q", i, got[i], want[i])
			}
		}
	}
}

// A new connection that is refused, or ends, leaves the old one as it is.
func TestRenewInVain(t *testing.T) {
	c := newCounting(0)
	var mu sync.Mutex
	tries := 0
	h := (&hub{t: t, serve: c.serve}).start()
	h.negotiate = func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		tries++
		first := tries == 1
		mu.Unlock()
		if !first {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, usual)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var telling sync.WaitGroup
	telling.Go(func() {
		for pace := time.NewTicker(time.Millisecond); ctx.Err() == nil; {
			<-pace.C
			c.tell()
		}
	})
	defer telling.Wait()
	defer cancel()
	told, _, err := h.follow(400, func(cfg *Config) { cfg.Renew = 50 * time.Millisecond })
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if tries < 2 {
		t.Fatal("no second connection was tried")
	}
	for _, line := range told[2:] {
		if strings.HasPrefix(line, "snapshot") {
			t.Fatalf("a connection that was well gave %q", line)
		}
	}
}

// account makes a token that ends then; its signature is the hub's business.
func account(end time.Time) string {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return part(`{"alg":"RS256"}`) + "." + part(fmt.Sprintf(`{"exp":%d}`, end.Unix())) + "." + part("signature")
}

// The account's token is shown where one is needed, and left off once it is rejected or over.
func TestToken(t *testing.T) {
	var mu sync.Mutex
	var shown []string
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		id, _ := p.accept(ctx)
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":7}}}␞`)
		p.drain(ctx)
	}}).start()
	good := account(time.Now().Add(time.Hour))
	h.negotiate = func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		shown = append(shown, r.Header.Get("Authorization"))
		if auth := r.Header.Get("Authorization"); auth != "" && auth != "Bearer "+good {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, usual)
	}
	file := filepath.Join(t.TempDir(), "token")
	for name, c := range map[string]struct {
		token string
		want  []string
	}{
		"good":     {good + "\n", []string{"Bearer " + good}},
		"over":     {account(time.Now().Add(-time.Minute)), []string{""}},
		"rejected": {"somebody.elses.token", []string{"Bearer somebody.elses.token", ""}},
		"none":     {"", []string{""}},
		"split":    {"two words", []string{""}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(c.token), 0o600); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			shown = nil
			mu.Unlock()
			var said strings.Builder
			told, _, err := h.follow(1, func(cfg *Config) {
				cfg.TokenFile, cfg.Now = file, time.Now
				cfg.Log = slog.New(slog.NewTextHandler(&said, nil))
			})
			if err != nil || len(told) != 1 {
				t.Fatalf("%v, %v", told, err)
			}
			mu.Lock()
			defer mu.Unlock()
			if !slices.Equal(shown, c.want) {
				t.Errorf("the hub was shown %q, want %q", shown, c.want)
			}
			if token := strings.TrimSpace(c.token); token != "" && strings.Contains(said.String(), token) {
				t.Error("the log tells the token")
			}
			if name != "none" && !strings.Contains(said.String(), "put a new one") && name != "split" {
				t.Errorf("nobody was told: %q", said.String())
			}
		})
	}
}

// A hub that takes the token at the door and says no in the room is asked again as nobody, at once.
func TestTokenRejectedLate(t *testing.T) {
	h := (&hub{t: t, serve: func(ctx context.Context, p *peer) {
		if p.req.Header.Get("Authorization") != "" {
			p.read(ctx)
			p.send(ctx, `{"error":"Unauthorized: bad token"}␞`)
			return
		}
		id, _ := p.accept(ctx)
		p.send(ctx, `{"type":3,"invocationId":"`+id+`","result":{"SessionInfo":{"Key":7}}}␞`)
		p.drain(ctx)
	}}).start()
	told, _, err := h.follow(1, func(cfg *Config) { cfg.Token = "a.b.c" })
	if err != nil || len(told) != 1 {
		t.Fatalf("%v, %v", told, err)
	}
}
