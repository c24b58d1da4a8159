package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// zstdWindow bounds what a zstd frame may ask for; the format allows gigabytes.
const zstdWindow = 64 << 20

// input is one file of a recording, decompressed as its first bytes say, whatever its name.
type input struct {
	path string
	name string // for problems: the path below the folder that was opened
	file *os.File
	r    io.Reader
	done *atomic.Int64 // compressed bytes consumed, shared by all inputs of a reader
	zstd *zstd.Decoder
	// packed is "gzip", "zstd" or "".
	packed string
}

type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// openInput opens a file and looks at its first bytes to find its compression. done may be nil.
func openInput(path, name string, done *atomic.Int64) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	in := &input{path: path, name: name, file: f, done: done}
	var src io.Reader = f
	if done != nil {
		src = countingReader{f, done}
	}
	br := bufio.NewReaderSize(src, 32<<10)
	magic, err := br.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		f.Close() //nolint:errcheck // only read
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		in.packed = "gzip"
		if in.r, err = gzip.NewReader(br); err != nil {
			f.Close() //nolint:errcheck // only read
			return nil, fmt.Errorf("%s: gzip: %w", path, err)
		}
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		in.packed = "zstd"
		in.zstd, err = zstd.NewReader(br, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			f.Close() //nolint:errcheck // only read
			return nil, fmt.Errorf("%s: zstd: %w", path, err)
		}
		in.r = in.zstd
	default:
		in.r = br
	}
	return in, nil
}

func (in *input) Close() error {
	if in.zstd != nil {
		in.zstd.Close()
	}
	return in.file.Close()
}

// readHead returns up to n decompressed bytes from the beginning of a file. A damaged stream yields
// what comes before the damage.
func readHead(path string, n int) (head []byte, packed string, err error) {
	in, err := openInput(path, path, nil)
	if err != nil {
		return nil, "", err
	}
	defer in.Close() //nolint:errcheck // only read
	head = make([]byte, n)
	got, err := io.ReadFull(in.r, head)
	if err != nil && got == 0 && !errors.Is(err, io.EOF) {
		return nil, in.packed, fmt.Errorf("%s: the file is damaged or cut at its beginning: %w", path, err)
	}
	return head[:got], in.packed, nil
}

// bareName is a file's name without compression suffixes: Index.json of Index.json.gz.
func bareName(path string) string {
	name := filepath.Base(path)
	for _, suffix := range []string{".gz", ".zst", ".zstd"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

// stem is a bare name without its last extension: CarData.z of CarData.z.json.gz.
func stem(path string) string {
	name := bareName(path)
	return strings.TrimSuffix(name, filepath.Ext(name))
}
