package socketio

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// packetType is the first digit of a Socket.IO packet.
type packetType byte

const (
	typeConnect packetType = iota
	typeDisconnect
	typeEvent
	typeAck
	typeConnectError
	typeBinaryEvent
	typeBinaryAck
)

// packet is a Socket.IO packet of a client.
type packet struct {
	kind        packetType
	namespace   string // "/" when the packet names none; without its query
	attachments int    // binary frames that follow
	ack         string // digits of the ack id; "" is none
	data        json.RawMessage
}

// errPacket says that a client does not speak the protocol: its connection is closed.
var errPacket = errors.New("socketio: malformed packet")

const (
	maxAttachments = 10
	maxDepth       = 16 // of JSON
	maxAckDigits   = 15 // a JavaScript number holds them exactly
)

// parsePacket reads the text after the Engine.IO digit and holds it to what its type may carry.
func parsePacket(text string) (packet, error) {
	p := packet{namespace: "/"}
	if text == "" || text[0] < '0' || text[0] > '6' {
		return p, errPacket
	}
	p.kind, text = packetType(text[0]-'0'), text[1:]
	if p.kind == typeBinaryEvent || p.kind == typeBinaryAck {
		count, rest, ok := strings.Cut(text, "-")
		n, err := strconv.ParseUint(count, 10, 8)
		if !ok || err != nil || n > maxAttachments {
			return p, errPacket
		}
		p.attachments, text = int(n), rest
	}
	if strings.HasPrefix(text, "/") {
		name, rest, _ := strings.Cut(text, ",")
		name, _, _ = strings.Cut(name, "?")
		p.namespace, text = name, rest
	}
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	if digits > maxAckDigits {
		return p, errPacket
	}
	p.ack, text = text[:digits], text[digits:]
	if text != "" {
		p.data = json.RawMessage(text)
		if depth(text) > maxDepth || !json.Valid(p.data) {
			return p, errPacket
		}
	}
	return p, p.check()
}

// check holds the data to the type.
func (p packet) check() error {
	ok := false
	switch p.kind {
	case typeConnect:
		ok = p.ack == "" && (p.data == nil || p.data[0] == '{')
	case typeDisconnect:
		ok = p.ack == "" && p.data == nil
	case typeEvent, typeBinaryEvent:
		name, _, err := p.event()
		ok = err == nil && !slices.Contains(reserved, name)
	case typeAck, typeBinaryAck:
		ok = p.ack != "" && len(p.data) > 0 && p.data[0] == '['
	}
	if !ok {
		return errPacket
	}
	return nil
}

// reserved are the names that no event may have.
var reserved = []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}

// event gives the name of an event, a number's as it is written, and its arguments.
func (p packet) event() (name string, args []json.RawMessage, err error) {
	var all []json.RawMessage
	if json.Unmarshal(p.data, &all) != nil || len(all) == 0 {
		return "", nil, errPacket
	}
	if json.Unmarshal(all[0], &name) == nil && all[0][0] == '"' {
		return name, all[1:], nil
	}
	if c := all[0][0]; c == '-' || c >= '0' && c <= '9' {
		return string(all[0]), all[1:], nil
	}
	return "", nil, errPacket
}

// depth is how deep brackets are nested outside of strings.
func depth(text string) (deepest int) {
	open, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			open++
			deepest = max(deepest, open)
		case c == ']' || c == '}':
			open--
		}
	}
	return deepest
}

// appendHead begins an Engine.IO message with a Socket.IO packet in it.
func appendHead(b []byte, kind packetType, namespace, ack string) []byte {
	b = append(b, engineMessage, '0'+byte(kind))
	if namespace != "/" {
		b = append(append(b, namespace...), ',')
	}
	return append(b, ack...)
}

// answer is a packet with data of ours, which always encodes.
func answer(kind packetType, namespace, ack string, data any) *frame {
	j, err := json.Marshal(data)
	if err != nil {
		panic("socketio: " + err.Error()) // plain structs of strings and numbers
	}
	return &frame{text: append(appendHead(nil, kind, namespace, ack), j...)}
}
