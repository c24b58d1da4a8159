package feed

import (
	"encoding/json"
	"iter"
	"strings"
)

// Kind is the JSON type of a [Node].
type Kind uint8

// The JSON types.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"null", "bool", "number", "string", "array", "object"}

// String names the kind as JSON does.
func (k Kind) String() string { return kindNames[k] }

// Node is a JSON value that never changes after it was made, so that trees can share branches and a
// copy of a whole state is a copy of one pointer. Objects keep the order of their fields; scalars keep
// their text as it arrived. The methods of a nil *Node answer as for an absent value.
type Node struct {
	kind Kind
	size int32  // bytes this tree holds, roughly; see sizeOf
	raw  string // scalars: the JSON text
	kids []Field
}

// Field is one member of an object, or one element of an array (whose Key is empty).
type Field struct {
	Key   string // decoded
	Value *Node
}

// nodeSize is what one node costs besides its texts.
const nodeSize = 72

// Values that occur in nearly every message; sharing them saves their allocation.
var (
	nullNode  = &Node{kind: Null, size: nodeSize, raw: "null"}
	trueNode  = &Node{kind: Bool, size: nodeSize, raw: "true"}
	falseNode = &Node{kind: Bool, size: nodeSize, raw: "false"}
	emptyNode = &Node{kind: String, size: nodeSize, raw: `""`}
)

// Kind returns the JSON type; Null for an absent node.
func (n *Node) Kind() Kind {
	if n == nil {
		return Null
	}
	return n.kind
}

// Raw returns a scalar's JSON text as it arrived, quotes included; "" for arrays, objects and absent nodes.
func (n *Node) Raw() string {
	if n == nil {
		return ""
	}
	return n.raw
}

// Text returns what a scalar says: a string without quotes and escapes, a number or a boolean as
// written. The feed writes the same value sometimes as a string and sometimes as a number. It reports
// false for null, arrays, objects and absent nodes.
func (n *Node) Text() (string, bool) {
	switch n.Kind() {
	case Bool, Number:
		return n.raw, true
	case String:
		return unquote(n.raw), true
	}
	return "", false
}

// Len returns the number of fields or elements.
func (n *Node) Len() int {
	if n == nil {
		return 0
	}
	return len(n.kids)
}

// Get follows path through objects by key and through arrays by decimal index. It returns nil when
// there is nothing at its end.
func (n *Node) Get(path ...string) *Node {
	for _, key := range path {
		switch n.Kind() {
		case Object:
			i := findField(n.kids, key, 0)
			if i < 0 {
				return nil
			}
			n = n.kids[i].Value
		case Array:
			i, ok := listIndex(key)
			if !ok || i >= len(n.kids) {
				return nil
			}
			n = n.kids[i].Value
		default:
			return nil
		}
	}
	return n
}

// Fields yields an object's members in order; nothing for other kinds.
func (n *Node) Fields() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		if n.Kind() != Object {
			return
		}
		for _, f := range n.kids {
			if !yield(f.Key, f.Value) {
				return
			}
		}
	}
}

// Items yields an array's elements with their indexes; nothing for other kinds.
func (n *Node) Items() iter.Seq2[int, *Node] {
	return func(yield func(int, *Node) bool) {
		if n.Kind() != Array {
			return
		}
		for i, f := range n.kids {
			if !yield(i, f.Value) {
				return
			}
		}
	}
}

// findField returns the place of key among fields, or -1. Deltas name fields in the order of the state,
// so the search begins at hint and wraps around.
func findField(fields []Field, key string, hint int) int {
	if hint >= len(fields) {
		hint = 0
	}
	for i := hint; i < len(fields); i++ {
		if fields[i].Key == key {
			return i
		}
	}
	for i := range hint {
		if fields[i].Key == key {
			return i
		}
	}
	return -1
}

// sameTree reports whether two trees are equal, field order included.
func sameTree(a, b *Node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.kind != b.kind || a.raw != b.raw || len(a.kids) != len(b.kids) {
		return false
	}
	for i := range a.kids {
		if a.kids[i].Key != b.kids[i].Key || !sameTree(a.kids[i].Value, b.kids[i].Value) {
			return false
		}
	}
	return true
}

// sizeOf adds up what a node with these fields holds.
func sizeOf(kids []Field) int {
	size := nodeSize
	for _, f := range kids {
		size += len(f.Key) + int(f.Value.size)
	}
	return size
}

// AppendJSON appends n as compact JSON: scalars as they arrived, fields in order, null for an absent node.
func AppendJSON(dst []byte, n *Node) []byte {
	switch n.Kind() {
	case Array:
		dst = append(dst, '[')
		for i, f := range n.kids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendJSON(dst, f.Value)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i, f := range n.kids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendQuoted(dst, f.Key)
			dst = append(dst, ':')
			dst = AppendJSON(dst, f.Value)
		}
		return append(dst, '}')
	}
	if n == nil {
		return append(dst, "null"...)
	}
	return append(dst, n.raw...)
}

// appendQuoted appends s, which is valid UTF-8, as a JSON string.
func appendQuoted(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// unquote decodes a JSON string that ParseNode accepted.
func unquote(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return raw[1 : len(raw)-1] // cannot happen: escapes were checked
	}
	return s
}

// listIndex reads a decimal index. It reports false for anything but digits; values too large for any
// list come back as the largest int.
func listIndex(key string) (int, bool) {
	if key == "" {
		return 0, false
	}
	i := 0
	for j := range len(key) {
		c := key[j]
		if c < '0' || c > '9' {
			return 0, false
		}
		if i < 1<<40 {
			i = i*10 + int(c-'0')
		}
	}
	return i, true
}
