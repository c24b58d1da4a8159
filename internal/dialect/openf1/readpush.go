package openf1

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mqtt3 "github.com/eclipse/paho.mqtt.golang"
	"github.com/valyala/fastjson"
)

// DefaultMQTT is the service's own address for push.
const DefaultMQTT = "mqtts://mqtt.openf1.org:8883"

// pushed are documents that were pushed and wait. The zero pushed never has any.
type pushed struct {
	hold time.Duration
	wake chan struct{}
	live atomic.Bool // connected and subscribed

	mu   sync.Mutex
	all  []pushedRow
	lost int // there was no room for
}

// pushedRow is a document as it came.
type pushedRow struct {
	collection string
	body       []byte
	id         int64
	at         time.Time
}

// maxPushed bounds the documents that wait: more than ten minutes of a race.
const maxPushed = 200_000

// up reports whether rows are pushed. Nil is nothing that pushes.
func (p *pushed) up() bool { return p != nil && p.live.Load() }

// set notes whether rows are pushed, and wakes whoever waits for them.
func (p *pushed) set(up bool) {
	p.live.Store(up)
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// add takes a document; it never blocks.
func (p *pushed) add(topic string, body []byte) {
	name := topic[strings.LastIndexByte(topic, '/')+1:]
	if keyFields[name] == nil {
		return // of no use here: the positions say who overtook
	}
	row := pushedRow{collection: name, body: slices.Clone(body), id: idOf(body), at: time.Now()}
	p.mu.Lock()
	if len(p.all) < maxPushed {
		p.all = append(p.all, row)
	} else {
		p.lost++
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// dropped is how many documents there was no room for since it was asked last.
func (p *pushed) dropped() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.lost
	p.lost = 0
	return n
}

// take waits for documents and gives those that have waited long enough for earlier ones, in the order in which they were
// sent; none when the push is lost meanwhile.
func (p *pushed) take(ctx context.Context) ([]pushedRow, error) {
	if p == nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	up := p.up()
	for {
		batch, next := p.ripe(time.Now())
		if len(batch) > 0 || up && !p.up() {
			return batch, nil
		}
		var timer *time.Timer
		var ready <-chan time.Time
		if !next.IsZero() {
			timer = time.NewTimer(time.Until(next))
			ready = timer.C
		}
		select {
		case <-ctx.Done():
		case <-p.wake:
		case <-ready:
		}
		if timer != nil {
			timer.Stop()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// ripe are the documents that came long enough ago, and those sent before them; next is when there will be others.
func (p *pushed) ripe(now time.Time) (batch []pushedRow, next time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := int64(-1)
	for i := range p.all {
		if row := &p.all[i]; now.Sub(row.at) >= p.hold {
			last = max(last, row.id)
		} else if next.IsZero() {
			next = row.at.Add(p.hold)
		}
	}
	if last < 0 {
		return nil, next
	}
	var rest []pushedRow
	for _, row := range p.all {
		if row.id <= last {
			batch = append(batch, row)
		} else {
			rest = append(rest, row)
		}
	}
	p.all = rest
	slices.SortStableFunc(batch, func(a, b pushedRow) int { return cmp.Compare(a.id, b.id) })
	return batch, next
}

// pushedRow takes a pushed document into the session.
func (r *Reader) pushedRow(row *pushedRow, now time.Time) {
	v, err := r.parser.ParseBytes(row.body)
	if err != nil {
		r.damaged(row.collection, row.body, err)
		return
	}
	doc, err := readRow(find(row.collection), v)
	if err != nil {
		r.damaged(row.collection, row.body, err)
		return
	}
	r.keep(doc, now, now)
}

// idOf is the version of a document, 0 for one that says none or can not be read.
func idOf(body []byte) int64 { return int64(fastjson.GetInt(body, "_id")) }

// startPush begins to follow the push, where there is one and somebody to follow it as. It ends with ctx or stop.
func (r *Reader) startPush(ctx context.Context) (stop func()) {
	r.push = nil
	if r.cfg.MQTT == "" || !r.account.has() {
		return func() {}
	}
	r.push = &pushed{hold: r.cfg.Reorder, wake: make(chan struct{}, 1)}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		r.followPush(ctx, r.push)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// followPush connects again and again. While it can not, the rounds of requests go on as if nothing were pushed.
func (r *Reader) followPush(ctx context.Context, p *pushed) {
	failures := 0
	for ctx.Err() == nil {
		began := time.Now()
		err := r.connected(ctx, p)
		p.set(false)
		if ctx.Err() != nil {
			return
		}
		if failures++; time.Since(began) > time.Minute {
			failures = 1
		}
		wait := min(time.Second<<min(failures-1, 8), 2*time.Minute)
		r.cfg.Log.Warn("openf1: push ended", "error", err, "again_in", wait)
		if pause(ctx, wait) != nil {
			return
		}
	}
}

var (
	errNoToken = errors.New("openf1: push: there is no access token")
	errSlow    = errors.New("openf1: push: the service does not answer")
)

// connected is one connection, from its token to its end.
func (r *Reader) connected(ctx context.Context, p *pushed) error {
	token := r.account.token(ctx)
	if token == "" {
		return errNoToken
	}
	lost := make(chan error, 1)
	o := mqtt3.NewClientOptions().AddBroker(r.cfg.MQTT).SetUsername("pitwall").SetPassword(token).SetProtocolVersion(4).SetCleanSession(true)
	o.SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(true).SetConnectTimeout(r.cfg.Timeout).SetKeepAlive(30 * time.Second)
	o.SetTLSConfig(r.tls())
	o.SetConnectionLostHandler(func(_ mqtt3.Client, err error) { lost <- err })
	o.SetDefaultPublishHandler(func(_ mqtt3.Client, m mqtt3.Message) { p.add(m.Topic(), m.Payload()) })
	client := mqtt3.NewClient(o)
	defer client.Disconnect(0)
	if err := r.settled(ctx, client.Connect()); err != nil {
		if strings.Contains(strings.ToLower(err.Error()), "not authori") || strings.Contains(err.Error(), "bad user name") {
			r.cfg.Log.Warn("openf1: push is refused; the token is kept, this passes", "error", err)
		}
		return fmt.Errorf("openf1: push: connect: %w", err)
	}
	if err := r.settled(ctx, client.Subscribe("v1/#", 0, nil)); err != nil {
		return fmt.Errorf("openf1: push: subscribe: %w", err)
	}
	p.set(true)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-lost:
		return fmt.Errorf("openf1: push: %w", err)
	}
}

// settled waits for what was asked of the broker.
func (r *Reader) settled(ctx context.Context, t mqtt3.Token) error {
	timer := time.NewTimer(r.cfg.Timeout)
	defer timer.Stop()
	select {
	case <-t.Done():
		return t.Error()
	case <-timer.C:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}
