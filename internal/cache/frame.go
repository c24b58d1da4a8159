package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// A frame is an entry as Redis keeps it: a letter for the layout and one for the coding, then lengths and
// bytes of content type, checksum and body. The body is the zstd variant where there is one, so that a process
// that reads it has that variant ready, and Redis keeps a third of the bytes.
const (
	frameLayout = 'p'
	frameHead   = 2
)

var errFrame = errors.New("not a frame of ours")

func appendFrame(b []byte, e Entry) []byte {
	body, coding := e.As(Zstd)
	b = append(b, frameLayout, byte(coding))
	b = binary.AppendUvarint(b, uint64(len(e.ContentType)))
	b = append(b, e.ContentType...)
	sum := sumOf(e.ContentType, e.Body)
	return append(append(b, sum[:]...), body...)
}

// sumOf is the checksum of an entry: half of a SHA-256 of type and body.
func sumOf(contentType string, body []byte) (sum [16]byte) {
	h := sha256.New()
	h.Write([]byte(contentType))
	h.Write([]byte{0})
	h.Write(body)
	copy(sum[:], h.Sum(nil))
	return sum
}

// parseFrame reads a frame whose inflated body has at most limit bytes. The checksum is computed anew: what somebody
// else wrote under our key, or a value cut short, is an error and never served.
func parseFrame(b []byte, limit int) (Entry, error) {
	if len(b) < frameHead || b[0] != frameLayout {
		return Entry{}, errFrame
	}
	coding, rest := Coding(b[1]), b[frameHead:]
	contentType, rest, err := field(rest)
	if err != nil {
		return Entry{}, err
	}
	var sum [16]byte
	if copy(sum[:], rest) < len(sum) {
		return Entry{}, errFrame
	}
	packed := rest[len(sum):]
	body := packed
	switch coding {
	case Identity:
		if len(body) > limit {
			return Entry{}, fmt.Errorf("frame of %d bytes, above the limit of %d", len(body), limit)
		}
	case Zstd:
		if body, err = inflate(packed, limit); err != nil {
			return Entry{}, err
		}
	default:
		return Entry{}, fmt.Errorf("frame of unknown coding %d", coding)
	}
	e := NewEntry(string(contentType), body)
	if sumOf(e.ContentType, e.Body) != sum {
		return Entry{}, errors.New("frame whose body is not the one that was written")
	}
	if coding == Zstd && e.variants != nil {
		e.variants.once[Zstd].Do(func() { e.variants.body[Zstd] = packed })
	}
	return e, nil
}

func field(b []byte) (value, rest []byte, err error) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used) {
		return nil, nil, errFrame
	}
	b = b[used:]
	return b[:n], b[n:], nil
}

// The reader never writes beyond the room it is given.
var zstdReader = sync.OnceValue(func() *zstd.Decoder {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		panic(fmt.Sprintf("cache: constant zstd options: %v", err))
	}
	return r
})

func inflate(packed []byte, limit int) ([]byte, error) {
	var head zstd.Header
	if err := head.Decode(packed); err != nil {
		return nil, fmt.Errorf("frame body: %w", err)
	}
	// Our encoder always writes the size, so a frame without one is foreign, and one that lies fails below.
	if !head.HasFCS || head.FrameContentSize > uint64(limit) {
		return nil, fmt.Errorf("frame body of unknown size or above the limit of %d bytes", limit)
	}
	body, err := zstdReader().DecodeAll(packed, make([]byte, 0, head.FrameContentSize))
	if err != nil {
		return nil, fmt.Errorf("frame body: %w", err)
	}
	return body, nil
}
