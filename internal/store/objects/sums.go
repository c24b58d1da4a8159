package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Sums are the checksums of an object: of the whole, and of each block, so that a range can be verified without
// reading the rest.
type Sums struct {
	Bytes     int64    `json:"bytes"`
	SHA256    string   `json:"sha256"` // hexadecimal
	BlockSize int64    `json:"block_bytes"`
	Blocks    []string `json:"blocks_sha256"` // the last block is what remains
}

// blockSize keeps an object to about 4096 blocks, of 1 MiB at least.
func blockSize(size int64) int64 {
	block := int64(1 << 20)
	for size/block >= 4096 {
		block *= 2
	}
	return block
}

// sumsOf reads all of r, which has size bytes.
func sumsOf(r io.ReaderAt, size int64) (Sums, error) {
	s := Sums{Bytes: size, BlockSize: blockSize(size), Blocks: []string{}}
	whole := sha256.New()
	buf := make([]byte, min(size, s.BlockSize))
	for at := int64(0); at < size; at += s.BlockSize {
		block := buf[:min(s.BlockSize, size-at)]
		if n, err := r.ReadAt(block, at); n < len(block) {
			return Sums{}, fmt.Errorf("read at %d of %d bytes: %w", at, size, short(err))
		}
		whole.Write(block)
		s.Blocks = append(s.Blocks, hexSum(block))
	}
	s.SHA256 = hex.EncodeToString(whole.Sum(nil))
	return s, nil
}

func short(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// valid refuses sums that no writer of ours has made.
func (s *Sums) valid() error {
	if s.Bytes < 0 || s.BlockSize != blockSize(s.Bytes) || int64(len(s.Blocks)) != (s.Bytes+s.BlockSize-1)/s.BlockSize {
		return fmt.Errorf("%d blocks of %d for %d bytes", len(s.Blocks), s.BlockSize, s.Bytes)
	}
	return nil
}

func (s *Sums) same(o *Sums) bool { return s.SHA256 == o.SHA256 && s.Bytes == o.Bytes }

// Object reads a stored object at any place. Each block is verified before any byte of it is handed out. It may be
// read from several goroutines, as long as the context that it was opened with lasts. It needs no closing: between
// calls it holds no connection.
type Object struct {
	ctx    context.Context
	bucket Bucket
	key    string
	sums   Sums
	listed func() error // whether the object is still listed with these sums; nil if it is never replaced

	mu    sync.Mutex
	block int64 // that last holds, -1 if none
	last  []byte
}

func newObject(ctx context.Context, b Bucket, key string, sums Sums) *Object {
	return &Object{ctx: ctx, bucket: b, key: key, sums: sums, block: -1}
}

// Size of the object in bytes.
func (o *Object) Size() int64 { return o.sums.Bytes }

// SHA256 of the object, hexadecimal.
func (o *Object) SHA256() string { return o.sums.SHA256 }

// Key of the object in the store.
func (o *Object) Key() string { return o.key }

// Reader reads the object from its start.
func (o *Object) Reader() *io.SectionReader { return io.NewSectionReader(o, 0, o.Size()) }

// ReadAt reads as io.ReaderAt says. An error wraps ErrCorrupt if a stored block is not what was stored.
func (o *Object) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("objects: %s: read at %d", o.key, off)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= o.sums.Bytes {
			return n, io.EOF
		}
		if err := o.load(at / o.sums.BlockSize); err != nil {
			return n, err
		}
		n += copy(p[n:], o.last[at%o.sums.BlockSize:])
	}
	return n, nil
}

// load fetches and verifies a block.
func (o *Object) load(block int64) error {
	if o.block == block {
		return nil
	}
	at := block * o.sums.BlockSize
	size := min(o.sums.BlockSize, o.sums.Bytes-at)
	r, _, err := o.bucket.Get(o.ctx, o.key, at, size)
	if err != nil {
		return err
	}
	o.block = -1
	if int64(cap(o.last)) < size {
		o.last = make([]byte, size)
	}
	o.last = o.last[:size]
	_, err = io.ReadFull(r, o.last)
	if err = errors.Join(err, r.Close()); err != nil {
		// A file that has lost its end reads like a connection that was cut; its size tells.
		if i, stat := o.bucket.Stat(o.ctx, o.key); stat == nil && i.Size != o.sums.Bytes {
			if o.listed != nil {
				if err := o.listed(); err != nil {
					return err
				}
			}
			return fmt.Errorf("objects: %s: %w: %d bytes of %d", o.key, ErrCorrupt, i.Size, o.sums.Bytes)
		}
		return fmt.Errorf("objects: %s, bytes %d to %d: %w", o.key, at, at+size, err)
	}
	if hexSum(o.last) != o.sums.Blocks[block] {
		if o.listed != nil {
			if err := o.listed(); err != nil {
				return err
			}
		}
		return fmt.Errorf("objects: %s, bytes %d to %d: %w: checksum differs", o.key, at, at+size, ErrCorrupt)
	}
	o.block = block
	return nil
}

// spool is a nameless temporary file: the system takes it back however the process ends.
func spool() (*os.File, error) {
	f, err := os.CreateTemp("", "pitwall-objects-*")
	if err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("objects: %w", err), f.Close())
	}
	return f, nil
}
