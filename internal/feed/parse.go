package feed

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// Limits of a tree. The feed's largest message is 22 KB and nests 8 deep; these bound what damaged or
// hostile input can make us hold.
const (
	MaxPayload = 4 << 20  // bytes of one message
	MaxDepth   = 32       // nested objects and arrays
	MaxTree    = 16 << 20 // bytes one topic's tree may hold
)

// shareBelow is the size of a message under which its scalars point into one copy of it. A scalar that
// outlives its message keeps that copy alive, so larger messages copy scalar by scalar.
const shareBelow = 1 << 10

// nodeChunk is how many nodes or fields are allocated at once at most, for the same reason.
const nodeChunk = 64

// Errors of trees, to be tested with errors.Is.
var (
	ErrSyntax = errors.New("not valid JSON")
	ErrLimit  = errors.New("over a limit")
)

// parser makes nodes out of one payload.
type parser struct {
	in    string
	at    int
	copy  bool // scalars are copied out of in
	held  int  // bytes of the tree so far
	stack []Field
	nodes []Node  // free nodes of the current chunk
	kids  []Field // free fields of the current chunk
}

var parsers = sync.Pool{New: func() any { return new(parser) }}

// ParseNode reads one JSON value. The result does not refer to payload. Repeated keys of an object: the
// last one holds. It refuses what RFC 8259 refuses, text that is not UTF-8, and what is over a limit.
func ParseNode(payload []byte) (*Node, error) {
	if len(payload) > MaxPayload {
		return nil, fmt.Errorf("feed: parse: %w: %d bytes", ErrLimit, len(payload))
	}
	if !utf8.Valid(payload) {
		return nil, fmt.Errorf("feed: parse: %w: not UTF-8", ErrSyntax)
	}
	p := parsers.Get().(*parser)
	p.in, p.at, p.held = string(bytes.TrimPrefix(payload, bom)), 0, 0
	p.copy = len(p.in) > shareBelow && p.in[0] != '"' // a string alone is its own message
	n, err := p.value(0)
	if err == nil {
		if p.blanks(); p.at < len(p.in) {
			err = p.fail("text after the value")
		}
	}
	clear(p.stack) // left over after an error
	p.in, p.stack, p.nodes, p.kids = "", p.stack[:0], nil, nil
	parsers.Put(p)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (p *parser) fail(what string) error {
	return fmt.Errorf("feed: parse: %w: %s at byte %d", ErrSyntax, what, p.at)
}

func (p *parser) blanks() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) (*Node, error) {
	p.blanks()
	if p.at == len(p.in) {
		return nil, p.fail("value missing")
	}
	switch p.in[p.at] {
	case '{', '[':
		if depth == MaxDepth {
			return nil, fmt.Errorf("feed: parse: %w: nested deeper than %d", ErrLimit, MaxDepth)
		}
		return p.container(depth)
	case '"':
		raw, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if len(raw) == 2 {
			return p.shared(emptyNode)
		}
		return p.scalar(String, raw)
	case 't':
		return p.word(trueNode)
	case 'f':
		return p.word(falseNode)
	case 'n':
		return p.word(nullNode)
	}
	raw, err := p.number()
	if err != nil {
		return nil, err
	}
	return p.scalar(Number, raw)
}

func (p *parser) word(n *Node) (*Node, error) {
	if !strings.HasPrefix(p.in[p.at:], n.raw) {
		return nil, p.fail("unknown word")
	}
	p.at += len(n.raw)
	return p.shared(n)
}

func (p *parser) shared(n *Node) (*Node, error) { return n, p.hold(nodeSize) }

// hold counts bytes of the tree and refuses when they are too many.
func (p *parser) hold(n int) error {
	if p.held += n; p.held > MaxTree {
		return fmt.Errorf("feed: parse: %w: tree of more than %d bytes", ErrLimit, MaxTree)
	}
	return nil
}

func (p *parser) scalar(kind Kind, raw string) (*Node, error) {
	if err := p.hold(nodeSize + len(raw)); err != nil {
		return nil, err
	}
	n := p.node()
	n.kind, n.size, n.raw = kind, int32(nodeSize+len(raw)), p.keep(raw)
	return n, nil
}

func (p *parser) keep(s string) string {
	if p.copy {
		return strings.Clone(s)
	}
	return s
}

