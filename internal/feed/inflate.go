package feed

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

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
	if err := z.decodeBase64(payload); err != nil {
		return nil, err
	}
	z.src.Reset(z.packed)
	if z.deflat == nil {
		z.deflat = flate.NewReader(&z.src)
	} else if err := z.deflat.(flate.Resetter).Reset(&z.src, nil); err != nil {
		return nil, fmt.Errorf("feed: inflate: %w", err)
	}
	z.out = z.out[:0]
	for {
		if len(z.out) == cap(z.out) {
			z.grow()
		}
		n, err := z.deflat.Read(z.out[len(z.out):cap(z.out)])
		z.out = z.out[:len(z.out)+n]
		switch {
		case len(z.out) > MaxInflated:
			return nil, fmt.Errorf("feed: inflate: %w", ErrTooLarge)
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return bytes.TrimPrefix(z.out, bom), nil
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("feed: inflate: after %d bytes: %w", len(z.out), ErrCut)
		}
		return nil, fmt.Errorf("feed: inflate: after %d bytes: %w: %w", len(z.out), ErrDeflate, err)
	}
}

// grow makes room: doubling, and never more than one byte over the limit, which is enough to notice that the
// limit is passed.
func (z *Inflater) grow() {
	size := min(max(firstInflated, 2*len(z.out)), MaxInflated+1)
	z.out = append(make([]byte, 0, size), z.out...)
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
