package cache

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coding is a content coding of HTTP.
type Coding uint8

// The codings we speak.
const (
	Identity Coding = iota
	Gzip
	Zstd
)

var codingNames = [...]string{Identity: "identity", Gzip: "gzip", Zstd: "zstd"}

func (c Coding) String() string { return codingNames[c] }

// Entry is a value ready to be written: encoded bytes with what HTTP says about them. It is shared by all who
// ask, so nobody changes its bytes. Make it with [NewEntry]; the zero Entry is no value.
type Entry struct {
	Body        []byte
	ContentType string

	tag      *tag
	variants *variants // nil where the bytes do not get smaller
}

// tag names the bytes; it is made when first asked for, for most answers are named by what they are of.
type tag struct {
	once sync.Once
	text string
}

// Tag names content type and body, for a strong ETag: the same bytes have the same.
func (e Entry) Tag() string {
	e.tag.once.Do(func() {
		sum := sumOf(e.ContentType, e.Body)
		e.tag.text = base64.RawURLEncoding.EncodeToString(sum[:])
	})
	return e.tag.text
}

// variants are the compressed forms, each made at most once, when first asked for.
type variants struct {
	once [Zstd + 1]sync.Once
	body [Zstd + 1][]byte // nil where the form is hardly smaller
}

// minCompress is the size in bytes from which compression pays: below it a response fits one packet anyway.
const minCompress = 860

// NewEntry takes the bytes over; the caller must not change them any more.
func NewEntry(contentType string, body []byte) Entry {
	e := Entry{Body: body, ContentType: contentType, tag: &tag{}}
	if len(body) >= minCompress && compressible(contentType) {
		e.variants = &variants{}
	}
	return e
}

// As gives the bytes in a coding, or those of Identity where the coding would save nothing. The
// first call of a coding compresses, all later ones return the same bytes.
func (e Entry) As(c Coding) (body []byte, used Coding) {
	if c == Identity || e.variants == nil {
		return e.Body, Identity
	}
	v := e.variants
	v.once[c].Do(func() {
		packed := compress(c, e.Body)
		if len(packed) < len(e.Body)*9/10 {
			v.body[c] = bytes.Clone(packed) // without the spare room of the compressor's buffer
		}
	})
	if v.body[c] == nil {
		return e.Body, Identity
	}
	return v.body[c], c
}

// cost is the most memory in bytes that the entry may take: with every variant, which may be made later.
func (e Entry) cost() int {
	n := len(e.Body)
	if e.variants != nil {
		n *= 3
	}
	return n + len(e.ContentType) + 512
}

// compressible says whether bytes of a type get smaller: text does, pictures and Parquet do not.
func compressible(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch media {
	case "application/json", "application/javascript", "application/xml", "application/wasm",
		"application/x-ndjson", "application/manifest+json", "image/svg+xml":
		return true
	}
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "+xml")
}

// One encoder serves all goroutines: EncodeAll keeps no state between calls. The window stays below the 8 MiB
// that browsers take (RFC 9659).
var zstdWriter = sync.OnceValue(func() *zstd.Encoder {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(4<<20))
	if err != nil {
		panic(fmt.Sprintf("cache: constant zstd options: %v", err))
	}
	return w
})

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func compress(c Coding, body []byte) []byte {
	if c == Zstd {
		return zstdWriter().EncodeAll(body, make([]byte, 0, len(body)/4))
	}
	var out bytes.Buffer
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(&out)
	// A buffer takes every write, so neither call can fail.
	if _, err := w.Write(body); err != nil {
		panic(fmt.Sprintf("cache: gzip into memory: %v", err))
	}
	if err := w.Close(); err != nil {
		panic(fmt.Sprintf("cache: gzip into memory: %v", err))
	}
	return out.Bytes()
}
