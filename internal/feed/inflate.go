package feed

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/klauspost/compress/flate"
)

// MaxInflated is the largest inflated payload of a ".z" topic that is accepted, in bytes. Real ones are
// about 5 KB; the limit bounds what a hostile or damaged message can make us allocate.
const MaxInflated = 4 << 20

// Errors of inflation, to be tested with errors.Is.
var (
	ErrTooLarge = errors.New("inflates to more than 4 MiB")
	ErrBase64   = errors.New("not base64")
	ErrDeflate  = errors.New("not a deflate stream")
	ErrCut      = errors.New("deflate stream is cut")
)

// firstInflated is the first guess of a payload's inflated size: most fit.
const firstInflated = 16 << 10

// bom is the UTF-8 byte order mark, which may precede the JSON inside a compressed payload.
var bom = []byte("\xef\xbb\xbf")

// Inflater opens the payloads of ".z" topics. It owns its buffers, so a long-lived one allocates
// nothing per message. The zero Inflater is ready; it must not be shared between goroutines.
type Inflater struct {
	packed []byte // decoded base64
	src    bytes.Reader
	deflat io.ReadCloser
	out    []byte
}

// Inflate opens payload: a JSON string (the quotes may be missing) that holds base64 of a raw deflate
// stream (no zlib header) of UTF-8 JSON. The result is without byte order mark and valid until the next
// call.
func (z *Inflater) Inflate(payload []byte) ([]byte, error) {
	out, err := z.appendTo(z.out[:0], payload)
	if cap(out) > cap(z.out) {
		z.out = out
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

var inflaters = sync.Pool{New: func() any { return new(Inflater) }}

// Inflate is [Inflater.Inflate] for callers without an Inflater of their own: it appends the result to
// dst. On an error it returns dst unchanged.
func Inflate(dst []byte, payload []byte) ([]byte, error) {
	z := inflaters.Get().(*Inflater)
	defer inflaters.Put(z)
	return z.appendTo(dst, payload)
}

func (z *Inflater) appendTo(dst, payload []byte) ([]byte, error) {
	if err := z.decodeBase64(payload); err != nil {
		return dst, err
	}
	z.src.Reset(z.packed)
	if z.deflat == nil {
		z.deflat = flate.NewReader(&z.src)
	} else if err := z.deflat.(flate.Resetter).Reset(&z.src, nil); err != nil {
		return dst, fmt.Errorf("feed: inflate: %w", err)
	}
	start := len(dst)
	out := dst
	for {
		if len(out) == cap(out) {
			out = grow(out, start)
		}
		n, err := z.deflat.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case len(out)-start > MaxInflated:
			return dst, fmt.Errorf("feed: inflate: %w", ErrTooLarge)
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return stripBOM(out, start), nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return dst, fmt.Errorf("feed: inflate: after %d bytes: %w", len(out)-start, ErrCut)
		}
		return dst, fmt.Errorf("feed: inflate: after %d bytes: %w: %w", len(out)-start, ErrDeflate, err)
	}
}

// grow makes room behind out, whose inflated part begins at start: doubling, and never more than one
// byte over the limit, which is enough to notice that the limit is passed.
func grow(out []byte, start int) []byte {
	size := max(firstInflated, 2*(len(out)-start))
	size = min(size, MaxInflated+1)
	bigger := make([]byte, len(out), start+size)
	copy(bigger, out)
	return bigger
}

func stripBOM(out []byte, start int) []byte {
	if bytes.HasPrefix(out[start:], bom) {
		n := copy(out[start:], out[start+len(bom):])
		out = out[:start+n]
	}
	return out
}

// decodeBase64 fills z.packed. Padding may be missing; recorders that escape "/" or "+" in JSON strings
// (System.Text.Json writes \u002B) are understood.
func (z *Inflater) decodeBase64(payload []byte) error {
	text := bytes.TrimSpace(payload)
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		plain, err := strconv.Unquote(`"` + string(bytes.ReplaceAll(text, []byte(`\/`), []byte(`/`))) + `"`)
		if err != nil {
			return fmt.Errorf("feed: inflate: %w: bad escape", ErrBase64)
		}
		text = []byte(plain)
	}
	text = bytes.TrimRight(text, "=")
	if len(text) == 0 {
		return fmt.Errorf("feed: inflate: %w: empty", ErrBase64)
	}
	if need := base64.RawStdEncoding.DecodedLen(len(text)); need > cap(z.packed) {
		z.packed = make([]byte, need, need+need/2)
	}
	z.packed = z.packed[:cap(z.packed)]
	n, err := base64.RawStdEncoding.Decode(z.packed, text)
	if err != nil {
		return fmt.Errorf("feed: inflate: %w: %w", ErrBase64, err)
	}
	z.packed = z.packed[:n]
	return nil
}
