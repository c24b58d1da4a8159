package feed

import (
	"errors"
	"fmt"
	"strings"
)

// MaxList is the longest list a delta can make: a list index at or above it is refused. The longest
// real list, a race's control messages, has some 160 entries.
const MaxList = 4096

// Keys that steer the merge and are never stored.
const (
	deletedKey  = "_deleted" // names members to remove
	keyframeKey = "_kf"      // marks a keyframe; merging one is the same as replacing by it
)

// ErrIndex is the error of a list index that is too large.
var ErrIndex = errors.New("list index is too large")

// Merge applies a delta of topic to its state and returns the new state. It changes neither and shares
// what did not change; when nothing changed it returns state itself. On an error it returns state.
//
// The rules are the feed's: objects merge key by key; an object with decimal keys patches a list, which
// grows by null up to the index; lists and scalars replace; "_deleted" removes the keys it names before
// the rest of its object is applied (an element of a list becomes null, so that no index moves) and
// "_kf" is dropped. Null is a value here like any other: only typed state knows that it must not blank
// a name. Where there is no state yet, an object whose keys are all decimal becomes a list if the topic
// has a list there.
func Merge(topic string, state, delta *Node) (*Node, error) {
	m := merger{topic: topic}
	n, err := m.merge("", "", state, delta)
	if err == nil && n != nil && n.size > MaxTree {
		err = fmt.Errorf("%w: tree of more than %d bytes", ErrLimit, MaxTree)
	}
	if err != nil {
		return state, fmt.Errorf("feed: merge: %w", err)
	}
	return n, nil
}

// Clean returns n as a state of topic: without "_deleted" and "_kf", and with lists that came as
// objects made into lists.
func Clean(topic string, n *Node) (*Node, error) {
	return Merge(topic, nil, n)
}

type merger struct {
	topic  string
	padded int    // nulls added to lists by this merge
	nodes  []Node // free nodes: a delta makes one on each level, five or so
}

// listFields are the fields that are lists wherever they occur, see also isList.
var listFields = map[string]bool{
	"BestLapTimes": true, "BestSectors": true, "Captures": true, "LapPosition": true, "Messages": true,
	"NoEntries": true, "Sectors": true, "Segments": true, "Series": true, "Stats": true,
	"StatusSeries": true, "Streams": true,
}

// isList reports whether the feed has a list at key, a member of parent. The names Lines, Stints and
// PitTimes are lists in one topic and maps by car number in others.
func (m *merger) isList(parent, key string) bool {
	switch {
	case listFields[key]:
		return true
	case key == "Lines":
		return m.topic == TopicTopThree
	case key == "Stints":
		return m.topic != TopicTyreStintSeries
	}
	return parent == "PitTimes" || parent == "Overtakes"
}

// merge applies delta to the state of the field key of parent. A nil state is an absent one.
func (m *merger) merge(parent, key string, state, delta *Node) (*Node, error) {
	switch delta.Kind() {
	case Array:
		n, err := m.fresh(parent, key, delta)
		if err == nil && sameTree(state, n) {
			n = state
		}
		return n, err
	case Object:
		switch {
		case state.Kind() == Array:
			return m.intoList(key, state, delta)
		case state.Kind() == Object && (len(state.kids) > 0 || !m.isList(parent, key)):
			return m.intoObject(key, state, delta)
		}
		n, err := m.fresh(parent, key, delta)
		if err == nil && sameTree(state, n) {
			n = state
		}
		return n, err
	}
	if state != nil && delta != nil && state.kind == delta.kind && state.raw == delta.raw {
		return state, nil
	}
	return delta, nil
}

// intoObject merges the members of delta into those of state.
func (m *merger) intoObject(name string, state, delta *Node) (*Node, error) {
	kids, owned := state.kids, false
	own := func() {
		if !owned {
			kids, owned = append(make([]Field, 0, len(kids)+1), kids...), true
		}
	}
	gone := removals(delta)
	if len(gone) > 0 {
		if left := without(kids, gone); len(left) < len(kids) {
			kids, owned = left, true
		}
	}
	places := indexOf(kids, delta.kids)
	hint := 0
	for _, f := range delta.kids {
		if f.Key == deletedKey || f.Key == keyframeKey {
			continue
		}
		var i int
		if places != nil {
			i = places.find(f.Key)
		} else {
			i = findField(kids, f.Key, hint)
		}
		var old *Node
		if i >= 0 {
			old = kids[i].Value
			hint = i + 1
		}
		from := old
		if _, anew := gone[f.Key]; anew {
			from = nil
		}
		n, err := m.merge(name, f.Key, from, f.Value)
		if err != nil {
			return nil, at(f.Key, err)
		}
		if from != old && sameTree(old, n) {
			n = old
		}
		if i < 0 {
			own()
			kids = append(kids, Field{f.Key, n})
		} else if n != old {
			own()
			kids[i].Value = n
		}
	}
	if !owned {
		return state, nil
	}
	return m.container(Object, kids)
}

