package f1live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"pitwall.live/internal/feed"
)

func TestMain(m *testing.M) {
	// Workers of the bus's engine that its shutdown leaves waiting.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge/internal/dissolve.(*Dissolver).runWorker"),
		goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*historyHub).runEverySecond"))
}

// hub is a SignalR Core hub of our own that behaves as a test tells it.
type hub struct {
	t *testing.T
	// negotiate answers POST; nil is the usual answer.
	negotiate http.HandlerFunc
	// serve has the socket once it is upgraded.
	serve func(ctx context.Context, c *peer)
	url   string
}

// peer is the hub's side of a connection.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
	rest []byte
	req  *http.Request
}

const usual = `{"negotiateVersion":1,"connectionId":"public","connectionToken":"to/ken=","availableTransports":[{"transport":"WebSockets","transferFormats":["Text","Binary"]}]}`

func (h *hub) start() *hub {
	server := httptest.NewServer(h)
	h.t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodOptions:
		http.SetCookie(w, &http.Cookie{Name: "AWSALBCORS", Value: "node7"})
	case strings.HasSuffix(r.URL.Path, "/negotiate") && r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case strings.HasSuffix(r.URL.Path, "/negotiate"):
		if cookie, err := r.Cookie("AWSALBCORS"); err != nil || cookie.Value != "node7" {
			h.t.Errorf("negotiate without the cookie: %v", r.Header)
		}
		if h.negotiate != nil {
			h.negotiate(w, r)
			return
		}
		fmt.Fprint(w, usual)
	default:
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			h.t.Error(err)
			return
		}
		conn.SetReadLimit(1 << 20)
		defer conn.CloseNow()
		h.serve(r.Context(), &peer{t: h.t, conn: conn, req: r})
	}
}

// read gives the client's next message.
func (p *peer) read(ctx context.Context) (m hubMessage, raw string, ok bool) {
	for {
		if record, rest, found := bytes.Cut(p.rest, []byte{separator}); found {
			p.rest = rest
			if err := json.Unmarshal(record, &m); err != nil {
				p.t.Errorf("the client sent %q: %v", record, err)
			}
			return m, string(record), true
		}
		_, frame, err := p.conn.Read(ctx)
		if err != nil {
			return m, "", false
		}
		p.rest = append(p.rest, frame...)
	}
}

// send writes a frame; ␞ stands for the separator.
func (p *peer) send(ctx context.Context, frame string) {
	frame = strings.ReplaceAll(frame, "␞", "\x1e")
	if err := p.conn.Write(ctx, websocket.MessageText, []byte(frame)); err != nil && ctx.Err() == nil {
		p.t.Logf("hub: %v", err)
	}
}

// accept does the handshake and takes the subscription.
func (p *peer) accept(ctx context.Context) (id string, topics []string) {
	if _, raw, _ := p.read(ctx); raw != `{"protocol":"json","version":1}` {
		p.t.Errorf("handshake %q", raw)
	}
	p.send(ctx, "{}␞")
	return p.subscription(ctx)
}

func (p *peer) subscription(ctx context.Context) (id string, topics []string) {
	for {
		m, raw, ok := p.read(ctx)
		if !ok {
			return "", nil
		}
		if m.Type != typeInvocation {
			continue
		}
		if m.Target != "Subscribe" || len(m.Arguments) != 1 || json.Unmarshal(m.Arguments[0], &topics) != nil {
			p.t.Errorf("subscription %s", raw)
		}
		return m.InvocationID, topics
	}
}

// drain reads until the client goes.
func (p *peer) drain(ctx context.Context) {
	for {
		if _, _, ok := p.read(ctx); !ok {
			return
		}
	}
}

// follow runs a client against the hub until it has want messages or ends, and returns a transcript.
func (h *hub) follow(want int, change func(*Config)) (told []string, client *Client, err error) {
	h.t.Helper()
	cfg := Default()
	cfg.URL, cfg.Log, cfg.StepTimeout = h.url, slog.New(slog.DiscardHandler), 5*time.Second
	cfg.Now = func() time.Time { return time.Time{} } // the tests of snapshot times set it
	if change != nil {
		change(&cfg)
	}
	client, err = New(cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	err = client.Run(ctx, func(ms []feed.Message) (int, error) {
		for _, m := range ms {
			s := fmt.Sprintf("%s %s", m.Topic, m.Payload)
			if m.Snapshot {
				s = "snapshot " + s
			}
			if !m.Time.IsZero() {
				s += " " + m.Time.Format("15:04:05.999999999")
			}
			told = append(told, s)
		}
		if len(told) >= want {
			cancel()
		}
		return len(ms), nil
	})
	if len(told) >= want && errors.Is(err, context.Canceled) {
		err = nil
	}
	return told, client, err
}

func expect(t *testing.T, told []string, want ...string) {
	t.Helper()
	if got, want := strings.Join(told, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
