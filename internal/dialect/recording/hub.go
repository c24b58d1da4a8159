package recording

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"pitwall.live/internal/feed"
)

// lineKind is the form a line has.
type lineKind int

const (
	kindControl  lineKind = iota // keep-alive, handshake, ping: of the transport, no data
	kindLegacy                   // {"C":…,"M":[{"H":"Streaming","M":"feed","A":[…]}]} or one such invocation
	kindCore                     // {"type":1,"target":"feed","arguments":[…]}
	kindTyped                    // {"Type":…,"Json":…,"DateTime":…}
	kindPython                   // ['Topic', {…}, 'time']
	kindPyFrame                  // {'C': …, 'M': […]}
	kindList                     // ["Topic",{…},"time"]
	kindSnapshot                 // a map topic → state, bare or as the answer to Subscribe
	kindOwn                      // the lines that record writes
	lineKinds
)

// stamp says what a message told about its time.
type stamp uint8

const (
	stampGood stamp = iota
	// stampNone: no time was given, as with every snapshot; the next known time is taken.
	stampNone
	stampBad
)

// decoded is one message of a line. Its memory is the line's or the decoder's, valid until the next line.
type decoded struct {
	topic    string
	payload  []byte
	time     time.Time
	received time.Time
	stamp    stamp
	snapshot bool
	// own says that the message was written by us, with the offset and occurrence that it had then.
	own        bool
	offset     uint64
	occurrence uint32
}

// decoder turns lines of any of the dialects into messages.
type decoder struct {
	topics interner
	out    []decoded
	kinds  [lineKinds]int // usable lines by form
	// partial hears of parts of a line that could not be used while others were.
	partial func(reason error)

	s      scanner
	fields []field
	inner  []field
	items  [][]byte
	args   [][]byte
	json   []byte // a Python line as JSON
	text   []byte // payloads that came as text in a string
	ours   feed.Message
	// session is the key that the header of one of our recordings names.
	session string
}

func newDecoder(partial func(error)) *decoder {
	return &decoder{topics: interner{}, partial: partial}
}

var (
	errBare    = errors.New("a bare string, expected topic, payload and time")
	errNoForm  = errors.New("of no known form: expected a hub frame, a Type/Json/DateTime object, a Python literal or a line of ours")
	errPayload = errors.New("payload is neither an object, nor a list, nor a string")
)

// line decodes one line into d.out. The error says why nothing of it could be used.
func (d *decoder) line(b []byte) error {
	d.out, d.text = d.out[:0], d.text[:0]
	kind, err := d.dispatch(b)
	if err == nil {
		d.kinds[kind]++
	}
	return err
}

func (d *decoder) dispatch(b []byte) (lineKind, error) {
	second := byte(0)
	if rest := bytes.TrimLeft(b[1:], " \t"); len(rest) > 0 {
		second = rest[0]
	}
	switch b[0] {
	case '{':
		if second == '\'' {
			return d.python(b)
		}
		if bytes.HasPrefix(b, []byte(`{"o":`)) || feed.IsHeader(b) {
			return kindOwn, d.own(b)
		}
		return d.jsonObject(b)
	case '[', '(':
		if second == '"' {
			if kind, err := d.jsonList(b); err == nil {
				return kind, nil
			}
		}
		return d.python(b)
	case '"', '\'':
		return 0, errBare
	}
	if i := bytes.Index(b, []byte(" > {")); i > 0 && i <= maxTopic {
		return 0, errors.New("a LiveF1 log line: flattened and lossy, not supported")
	}
	return 0, errNoForm
}

// own reads a line that record wrote.
func (d *decoder) own(b []byte) error {
	if feed.IsHeader(b) {
		h, err := feed.ParseHeader(b)
		d.session = h.Session
		return err
	}
	m := &d.ours
	if err := feed.ParseLine(b, m); err != nil {
		return err
	}
	d.out = append(d.out, decoded{topic: m.Topic, payload: m.Payload, time: m.Time, received: m.Received,
		snapshot: m.Snapshot, own: true, offset: m.Offset, occurrence: m.Occurrence})
	return nil
}

// python converts the line to JSON and takes it from there.
func (d *decoder) python(b []byte) (lineKind, error) {
	var err error
	if d.json, err = appendPython(d.json[:0], b); err != nil {
		return 0, fmt.Errorf("not a Python literal: %w", err)
	}
	if d.json[0] == '{' {
		kind, err := d.jsonObject(d.json)
		if kind == kindLegacy {
			kind = kindPyFrame
		}
		return kind, err
	}
	_, err = d.jsonList(d.json)
	return kindPython, err
}

func (d *decoder) end() error {
	if d.s.err == nil {
		d.s.end()
	}
	if d.s.err != nil {
		return fmt.Errorf("not JSON: %w", d.s.err)
	}
	return nil
}

func (d *decoder) jsonList(b []byte) (lineKind, error) {
	if err := d.s.start(b); err != nil {
		return 0, err
	}
	if b[0] != '[' {
		return 0, errNoForm
	}
	d.args = d.args[:0]
	d.s.array(&d.args)
	if err := d.end(); err != nil {
		return 0, err
	}
	return kindList, d.message(d.args)
}

