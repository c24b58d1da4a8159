package feed

import "strings"

// Compact returns an equal state in memory of its own. A document shares texts and nodes with every
// message that left a value in it, and a single value keeps its whole message in memory: some fifty times
// what the document says. A copy that is kept for long is made compact.
func (s *State) Compact() *State {
	c := &State{topics: make(map[string]*Node, len(s.topics))}
	keys := map[string]string{}
	for name, n := range s.topics {
		var p compactor
		p.measure(n)
		p.keys, p.nodes, p.kids = keys, make([]Node, 0, p.nodeCount), make([]Field, 0, p.kidCount)
		p.text.Grow(p.textBytes)
		c.topics[name] = p.copy(n)
	}
	return c
}

// compactor copies one tree into three pieces of memory that are as large as it needs.
type compactor struct {
	nodeCount, kidCount, textBytes int
	keys                           map[string]string // texts of their own; the same few hundred come again and again
	nodes                          []Node
	kids                           []Field
	text                           strings.Builder
}

// shared reports whether a node is one of those that all trees use.
func shared(n *Node) bool {
	return n == nil || n == nullNode || n == trueNode || n == falseNode || n == emptyNode
}

func (p *compactor) measure(n *Node) {
	if shared(n) {
		return
	}
	p.nodeCount++
	p.kidCount += len(n.kids)
	p.textBytes += len(n.raw)
	for i := range n.kids {
		p.measure(n.kids[i].Value)
	}
}

func (p *compactor) copy(n *Node) *Node {
	if shared(n) {
		return n
	}
	p.nodes = append(p.nodes, Node{kind: n.kind, size: n.size})
	out := &p.nodes[len(p.nodes)-1]
	if len(n.raw) > 0 {
		at := p.text.Len()
		p.text.WriteString(n.raw)
		out.raw = p.text.String()[at:]
	}
	if len(n.kids) > 0 {
		at := len(p.kids)
		p.kids = p.kids[:at+len(n.kids)]
		out.kids = p.kids[at:len(p.kids):len(p.kids)]
		for i, f := range n.kids {
			out.kids[i] = Field{Key: p.key(f.Key), Value: p.copy(f.Value)}
		}
	}
	return out
}

func (p *compactor) key(k string) string {
	own, known := p.keys[k]
	if !known {
		own = strings.Clone(k)
		p.keys[own] = own
	}
	return own
}
