// Package bus carries numbered messages between roles and to sockets. A channel is a stream with an
// epoch and an offset that rises by one: a reader that was away continues after its last offset while
// the channel still holds it, and learns that it can not when the history is gone or the epoch changed.
//
// The engine is the broker of the centrifuge library, in memory here; its Redis broker has the same
// semantics. The gateway serves sockets from the same node, so a publish reaches them in one hop.
package bus

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
)

// Config bounds what a channel keeps for readers that were away.
type Config struct {
	History    int           // messages kept a channel
	HistoryTTL time.Duration // how long they are kept
	QueueBytes int           // unsent bytes after which a slow connection is cut
	Channels   int           // channels one connection may follow
	Log        func(level, message string, fields map[string]any)
}

// Default is enough for a minute away from a busy channel.
func Default() Config {
	return Config{History: 1200, HistoryTTL: 2 * time.Minute, QueueBytes: 4 << 20, Channels: 64}
}

// Bus is a set of channels in this process.
type Bus struct {
	node *centrifuge.Node
	cfg  Config

	mu        sync.RWMutex
	followers map[string]map[*Follower]struct{} // by channel
}

// Position is a place in a channel's stream.
type Position = centrifuge.StreamPosition

// New starts a memory bus. Handlers of the gateway must be set on [Bus.Node] before Start.
func New(cfg Config) (*Bus, error) {
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel:                        centrifuge.LogLevelInfo,
		LogHandler:                      logTo(cfg.Log),
		ClientQueueMaxSize:              cfg.QueueBytes,
		ClientChannelLimit:              cfg.Channels,
		ChannelMaxLength:                200,
		ClientStaleCloseDelay:           15 * time.Second,
		ClientChannelPositionCheckDelay: 30 * time.Second,
		HistoryMetaTTL:                  24 * time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	return &Bus{node: node, cfg: cfg, followers: map[string]map[*Follower]struct{}{}}, nil
}

func logTo(log func(level, message string, fields map[string]any)) centrifuge.LogHandler {
	if log == nil {
		return nil
	}
	return func(e centrifuge.LogEntry) { log(centrifuge.LogLevelToString(e.Level), e.Message, e.Fields) }
}

// Node is the engine, for the gateway.
func (b *Bus) Node() *centrifuge.Node { return b.node }

// Start begins delivery.
func (b *Bus) Start() error {
	if err := b.node.Run(); err != nil {
		return fmt.Errorf("bus: start: %w", err)
	}
	return nil
}

// Close disconnects everybody and stops delivery.
func (b *Bus) Close(ctx context.Context) error { return b.node.Shutdown(ctx) }

// Publish appends data to the channel and delivers it. The channel owns data from then on. Whoever publishes on
// one channel does so one call after another.
func (b *Bus) Publish(channel string, data []byte) (Position, error) {
	r, err := b.node.Publish(channel, data, centrifuge.WithHistory(b.cfg.History, b.cfg.HistoryTTL))
	if err != nil {
		return Position{}, fmt.Errorf("bus: publish %s: %w", channel, err)
	}
	b.tell(channel, Message{Position: r.StreamPosition, Data: data})
	return r.StreamPosition, nil
}

// CodeEnded is the code of the unsubscription with which [Bus.End] sends followers away; a client does not
// come back after it by itself.
const CodeEnded = 2404

// End sends away whoever follows the channel, because it is over, with a reason for people.
func (b *Bus) End(channel, reason string) error {
	b.tellEnd(channel, reason)
	if b.node.Hub().NumSubscribers(channel) == 0 {
		return nil
	}
	// All viewers are one user, the nameless.
	err := b.node.Unsubscribe("", channel, centrifuge.WithCustomUnsubscribe(centrifuge.Unsubscribe{Code: CodeEnded, Reason: reason}))
	if err != nil {
		return fmt.Errorf("bus: end %s: %w", channel, err)
	}
	return nil
}

// Forget drops what a channel keeps, when nobody can come back for it or what follows makes it needless.
// The channel's numbers go on; a reader that was away longer learns that it can not be recovered.
func (b *Bus) Forget(channel string) error { return b.node.RemoveHistory(channel) }
