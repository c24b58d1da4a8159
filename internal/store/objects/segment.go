package objects

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
)

// maxPlain bounds a segment's lines: one message may be as large as the log takes, and it is the last that fits.
const maxPlain = 64<<20 + sessionlog.MaxPayload + 1<<20

// coder packs segments. One goroutine packs one segment at a time: the same lines give the same bytes.
var coder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderCRC(true))
})

// decoder refuses to unpack more than a segment can hold.
var decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPlain), zstd.WithDecoderConcurrency(0))
})

// cut is a segment that was cut from a log and is not stored yet.
type cut struct {
	Segment
	header int // length of the header line in plain
	plain  []byte
	body   []byte
	// whole is set if the log goes on behind it, so that it will not grow any more.
	whole bool
}

// errFull ends reading the log when a segment is full.
var errFull = errors.New("segment is full")

// cutSegment takes the messages from offset first on: as many as a segment takes, or only up to last if that is not 0.
// Where it ends depends on the messages alone, so all sealers cut alike.
func (s *Store) cutSegment(log *sessionlog.Log, first, last uint64) (*cut, error) {
	c := &cut{Segment: Segment{Object: segmentName(first), First: first}}
	c.plain = feed.AppendHeader(make([]byte, 0, s.segmentBytes+1<<20), log.Header())
	c.header = len(c.plain)
	err := log.Each(first, func(m *feed.Message) error {
		if last != 0 && m.Offset > last {
			return errFull
		}
		before := len(c.plain)
		c.plain = feed.AppendLine(c.plain, m)
		if c.Messages > 0 && (c.Messages == s.segmentMessages || len(c.plain)-c.header > s.segmentBytes) {
			c.plain, c.whole = c.plain[:before], true
			return errFull
		}
		c.Messages++
		c.Last = m.Offset
		return nil
	})
	if err != nil && !errors.Is(err, errFull) {
		return nil, fmt.Errorf("objects: %w", err)
	}
	if c.Messages > 0 {
		c.From, c.To = known(log.TimeAt(first)), known(log.TimeAt(c.Last))
	}
	c.PlainBytes = int64(len(c.plain))
	return c, nil
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// pack compresses the segment and fills in its checksums.
func (c *cut) pack() error {
	enc, err := coder()
	if err != nil {
		return fmt.Errorf("objects: zstd: %w", err)
	}
	c.body = enc.EncodeAll(c.plain, nil)
	c.Bytes, c.SHA256 = int64(len(c.body)), hexSum(c.body)
	c.PlainSHA256 = hexSum(c.plain)
	return nil
}

// unpack verifies a stored segment against its entry and gives its lines back.
func (s *Segment) unpack(body []byte) ([]byte, error) {
	if int64(len(body)) != s.Bytes {
		return nil, fmt.Errorf("%w: %d bytes of %d", ErrCorrupt, len(body), s.Bytes)
	}
	if hexSum(body) != s.SHA256 {
		return nil, fmt.Errorf("%w: checksum differs", ErrCorrupt)
	}
	plain, err := inflate(body, s.PlainBytes)
	if err != nil {
		return nil, err
	}
	if hexSum(plain) != s.PlainSHA256 {
		return nil, fmt.Errorf("%w: checksum of the lines differs", ErrCorrupt)
	}
	return plain, nil
}

func inflate(body []byte, size int64) ([]byte, error) {
	dec, err := decoder()
	if err != nil {
		return nil, fmt.Errorf("objects: zstd: %w", err)
	}
	plain, err := dec.DecodeAll(body, make([]byte, 0, size))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return plain, nil
}

// anyNumber of messages: of a segment that is in no manifest.
const anyNumber = -1

// each calls fn with the segment's messages, which alias plain.
func (s *Segment) each(plain []byte, fn func(*feed.Message) error) (feed.Header, error) {
	line, rest, ok := cutLine(plain)
	if !ok {
		return feed.Header{}, fmt.Errorf("%w: no header", ErrCorrupt)
	}
	header, err := feed.ParseHeader(line)
	if err != nil {
		return header, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	var m feed.Message
	next, n := s.First, 0
	for len(rest) > 0 {
		if line, rest, ok = cutLine(rest); !ok {
			return header, fmt.Errorf("%w: a line is cut off", ErrCorrupt)
		}
		if err := feed.ParseLine(line, &m); err != nil {
			return header, fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		if m.Offset < next || m.Offset > s.Last {
			return header, fmt.Errorf("%w: offset %d does not follow", ErrCorrupt, m.Offset)
		}
		next, n = m.Offset+1, n+1
		if err := fn(&m); err != nil {
			return header, err
		}
	}
	if n != s.Messages && s.Messages != anyNumber {
		return header, fmt.Errorf("%w: %d messages of %d", ErrCorrupt, n, s.Messages)
	}
	return header, nil
}

func cutLine(b []byte) (line, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return nil, nil, false
	}
	return b[:i+1], b[i+1:], true
}
