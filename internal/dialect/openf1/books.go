package openf1

import (
	"context"
	"sync"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/wire"
)

// noTime asks for a place by its clock.
var noTime time.Time

// maxBooks bounds the derivations that are kept; one of a race takes some megabytes.
const maxBooks = 16

// books keeps derivations, so that what a log has brought since the last request is all that is read for the next.
type books struct {
	mu  sync.Mutex
	all map[string]*book
	use uint64
}

// book is the derivation of one session at one clock.
type book struct {
	mu     sync.Mutex
	d      *Derivation
	log    uint64 // the name of the log
	offset uint64 // of the newest message in it
	used   uint64
}

// read gives use the derivation of a session at a place. It is use's only until it returns.
func (b *books) read(ctx context.Context, sessions Sessions, o *occasion, p *wire.Place, use func(*Derivation) error) error {
	k := b.find(o.key + "@" + o.clock)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.d == nil || k.offset > p.Offset || k.log != p.Log { // the clock was set back, or it is another log
		k.d, k.offset, k.log = NewDerivation(o.number), 0, p.Log
	}
	if k.offset < p.Offset {
		err := sessions.Messages(ctx, o.key, k.offset+1, p.Offset, func(m *feed.Message) error {
			k.d.Take(m)
			k.offset = m.Offset
			return nil
		})
		if err != nil {
			return err
		}
		k.offset = p.Offset
	}
	return use(k.d)
}

// find is the book of that name, and makes room for a new one.
func (b *books) find(name string) *book {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.use++
	if k := b.all[name]; k != nil {
		k.used = b.use
		return k
	}
	if b.all == nil {
		b.all = map[string]*book{}
	}
	if len(b.all) >= maxBooks {
		oldest := ""
		for at, k := range b.all {
			if oldest == "" || k.used < b.all[oldest].used {
				oldest = at
			}
		}
		delete(b.all, oldest)
	}
	k := &book{used: b.use}
	b.all[name] = k
	return k
}
