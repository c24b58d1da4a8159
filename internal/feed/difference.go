package feed

import "strconv"

// AppendDifference appends the delta that [Merge] makes now of state with, and reports whether there is any difference;
// without one nothing is appended. Both are states, see [Clean]. The order of an object's fields is no difference.
func AppendDifference(dst []byte, state, now *Node) ([]byte, bool) {
	switch {
	case state.Kind() == Object && now.Kind() == Object:
		return appendObjectDifference(dst, state, now)
	case state.Kind() == Array && now.Kind() == Array && len(now.kids) >= len(state.kids):
		return appendListDifference(dst, state, now)
	case state != nil && sameTree(state, now):
		return dst, false
	}
	return AppendJSON(dst, now), true
}

// differ collects the members of a delta.
type differ struct {
	dst  []byte
	gone []string
	n    int // members so far
}

func appendObjectDifference(dst []byte, state, now *Node) ([]byte, bool) {
	d := differ{dst: append(dst, '{')}
	for _, f := range state.kids {
		if findField(now.kids, f.Key, 0) < 0 {
			d.gone = append(d.gone, f.Key)
		}
	}
	hint := 0
	for _, f := range now.kids {
		var old *Node
		if i := findField(state.kids, f.Key, hint); i >= 0 {
			old, hint = state.kids[i].Value, i+1
		}
		d.member(f.Key, old, f.Value)
	}
	return d.end(dst)
}

func appendListDifference(dst []byte, state, now *Node) ([]byte, bool) {
	d := differ{dst: append(dst, '{')}
	for i, f := range now.kids {
		var old *Node
		if i < len(state.kids) {
			old = state.kids[i].Value
		}
		d.member(strconv.Itoa(i), old, f.Value)
	}
	return d.end(dst)
}

// member appends what makes now of old, if there is anything to do. A list that is to be an object has to go first, for
// an object patches a list.
func (d *differ) member(key string, old, now *Node) {
	before := len(d.dst)
	if d.n > 0 {
		d.dst = append(d.dst, ',')
	}
	d.dst = append(appendQuoted(d.dst, key), ':')
	var differs bool
	if d.dst, differs = AppendDifference(d.dst, old, now); !differs {
		d.dst = d.dst[:before]
		return
	}
	d.n++
	if old.Kind() == Array && now.Kind() == Object {
		d.gone = append(d.gone, key)
	}
}

// end closes the delta; dst is what there was before it.
func (d *differ) end(dst []byte) ([]byte, bool) {
	if d.n == 0 && len(d.gone) == 0 {
		return dst, false
	}
	if len(d.gone) > 0 {
		if d.n > 0 {
			d.dst = append(d.dst, ',')
		}
		d.dst = append(appendQuoted(d.dst, deletedKey), ':', '[')
		for i, key := range d.gone {
			if i > 0 {
				d.dst = append(d.dst, ',')
			}
			d.dst = appendQuoted(d.dst, key)
		}
		d.dst = append(d.dst, ']')
	}
	return append(d.dst, '}'), true
}
