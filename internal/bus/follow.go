package bus

import (
	"errors"
	"fmt"

	"github.com/centrifugal/centrifuge"
)

// Message is one publication at its place in the channel's stream. Nobody may write to Data.
type Message struct {
	Position
	Data []byte
}

// Follower is told what happens on a channel. Its functions are called inside the call that publishes or ends:
// they must not wait, and must not follow or stop following.
type Follower struct {
	Take func(Message)
	End  func(reason string) // the channel is over; nothing follows
}

// Follow tells f of every publication of the channel from now on, in order, none twice. Whoever wants the state
// before calls it where nothing is published meanwhile (see [Bus.Publish]'s callers). After stop has returned,
// f is not called again.
func (b *Bus) Follow(channel string, f Follower) (stop func()) {
	own := &f
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.followers[channel] == nil {
		b.followers[channel] = map[*Follower]struct{}{}
	}
	b.followers[channel][own] = struct{}{}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.followers[channel], own)
		if len(b.followers[channel]) == 0 {
			delete(b.followers, channel)
		}
	}
}

func (b *Bus) tell(channel string, m Message) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for f := range b.followers[channel] {
		f.Take(m)
	}
}

func (b *Bus) tellEnd(channel, reason string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for f := range b.followers[channel] {
		f.End(reason)
	}
}

// ErrGone says that a channel no longer holds what followed a position: its reader needs the whole state.
var ErrGone = errors.New("bus: what followed is no longer kept")

// Since gives what was published after the position, oldest first, or [ErrGone].
func (b *Bus) Since(channel string, at Position) ([]Message, error) {
	r, err := b.node.History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Since: &at, Limit: centrifuge.NoLimit}))
	if errors.Is(err, centrifuge.ErrorUnrecoverablePosition) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, fmt.Errorf("bus: history of %s: %w", channel, err)
	}
	all := make([]Message, len(r.Publications))
	for i, p := range r.Publications {
		all[i] = Message{Position: Position{Offset: p.Offset, Epoch: r.Epoch}, Data: p.Data}
	}
	if uint64(len(all)) != r.Offset-at.Offset { // also a place that has not been reached
		return nil, ErrGone
	}
	return all, nil
}

// Top is the position of the newest publication of the channel.
func (b *Bus) Top(channel string) (Position, error) {
	r, err := b.node.History(channel, centrifuge.WithHistoryFilter(centrifuge.HistoryFilter{Limit: 0}))
	if err != nil {
		return Position{}, fmt.Errorf("bus: position of %s: %w", channel, err)
	}
	return r.StreamPosition, nil
}