func (p *parser) node() *Node {
	if len(p.nodes) == 0 {
		p.nodes = make([]Node, p.chunk())
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	return n
}

// chunk guesses how many values are still to come: most take more than eight bytes.
func (p *parser) chunk() int { return min(1+(len(p.in)-p.at)/8, nodeChunk) }

// fields returns a copy of list that lasts.
func (p *parser) fields(list []Field) []Field {
	n := len(list)
	if n > len(p.kids) {
		if n > nodeChunk/4 {
			return append(make([]Field, 0, n), list...)
		}
		p.kids = make([]Field, n+p.chunk())
	}
	out := p.kids[:n:n]
	p.kids = p.kids[n:]
	copy(out, list)
	return out
}

// container reads an object or array. Its fields gather on the stack, because those of its children
// come in between.
func (p *parser) container(depth int) (*Node, error) {
	kind, end, base := Object, byte('}'), len(p.stack)
	if p.in[p.at] == '[' {
		kind, end = Array, ']'
	}
	n := p.node()
	if err := p.hold(nodeSize); err != nil {
		return nil, err
	}
	p.at++
	p.blanks()
	more := p.at == len(p.in) || p.in[p.at] != end
	if !more {
		p.at++
	}
	for more {
		var f Field
		var err error
		if kind == Object {
			if f.Key, err = p.key(); err != nil {
				return nil, err
			}
		}
		if f.Value, err = p.value(depth + 1); err != nil {
			return nil, err
		}
		p.stack = append(p.stack, f)
		p.blanks()
		switch {
		case p.at < len(p.in) && p.in[p.at] == ',':
		case p.at < len(p.in) && p.in[p.at] == end:
			more = false
		default:
			return nil, p.fail(kind.String() + " has no end")
		}
		p.at++
	}
	kids := p.fields(p.stack[base:])
	clear(p.stack[base:])
	p.stack = p.stack[:base]
	if kind == Object {
		kids = lastHolds(kids)
	}
	n.kind, n.kids, n.size = kind, kids, int32(sizeOf(kids))
	return n, nil
}

func (p *parser) key() (string, error) {
	p.blanks()
	if p.at == len(p.in) || p.in[p.at] != '"' {
		return "", p.fail("key missing")
	}
	raw, err := p.quoted()
	if err != nil {
		return "", err
	}
	p.blanks()
	if p.at == len(p.in) || p.in[p.at] != ':' {
		return "", p.fail("colon missing")
	}
	p.at++
	if err := p.hold(len(raw)); err != nil {
		return "", err
	}
	return p.keep(unquote(raw)), nil
}

// quoted reads a string with its quotes.
func (p *parser) quoted() (string, error) {
	start := p.at
	for p.at++; p.at < len(p.in); p.at++ {
		switch c := p.in[p.at]; {
		case c == '"':
			p.at++
			return p.in[start:p.at], nil
		case c < 0x20:
			return "", p.fail("control character in a string")
		case c == '\\':
			if p.at++; !p.escape() {
				return "", p.fail("bad escape")
			}
		}
	}
	return "", p.fail("string is cut")
}

// escape checks what follows a backslash and leaves p.at on its last byte.
func (p *parser) escape() bool {
	if p.at >= len(p.in) {
		return false
	}
	switch p.in[p.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if p.at+4 >= len(p.in) {
			return false
		}
		for _, c := range []byte(p.in[p.at+1 : p.at+5]) {
			if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
				return false
			}
		}
		p.at += 4
		return true
	}
	return false
}

func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '9' {
		p.at++
	}
	return p.at > start
}

// number reads a number as RFC 8259 defines it.
func (p *parser) number() (string, error) {
	start := p.at
	p.skip("-")
	zero := p.at < len(p.in) && p.in[p.at] == '0'
	first := p.at
	if !p.digits() || zero && p.at-first > 1 {
		return "", p.fail("no value")
	}
	if p.skip(".") && !p.digits() {
		return "", p.fail("fraction missing")
	}
	if p.skip("eE") {
		p.skip("+-")
		if !p.digits() {
			return "", p.fail("exponent missing")
		}
	}
	return p.in[start:p.at], nil
}

func (p *parser) skip(any string) bool {
	if p.at < len(p.in) && strings.IndexByte(any, p.in[p.at]) >= 0 {
		p.at++
		return true
	}
	return false
}

// lastHolds removes earlier fields whose key occurs again, keeping the first one's place.
func lastHolds(kids []Field) []Field {
	if len(kids) <= 16 {
		for i := 1; i < len(kids); i++ {
			for j := range i {
				if kids[j].Key == kids[i].Key {
					return dropRepeats(kids)
				}
			}
		}
		return kids
	}
	return dropRepeats(kids)
}

func dropRepeats(kids []Field) []Field {
	place := make(map[string]int, len(kids))
	out := kids[:0]
	for _, f := range kids {
		if i, ok := place[f.Key]; ok {
			out[i].Value = f.Value
			continue
		}
		place[f.Key] = len(out)
		out = append(out, f)
	}
	clear(kids[len(out):])
	return out
}