// intoList patches elements of state: the keys of delta are indexes, others are ignored.
func (m *merger) intoList(name string, state, delta *Node) (*Node, error) {
	kids, owned := state.kids, false
	set := func(i int, n *Node) error {
		if !owned {
			kids, owned = append(make([]Field, 0, max(len(kids), i+1)), kids...), true
		}
		if err := m.pad(i - len(kids)); err != nil {
			return err
		}
		for len(kids) <= i {
			kids = append(kids, Field{Value: nullNode})
		}
		kids[i].Value = n
		return nil
	}
	if gone := delta.member(deletedKey); gone.Kind() == Array {
		for _, f := range gone.kids {
			key, _ := f.Value.Text()
			if i, ok := listIndex(key); ok && i < len(kids) && kids[i].Value != nullNode {
				if err := set(i, nullNode); err != nil {
					return nil, err
				}
			}
		}
	}
	for _, f := range delta.kids {
		i, ok := listIndex(f.Key)
		if !ok {
			continue
		}
		if i >= MaxList {
			return nil, at(f.Key, ErrIndex)
		}
		var old *Node
		if i < len(kids) {
			old = kids[i].Value
		}
		n, err := m.merge(name, f.Key, old, f.Value)
		if err == nil && n != old {
			err = set(i, n)
		}
		if err != nil {
			return nil, at(f.Key, err)
		}
	}
	if !owned {
		return state, nil
	}
	return m.container(Array, kids)
}

// pad counts nulls added to lists, so that one message cannot add a full list's worth many times.
func (m *merger) pad(n int) error {
	if n > 0 {
		if m.padded += n; m.padded > 2*MaxList {
			return fmt.Errorf("%w: gaps of more than %d in lists", ErrLimit, 2*MaxList)
		}
	}
	return nil
}

// fresh makes a state of a delta that meets none. It returns n itself when there is nothing to change.
func (m *merger) fresh(parent, key string, n *Node) (*Node, error) {
	if n.Kind() == Object && len(n.kids) > 0 && m.isList(parent, key) && allIndexes(n.kids) {
		return m.intoList(key, &Node{kind: Array, size: nodeSize}, n)
	}
	var kids []Field // nil while everything was kept
	for i, f := range n.kids {
		drop := n.kind == Object && (f.Key == deletedKey || f.Key == keyframeKey)
		v := f.Value
		if !drop && v.kind >= Array {
			var err error
			if v, err = m.fresh(key, f.Key, v); err != nil {
				return nil, at(f.Key, err)
			}
		}
		if kids == nil && (drop || v != f.Value) {
			kids = append(make([]Field, 0, len(n.kids)), n.kids[:i]...)
		}
		if kids != nil && !drop {
			kids = append(kids, Field{f.Key, v})
		}
	}
	if kids == nil {
		return n, nil
	}
	return m.container(n.kind, kids)
}

func (m *merger) container(kind Kind, kids []Field) (*Node, error) {
	size := sizeOf(kids)
	if size > MaxTree {
		return nil, fmt.Errorf("%w: tree of more than %d bytes", ErrLimit, MaxTree)
	}
	if len(m.nodes) == 0 {
		m.nodes = make([]Node, 5)
	}
	n := &m.nodes[0]
	m.nodes = m.nodes[1:]
	n.kind, n.size, n.kids = kind, int32(size), kids
	return n, nil
}

// member returns a field of an object, or nil.
func (n *Node) member(key string) *Node {
	if i := findField(n.kids, key, 0); i >= 0 {
		return n.kids[i].Value
	}
	return nil
}

// removals returns the keys that the "_deleted" list of delta names: true for those to remove, false
// for those that delta sets anew, which keep their place.
func removals(delta *Node) map[string]bool {
	list := delta.member(deletedKey)
	if list.Kind() != Array {
		return nil
	}
	gone := make(map[string]bool, len(list.kids))
	for _, f := range list.kids {
		if key, ok := f.Value.Text(); ok {
			gone[key] = true
		}
	}
	for _, f := range delta.kids {
		if gone[f.Key] {
			gone[f.Key] = false
		}
	}
	return gone
}

// without copies kids but for those to remove.
func without(kids []Field, gone map[string]bool) []Field {
	out := make([]Field, 0, len(kids)+1)
	for _, f := range kids {
		if !gone[f.Key] {
			out = append(out, f)
		}
	}
	return out
}

// indexOf maps keys to places when both objects are so wide that searching each key would take long.
// Otherwise it returns nil. Keys of a delta are unique, so fields appended later need no place.
func indexOf(kids, delta []Field) index {
	if len(kids) < 64 || len(delta) < 16 {
		return nil
	}
	places := make(index, len(kids))
	for i, f := range kids {
		places[f.Key] = i
	}
	return places
}

// index maps keys to places.
type index map[string]int

func (x index) find(key string) int {
	if i, ok := x[key]; ok {
		return i
	}
	return -1
}

func allIndexes(kids []Field) bool {
	some := false
	for _, f := range kids {
		if f.Key == deletedKey || f.Key == keyframeKey {
			continue
		}
		if _, ok := listIndex(f.Key); !ok {
			return false
		}
		some = true
	}
	return some
}

// pathError is an error at a place in the tree; the place is put together on the way out.
type pathError struct {
	path []string // innermost first
	err  error
}

func (e *pathError) Error() string {
	var b strings.Builder
	for i := len(e.path) - 1; i >= 0; i-- {
		b.WriteString(e.path[i])
		if i > 0 {
			b.WriteByte('.')
		}
	}
	return b.String() + ": " + e.err.Error()
}

func (e *pathError) Unwrap() error { return e.err }

// at adds key to the place of err. A key that is long is cut.
func at(key string, err error) error {
	if len(key) > 40 {
		key = key[:40] + "..."
	}
	var e *pathError
	if !errors.As(err, &e) {
		e = &pathError{err: err}
	}
	e.path = append(e.path, key)
	return e
}
