package persist

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/feed"
)

// identity says what rows were made of, and how: the log, the version of our code and the thresholds of the events. Rows
// of one identity at one offset are the same whoever made them; those of two do not join on to one another. As text
// it is the log's name in the store.
type identity struct {
	log     string // names the log
	version int    // derive.Version
	params  string // names the thresholds
}

func (i identity) String() string { return i.log + "." + strconv.Itoa(i.version) + "." + i.params }

// parseIdentity reads the text of an identity; ok is false for what is none of ours: imported tables.
func parseIdentity(text string) (i identity, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return i, false
	}
	version, err := strconv.Atoi(parts[1])
	return identity{parts[0], version, parts[2]}, err == nil && version > 0
}

// newIdentity is that of rows which this program makes of a log.
func newIdentity(log string, p events.Params) identity {
	if p == (events.Params{}) {
		p = events.Defaults()
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers always encode
	}
	return identity{log, derive.Version, fmt.Sprintf("%08x", uint32(xxhash.Sum64(text)))}
}

// logName names a log by when it was begun and by its first message: copies of the file have the same name, logs that
// two programs keep of the same session have not, for their offsets may differ.
func logName(h feed.Header, first *feed.Message) string {
	d := xxhash.New()
	writeTime(d, h.Created)
	writeTime(d, first.Received)
	writeMessage(d, first)
	return fmt.Sprintf("%016x", d.Sum64())
}

// Content names what is imported by its messages, so that the same recording has the same name whenever it is read.
// The zero Content is ready.
type Content struct{ d *xxhash.Digest }

// Add takes the next message.
func (c *Content) Add(m *feed.Message) {
	if c.d == nil {
		c.d = xxhash.New()
	}
	writeMessage(c.d, m)
}

// String is the name of what was added.
func (c *Content) String() string {
	if c.d == nil {
		return "empty"
	}
	return fmt.Sprintf("%016x", c.d.Sum64())
}

func writeMessage(d *xxhash.Digest, m *feed.Message) {
	d.WriteString(m.Topic) //nolint:errcheck // a digest takes everything
	writeTime(d, m.Time)
	d.Write(m.Payload) //nolint:errcheck // likewise
}

func writeTime(d *xxhash.Digest, t time.Time) {
	var b [12]byte
	binary.LittleEndian.PutUint64(b[:], uint64(t.Unix()))
	binary.LittleEndian.PutUint32(b[8:], uint32(t.Nanosecond()))
	d.Write(b[:]) //nolint:errcheck // likewise
}