func (d *decoder) jsonObject(b []byte) (lineKind, error) {
	if err := d.s.start(b); err != nil {
		return 0, err
	}
	d.fields = d.fields[:0]
	d.s.object(&d.fields)
	if err := d.end(); err != nil {
		return 0, err
	}
	return d.object(d.fields)
}

// object tells the JSON forms apart by their member names.
func (d *decoder) object(fields []field) (lineKind, error) {
	var typ, target, args, m, a, r, result, name, body, date []byte
	control := len(fields) == 0
	for _, f := range fields {
		switch string(f.key) {
		case "type":
			typ = f.val
		case "target":
			target = f.val
		case "arguments":
			args = f.val
		case "result":
			result = f.val
		case "M":
			m = f.val
		case "A":
			a = f.val
		case "R":
			r = f.val
		case "Type":
			name = f.val
		case "Json":
			body = f.val
		case "DateTime":
			date = f.val
		case "protocol", "error", "C", "S", "G", "I", "E", "H":
			control = true
		}
	}
	switch {
	case name != nil && body != nil && date != nil:
		d.args = append(d.args[:0], name, body, date)
		return kindTyped, d.message(d.args)
	case target != nil && args != nil:
		if string(target) != `"feed"` {
			return kindControl, nil
		}
		return kindCore, d.arguments(args)
	case len(result) > 0 && result[0] == '{':
		return kindSnapshot, d.snapshot(result)
	case len(typ) == 1 && typ[0] >= '1' && typ[0] <= '9':
		return kindControl, nil
	case len(r) > 0 && r[0] == '{':
		return kindSnapshot, d.snapshot(r)
	case len(m) > 0 && m[0] == '[':
		return d.frame(m)
	case len(m) > 0 && m[0] == '"':
		if string(m) != `"feed"` {
			return kindControl, nil
		}
		if a == nil {
			return 0, errors.New(`invocation of feed without its arguments "A"`)
		}
		return kindLegacy, d.arguments(a)
	case control:
		return kindControl, nil
	case isSnapshot(fields):
		return kindSnapshot, d.snapshotFields(fields)
	}
	return 0, fmt.Errorf("object with %s is %w", memberNames(fields), errNoForm)
}

func memberNames(fields []field) string {
	var names []string
	for i, f := range fields {
		if i == 4 {
			names = append(names, "…")
			break
		}
		names = append(names, string(f.key[:min(len(f.key), 24)]))
	}
	return strings.Join(names, ", ")
}

// frame decodes the list of invocations of a legacy frame; each stands for itself.
func (d *decoder) frame(m []byte) (lineKind, error) {
	d.items = d.items[:0]
	inside := scanner{b: m}
	inside.array(&d.items)
	used, kind := 0, kindControl
	var first error
	for _, item := range d.items {
		var method, a []byte
		d.inner = d.inner[:0]
		if len(item) == 0 || item[0] != '{' {
			if first == nil {
				first = errors.New("invocation is not an object")
			}
			continue
		}
		inv := scanner{b: item}
		inv.object(&d.inner)
		for _, f := range d.inner {
			switch string(f.key) {
			case "M":
				method = f.val
			case "A":
				a = f.val
			}
		}
		if string(method) != `"feed"` {
			continue
		}
		kind = kindLegacy
		if err := d.arguments(a); err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		used++
	}
	if first != nil && used > 0 {
		d.partial(first)
		first = nil
	}
	return kind, first
}

// arguments decodes the argument list of a feed call.
func (d *decoder) arguments(a []byte) error {
	if len(a) == 0 || a[0] != '[' {
		return errors.New("the arguments of feed are not a list")
	}
	d.args = d.args[:0]
	inside := scanner{b: a}
	inside.array(&d.args)
	return d.message(d.args)
}

// message takes topic, payload and time, each as JSON.
func (d *decoder) message(args [][]byte) error {
	if len(args) < 3 {
		return fmt.Errorf("%d of the three items topic, payload and time", len(args))
	}
	name, payload, when := args[0], args[1], args[2]
	if name[0] != '"' {
		return errors.New("topic is not a string")
	}
	topic, ok := d.topics.topic(name[1 : len(name)-1])
	if !ok {
		return errors.New("topic is not a name")
	}
	m := decoded{topic: topic, payload: payload}
	switch {
	case string(when) == `""` || string(when) == "null":
		m.stamp, m.snapshot = stampNone, true
	case when[0] != '"':
		m.stamp = stampBad
	default:
		var err error
		if m.time, err = ParseTime(when[1 : len(when)-1]); err != nil {
			m.stamp = stampBad
		}
	}
	switch payload[0] {
	case '{', '[':
	case '"':
		if !strings.HasSuffix(topic, ".z") {
			m.payload = d.unwrap(payload)
		}
	default:
		return errPayload
	}
	d.out = append(d.out, m)
	return nil
}
