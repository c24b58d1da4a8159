package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"
)

// Info describes an object.
type Info struct {
	Key    string
	Size   int64
	Stored time.Time // when it was last written
	ETag   string    // changes whenever the object is replaced
}

// Condition is when an object may be written. The zero value is always.
type Condition struct {
	absent bool
	etag   string
}

// IfAbsent lets an object be written only if there is none.
var IfAbsent = Condition{absent: true}

// IfUnchanged lets an object be replaced only if it is still the one described.
func IfUnchanged(i Info) Condition { return Condition{etag: i.ETag} }

// Bucket is where objects are. Folder and S3 keep the same promises: an object is there whole or not at all, is
// durable when the writing call returns, and conditions hold among all processes. Errors wrap ErrNotFound,
// ErrConflict (a condition does not hold) or ErrCredentials where they apply.
type Bucket interface {
	// Put writes a small object in one piece.
	Put(ctx context.Context, key string, body []byte, when Condition) error
	// Upload writes an object of any size and replaces what was there. If it is cut, the next Upload of the same
	// content goes on with what has arrived.
	Upload(ctx context.Context, key string, src Source) (Progress, error)
	// Get reads length bytes from offset on, to the end if length is negative.
	Get(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Info, error)
	Stat(ctx context.Context, key string) (Info, error)
	// List gives the objects whose key begins with prefix, in the order of their keys.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
	// Delete removes an object; that there is none is no error.
	Delete(ctx context.Context, key string) error
	// AbortStale gives up uploads that were begun before the moment and names their objects. With dry it only
	// names them.
	AbortStale(ctx context.Context, before time.Time, dry bool) ([]string, error)
	Close() error
}

// Source is the content of an upload. It must not change meanwhile; that is checked.
type Source struct {
	io.ReaderAt
	Sums Sums
}

// Progress tells what an upload found and did.
type Progress struct {
	Resumed int64 // bytes that were there already
	Sent    int64
}

// readAll reads a whole object of at most limit bytes.
func readAll(ctx context.Context, b Bucket, key string, limit int64) (body []byte, info Info, err error) {
	r, info, err := b.Get(ctx, key, 0, -1)
	if err != nil {
		return nil, info, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if info.Size > limit {
		return nil, info, fmt.Errorf("objects: %s has %d bytes, more than the %d that such an object may have: %w", key, info.Size, limit, ErrCorrupt)
	}
	body = make([]byte, info.Size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, info, fmt.Errorf("objects: read %s: %w", key, err)
	}
	return body, info, nil
}
