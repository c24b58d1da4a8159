// Command crowd follows one replay in every dialect at once and tells how far behind each one is. The part dialects of
// the benchmark calls it; it prints one JSON object, [report], on its standard output.
//
// A witness on our own WebSocket keeps of every message when it was published. What the others read is compared with that
// after the clock has been paused, so that nothing but reading is done while it runs.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pitwall.live/internal/wire"
)

// options are what the benchmark says.
type options struct {
	url, mqtt string
	each, all int
	duration  time.Duration
	poll      time.Duration
	pages     time.Duration
	pid       int
}

func main() {
	var o options
	flag.StringVar(&o.url, "url", "", "the server, which replays")
	flag.StringVar(&o.mqtt, "mqtt", "", "address of its MQTT")
	flag.IntVar(&o.each, "each", 50, "subscribers of each kind")
	flag.IntVar(&o.all, "all", 2, "subscribers by MQTT, and as many over WebSockets, to every collection with telemetry and locations")
	flag.DurationVar(&o.duration, "for", time.Minute, "how long to follow")
	flag.DurationVar(&o.poll, "poll", 2*time.Second, "how often each of those who poll asks")
	flag.DurationVar(&o.pages, "pages", 20*time.Second, "how often each reader of the archive reads its page")
	flag.IntVar(&o.pid, "pid", 0, "the server's process, whose processor time is told")
	flag.Parse()
	c := &crowd{options: o, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4 * o.each}, Timeout: time.Minute}}
	r, err := c.run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
}

// crowd is everybody who follows.
type crowd struct {
	options
	http    *http.Client
	key     string // of the session
	place   string // of its pages in the archive
	round   string // of its season, as Ergast's addresses have it: 2025/1
	witness *witness
	groups  []*group
	ending  atomic.Bool   // from here on a connection may end
	playing chan struct{} // closed when the clock runs
	stopped chan struct{} // closed when it stands again, and nothing comes any more
	running sync.WaitGroup
}

// group are the subscribers of one kind.
type group struct {
	name    string
	polls   bool // they ask; else they are pushed to
	follow  func(ctx context.Context, v *viewer) error
	lag     func(w *witness, r read) (ms float64, known bool)
	end     func(w *witness, v *viewer) (lost int, newest bool)
	viewers []*viewer
}

// viewer is one subscriber and what it has seen. Only its own goroutine writes to it, but for touched.
type viewer struct {
	group    *group
	begun    chan struct{} // closed when it has its snapshot, or its first answer
	once     sync.Once
	done     chan struct{} // closed when it has ended
	reads    []read
	messages int
	bytes    int64
	first    uint64 // seq, hash of a call or date, as the dialect has it; 0: none yet
	last     uint64
	lost     int
	ids      []int64   // of documents
	counted  int       // intervals after the first
	took     []float64 // ms an answer took
	refused  int       // answers that were none
	touched  atomic.Int64
	err      error
}

// read is one frame, or one answer.
type read struct {
	at   int64 // µs, on the wall
	mark int64 // names the oldest message in a frame, or the newest in an answer, as the dialect can name it
}

func (v *viewer) begin() { v.once.Do(func() { close(v.begun) }) }

func (v *viewer) read(at time.Time, mark int64) {
	v.reads = append(v.reads, read{at.UnixMicro(), mark})
	v.touched.Store(at.UnixMicro())
}

func (c *crowd) run(ctx context.Context) (*report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		c.ending.Store(true)
		cancel()
		c.running.Wait()
	}()
	if err := c.find(); err != nil {
		return nil, err
	}
	// They come while the clock stands, so that all have the same to read, and nobody's arrival is measured.
	if _, err := c.clock(http.MethodPatch, `{"paused":true}`); err != nil {
		return nil, err
	}
	c.stopped, c.playing = make(chan struct{}), make(chan struct{})
	c.witness = &witness{}
	watching := &group{name: "witness", follow: c.watch}
	c.groups = append([]*group{watching}, c.kinds()...)
	for _, g := range c.groups {
		n := c.each
		switch {
		case g == watching:
			n = 1
		case strings.Contains(g.name, "everything"):
			n = c.all
		}
		if err := c.admit(ctx, g, n); err != nil {
			return nil, err
		}
	}
	c.rest()
	before, err := c.clock(http.MethodPatch, `{"paused":false}`)
	if err != nil {
		return nil, err
	}
	began, spent := time.Now(), c.processor()
	close(c.playing)
	select {
	case <-time.After(c.duration):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	after, err := c.clock(http.MethodPatch, `{"paused":true}`)
	if err != nil {
		return nil, err
	}
	took, server := time.Since(began), c.processor()-spent
	c.settle()
	if err := c.findRows(before); err != nil {
		return nil, err
	}
	close(c.stopped)
	c.lastAnswers()
	c.ending.Store(true)
	cancel()
	c.running.Wait()
	r := c.report(before, after, took)
	r.Processor = server
	return r, nil
}

