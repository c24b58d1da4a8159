package cache

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// maxSubjects bounds the versions in memory: viewers may ask for any number of sessions. Those that Redis knows
// are dropped beyond it and read again when asked for.
const maxSubjects = 1 << 16

// versions are the versions of subjects as far as this process knows.
type versions struct {
	mu    sync.RWMutex
	known map[string]version
	// epoch rises whenever a change may have been missed; what was learned in an older one is only a floor.
	epoch uint64
	live  bool // the subscription to changes stands
}

type version struct {
	number uint64
	epoch  uint64
	untold bool // raised here while Redis did not answer
}

func newVersions() versions { return versions{known: map[string]version{}, epoch: 1} }

// look gives the version as known, whether that is surely the newest, and the epoch of this moment.
func (v *versions) look(subject string) (number uint64, sure bool, epoch uint64) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	k, ok := v.known[subject]
	return k.number, ok && (k.untold || (v.live && k.epoch == v.epoch)), v.epoch
}

// learn takes a number from Redis, read in an epoch. A version never falls: a smaller number than is known came
// late, or Redis has lost its data, so the next question asks it.
func (v *versions) learn(subject string, number, epoch uint64) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := v.known[subject]
	switch {
	case number >= k.number:
		k.number, k.untold, k.epoch = number, false, max(k.epoch, epoch)
	case !k.untold:
		k.epoch = 0
	}
	v.put(subject, k)
	return k.number
}

// raise counts a change that Redis was not told of.
func (v *versions) raise(subject string) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := v.known[subject]
	k.number++
	k.untold = true
	v.put(subject, k)
	return k.number
}

func (v *versions) put(subject string, k version) {
	if _, ok := v.known[subject]; !ok && len(v.known) >= maxSubjects {
		v.epoch++ // a read that began before must not count as sure afterwards
		for name, old := range v.known {
			if !old.untold {
				delete(v.known, name)
			}
		}
	}
	v.known[subject] = k
}

// turn marks the beginning or the end of the subscription: either way changes may have been missed before.
func (v *versions) turn(live bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.epoch++
	v.live = live
}

func (v *versions) now() uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.epoch
}

// untold lists the subjects whose rise Redis does not know.
func (v *versions) untold() map[string]uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	list := map[string]uint64{}
	for subject, k := range v.known {
		if k.untold {
			list[subject] = k.number
		}
	}
	return list
}

// Key is the key of a value as of now: of the class's service and entity, at the version of the ID's subject.
func (c *Cache) Key(ctx context.Context, class Class, id string) Key {
	k := Key{Service: class.Service, Entity: class.Entity, ID: id}
	k.Version = c.Version(ctx, k.Subject())
	return k
}

// Version is the version of a subject; zero if no change was ever told. It is read from memory while the
// subscription to changes stands. While Redis does not answer, it is what this process knows.
func (c *Cache) Version(ctx context.Context, subject string) uint64 {
	number, sure, epoch := c.versions.look(subject)
	if sure || c.redis == nil || !isID(subject) {
		return number
	}
	stored, err := c.redis.version(ctx, subject)
	if err != nil {
		return number // the failure is told where Redis is asked
	}
	if stored < number {
		// What we know came from Redis, which has lost it. Others may have counted from nothing since.
		if stored, err = c.redis.raise(ctx, subject, number+1); err != nil {
			return number
		}
	}
	return c.versions.learn(subject, stored, epoch)
}

// Bump raises the version of a subject after a change of it was stored or applied, and gives the new one. All
// values kept under the subject's older versions are out of reach from then on, here at once and in other
// processes as soon as Redis has told them. The error is that of a subject that no key can have.
func (c *Cache) Bump(ctx context.Context, subject string) (uint64, error) {
	if !isID(subject) || strings.Contains(subject, "/") {
		return 0, fmt.Errorf("cache: bump %s: not the subject of a key", quoted(subject))
	}
	c.figures.bumps.Add(1)
	if c.redis == nil {
		return c.versions.raise(subject), nil
	}
	floor, _, epoch := c.versions.look(subject)
	// Also for a caller who is leaving: the change is there.
	stored, err := c.redis.raise(context.WithoutCancel(ctx), subject, floor+1)
	if err != nil {
		number := c.versions.raise(subject)
		c.redis.mend()
		return number, nil
	}
	return c.versions.learn(subject, stored, epoch), nil
}

// told handles a message of the channel of changes: "{subject} {version}". Others may publish there too, so what
// can not be read changes nothing.
func (c *Cache) told(message string) {
	subject, digits, _ := strings.Cut(message, " ")
	number, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || !isID(subject) || number > maxVersion {
		c.cfg.Log.Warn("cache: a message on the channel of versions can not be read", "message", quoted(message))
		return
	}
	c.versions.learn(subject, number, c.versions.now())
}