// processor is the processor time of the server in seconds, 0 unknown.
func (c *crowd) processor() float64 {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	ticks := 0.0
	for _, f := range fields[11:13] { // user and system time, in hundredths
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return ticks / 100
}

// admit starts the viewers of a group and waits until each has begun.
func (c *crowd) admit(ctx context.Context, g *group, n int) error {
	for range n {
		v := &viewer{group: g, begun: make(chan struct{}), done: make(chan struct{})}
		g.viewers = append(g.viewers, v)
		c.running.Go(func() {
			if err := g.follow(ctx, v); err != nil && !c.ending.Load() {
				v.err = err
			}
			v.begin()
			close(v.done)
		})
	}
	deadline := time.After(time.Minute)
	for _, v := range g.viewers {
		select {
		case <-v.begun:
		case <-deadline:
			return fmt.Errorf("%s: %d have not begun after a minute", g.name, n)
		}
	}
	return nil
}

// rest waits until the server has done what it does once for those who come: until it has taken less than a tenth of a
// second in one, but a minute at most.
func (c *crowd) rest() {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		spent := c.processor()
		time.Sleep(time.Second)
		if c.processor()-spent < 0.1 {
			return
		}
	}
}

// settle waits until nobody who is pushed to has read anything for two seconds, but half a minute at most.
func (c *crowd) settle() {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		newest := int64(0)
		for _, g := range c.groups {
			for _, v := range g.viewers {
				if !g.polls {
					newest = max(newest, v.touched.Load())
				}
			}
		}
		if time.Since(time.UnixMicro(newest)) > 2*time.Second {
			return
		}
	}
}

// lastAnswers waits until those who poll have asked once more, for what stands.
func (c *crowd) lastAnswers() {
	deadline := time.After(time.Minute)
	for _, g := range c.groups {
		for _, v := range g.viewers {
			if !g.polls {
				continue
			}
			select {
			case <-v.done:
			case <-deadline:
				return
			}
		}
	}
}

// find asks what is replayed.
func (c *crowd) find() error {
	var list wire.Sessions
	if err := c.get("/api/v1/sessions", &list); err != nil {
		return err
	}
	for i := range list.Sessions {
		if list.Sessions[i].Default {
			c.key = list.Sessions[i].Session.Key
		}
	}
	if c.key == "" {
		return errors.New("no session is shown")
	}
	return c.findPage()
}

func (c *crowd) get(path string, into any) error {
	body, _, err := c.fetch(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(body), "\ufeff")), into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// fetch is one request; whatever is not 200 is an error.
func (c *crowd) fetch(path string) (body []byte, status int, err error) {
	r, err := c.http.Get(c.url + path)
	if err != nil {
		return nil, 0, err
	}
	defer r.Body.Close() //nolint:errcheck // only read
	if body, err = io.ReadAll(r.Body); err != nil {
		return nil, r.StatusCode, err
	}
	if r.StatusCode != http.StatusOK {
		return body, r.StatusCode, fmt.Errorf("%s: %s: %.200s", path, r.Status, body)
	}
	return body, r.StatusCode, nil
}

// clock reads or changes the clock of the replay.
func (c *crowd) clock(method, change string) (state wire.ClockState, err error) {
	request, err := http.NewRequest(method, c.url+"/api/v1/clocks/default", strings.NewReader(change))
	if err != nil {
		return state, err
	}
	request.Header.Set("Content-Type", "application/json")
	r, err := c.http.Do(request)
	if err != nil {
		return state, err
	}
	defer r.Body.Close() //nolint:errcheck // only read
	if r.StatusCode != http.StatusOK {
		return state, fmt.Errorf("clock: %s", r.Status)
	}
	return state, json.NewDecoder(r.Body).Decode(&state)
}
