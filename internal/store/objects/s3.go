package objects

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Credentials let us into S3. They print as stars.
type Credentials struct {
	AccessKey, SecretKey string
	SessionToken         string // of temporary ones, "" otherwise
}

// String, GoString and LogValue keep what is secret out of messages.
func (c Credentials) String() string { return "***" }

// GoString is for %#v.
func (c Credentials) GoString() string { return "objects.Credentials{***}" }

// LogValue is for slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue("***") }

// fromEnvironment fills in what is not configured.
func (c Credentials) fromEnvironment() Credentials {
	if c != (Credentials{}) {
		return c
	}
	return Credentials{os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")}
}

// s3tries is how often a request is tried, about five seconds in all. Whoever must not fail tries again later.
const s3tries = 6

// s3 is a Bucket in any S3 that knows conditional writes (Amazon since 2024, minio, versitygw).
type s3 struct {
	core      *minio.Core
	transport *http.Transport
	at        place
}

func openS3(at place, c Credentials) (Bucket, error) {
	c = c.fromEnvironment()
	if c.AccessKey == "" || c.SecretKey == "" {
		return nil, fmt.Errorf("objects: no credentials for s3 bucket %s: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: %w", at.bucket, ErrCredentials)
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       time.Minute,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		DisableCompression:    true,
	}
	lookup := minio.BucketLookupAuto
	if at.pathStyle {
		lookup = minio.BucketLookupPath
	}
	core, err := minio.NewCore(at.endpoint, &minio.Options{
		Creds:  credentials.NewStaticV4(c.AccessKey, c.SecretKey, c.SessionToken),
		Secure: at.secure, Region: at.region, BucketLookup: lookup, Transport: transport, MaxRetries: s3tries,
	})
	if err != nil {
		return nil, fmt.Errorf("objects: s3 bucket %s at %s: %w", at.bucket, at.endpoint, err)
	}
	return &s3{core, transport, at}, nil
}

func (s *s3) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

// wrap says what failed where, and what to do about it.
func (s *s3) wrap(what, key string, err error) error {
	where := fmt.Sprintf("objects: %s %s in s3 bucket %s at %s", what, key, s.at.bucket, s.at.endpoint)
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case minio.NoSuchKey:
		return fmt.Errorf("%s: %w", where, ErrNotFound)
	case minio.NoSuchBucket:
		return fmt.Errorf("%s: there is no such bucket: create it or correct the address", where)
	case minio.PreconditionFailed, "ConditionalRequestConflict":
		return fmt.Errorf("%s: %w", where, ErrConflict)
	case "InvalidRange":
		return fmt.Errorf("%s: %w: it is shorter than it was", where, ErrCorrupt)
	case minio.AccessDenied, "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "XAdminUserNotFound":
		return fmt.Errorf("%s: %w (%s): check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, the region %q and the rights of that user",
			where, ErrCredentials, answer.Code, s.at.region)
	case "AuthorizationHeaderMalformed", "InvalidRegion":
		return fmt.Errorf("%s: the bucket is not in region %q: correct region=… in the address (%s)", where, s.at.region, answer.Code)
	}
	if answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("%s: %w: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, the region %q and the rights of that user", where, ErrCredentials, s.at.region)
	}
	return fmt.Errorf("%s: %w", where, err)
}

func (s *s3) Put(ctx context.Context, key string, body []byte, when Condition) error {
	if err := validKey(key); err != nil {
		return err
	}
	opts := minio.PutObjectOptions{ContentType: "application/octet-stream"}
	switch {
	case when.absent:
		opts.SetMatchETagExcept("*")
	case when.etag != "":
		opts.SetMatchETag(when.etag)
	}
	sum := md5.Sum(body) // what S3 verifies a body with
	_, err := s.core.PutObject(ctx, s.at.bucket, s.at.prefix+key, bytes.NewReader(body), int64(len(body)),
		base64.StdEncoding.EncodeToString(sum[:]), hexSum(body), opts)
	if err == nil {
		return nil
	}
	if when.etag != "" && minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fmt.Errorf("objects: write %s: it was removed: %w", key, ErrConflict)
	}
	return s.wrap("write", key, err)
}

func (s *s3) Get(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Info, error) {
	if err := validKey(key); err != nil {
		return nil, Info{}, err
	}
	var opts minio.GetObjectOptions
	var err error
	switch {
	case length == 0:
		return io.NopCloser(bytes.NewReader(nil)), Info{Key: key}, nil
	case length > 0:
		err = opts.SetRange(offset, offset+length-1)
	case offset > 0:
		err = opts.SetRange(offset, 0)
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("objects: read %s: %w", key, err)
	}
	body, i, _, err := s.core.GetObject(ctx, s.at.bucket, s.at.prefix+key, opts)
	if err != nil {
		return nil, Info{}, s.wrap("read", key, err)
	}
	return body, s.info(i), nil
}

func (s *s3) info(i minio.ObjectInfo) Info {
	return Info{Key: strings.TrimPrefix(i.Key, s.at.prefix), Size: i.Size, Stored: i.LastModified.UTC(), ETag: strings.Trim(i.ETag, `"`)}
}

func (s *s3) Stat(ctx context.Context, key string) (Info, error) {
	if err := validKey(key); err != nil {
		return Info{}, err
	}
	i, err := s.core.StatObject(ctx, s.at.bucket, s.at.prefix+key, minio.StatObjectOptions{})
	if err == nil {
		return s.info(i), nil
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		// The answer to HEAD has no body and can not tell a missing object from a missing bucket or user; GET can.
		r, _, reason := s.Get(ctx, key, 0, -1)
		if reason != nil {
			return Info{}, reason
		}
		if err := r.Close(); err != nil {
			return Info{}, s.wrap("look at", key, err)
		}
	}
	return Info{}, s.wrap("look at", key, err)
}

func (s *s3) List(ctx context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		for i := range s.core.ListObjectsIter(ctx, s.at.bucket, minio.ListObjectsOptions{Prefix: s.at.prefix + prefix, Recursive: true}) {
			if i.Err != nil {
				yield(Info{}, s.wrap("list", prefix, i.Err))
				return
			}
			if strings.HasSuffix(i.Key, "/") {
				continue // the mark of a folder, as some tools leave it
			}
			if !yield(s.info(i), nil) {
				return
			}
		}
	}
}

func (s *s3) Delete(ctx context.Context, key string) error {
	if err := validKey(key); err != nil {
		return err
	}
	err := s.core.RemoveObject(ctx, s.at.bucket, s.at.prefix+key, minio.RemoveObjectOptions{})
	if err == nil || minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return nil
	}
	return s.wrap("remove", key, err)
}

// partBytes is how large a part is: some blocks, and no less than S3's 5 MiB. There are fewer than 4096.
func partBytes(sums *Sums) int64 { return max(8<<20, sums.BlockSize) }

// Upload sends what fits into a part at once and the rest in parts. An upload of the same key is continued if all
// its parts are ours, by their checksum; others are left to whoever began them.
func (s *s3) Upload(ctx context.Context, key string, src Source) (Progress, error) {
	var p Progress
	if err := validKey(key); err != nil {
		return p, err
	}
	if src.Sums.Bytes <= partBytes(&src.Sums) {
		body, err := src.part(0, src.Sums.Bytes)
		if err != nil {
			return p, fmt.Errorf("objects: upload %s: %w", key, err)
		}
		p.Sent = src.Sums.Bytes
		return p, s.Put(ctx, key, body, Condition{})
	}
	// Another uploader of the same content may finish or give up the upload that we have joined.
	for range 3 {
		p = Progress{}
		done, err := s.multipart(ctx, key, src, &p)
		if done || err != nil {
			return p, err
		}
	}
	return p, fmt.Errorf("objects: upload %s: others end our uploads: %w", key, ErrConflict)
}

// multipart is one attempt; it is not done if the upload vanished under it.
func (s *s3) multipart(ctx context.Context, key string, src Source, p *Progress) (done bool, err error) {
	name := s.at.prefix + key
	id, there, err := s.unfinished(ctx, key, src)
	if err != nil {
		return false, err
	}
	if id == "" {
		if id, err = s.core.NewMultipartUpload(ctx, s.at.bucket, name, minio.PutObjectOptions{ContentType: "application/octet-stream"}); err != nil {
			return false, s.wrap("upload", key, err)
		}
	}
	var parts []minio.CompletePart
	size := partBytes(&src.Sums)
	for n, at := 1, int64(0); at < src.Sums.Bytes; n, at = n+1, at+size {
		length := min(size, src.Sums.Bytes-at)
		if tag, ok := there[n]; ok {
			parts = append(parts, minio.CompletePart{PartNumber: n, ETag: tag})
			p.Resumed += length
			continue
		}
		body, err := src.part(at, length)
		if err != nil {
			return false, fmt.Errorf("objects: upload %s: %w", key, err)
		}
		sum := md5.Sum(body)
		part, err := s.core.PutObjectPart(ctx, s.at.bucket, name, id, n, bytes.NewReader(body), length,
			minio.PutObjectPartOptions{Md5Base64: base64.StdEncoding.EncodeToString(sum[:]), Sha256Hex: hexSum(body)})
		if gone(err) {
			return false, nil
		}
		if err != nil {
			return false, s.wrap("upload part of", key, err)
		}
		parts = append(parts, minio.CompletePart{PartNumber: n, ETag: part.ETag})
		p.Sent += length
	}
	_, err = s.core.CompleteMultipartUpload(ctx, s.at.bucket, name, id, parts, minio.PutObjectOptions{})
	if gone(err) {
		return s.finishedByAnother(ctx, key, src, parts)
	}
	if err != nil {
		return false, s.wrap("finish the upload of", key, err)
	}
	return true, nil
}

// gone says that the upload was finished or given up by another, or that another's part has replaced ours.
func gone(err error) bool {
	code := minio.ToErrorResponse(err).Code
	return err != nil && (code == minio.NoSuchUpload || code == "InvalidPart")
}

// finishedByAnother reports whether the object is what our parts would have made it: its tag is made of theirs.
func (s *s3) finishedByAnother(ctx context.Context, key string, src Source, parts []minio.CompletePart) (bool, error) {
	i, err := s.Stat(ctx, key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sum := md5.New()
	for _, part := range parts {
		raw, err := hex.DecodeString(strings.Trim(part.ETag, `"`))
		if err != nil {
			return false, nil // a server with tags of another kind: upload again
		}
		sum.Write(raw)
	}
	return i.Size == src.Sums.Bytes && i.ETag == fmt.Sprintf("%x-%d", sum.Sum(nil), len(parts)), nil
}

// unfinished finds the upload of this key that has the most of our parts and none that is not ours. An upload without
// parts may be another's who has just begun, and a new one costs nothing.
func (s *s3) unfinished(ctx context.Context, key string, src Source) (id string, parts map[int]string, err error) {
	err = s.uploads(ctx, key, func(u minio.ObjectMultipartInfo) error {
		if u.Key != s.at.prefix+key {
			return nil
		}
		ours, err := s.ourParts(ctx, key, u.UploadID, src)
		if err == nil && len(ours) > len(parts) {
			id, parts = u.UploadID, ours
		}
		return err
	})
	return id, parts, err
}

// uploads calls fn with all unfinished uploads whose key begins with prefix.
func (s *s3) uploads(ctx context.Context, prefix string, fn func(minio.ObjectMultipartInfo) error) error {
	var keyMark, idMark string
	for {
		page, err := s.core.ListMultipartUploads(ctx, s.at.bucket, s.at.prefix+prefix, keyMark, idMark, "", 1000)
		if err != nil {
			return s.wrap("list uploads of", prefix, err)
		}
		for _, u := range page.Uploads {
			if err := fn(u); err != nil {
				return err
			}
		}
		if !page.IsTruncated {
			return nil
		}
		keyMark, idMark = page.NextKeyMarker, page.NextUploadIDMarker
	}
}

// ourParts are the tags of an upload's parts by number, nil if one of them is not of this source.
func (s *s3) ourParts(ctx context.Context, key, id string, src Source) (map[int]string, error) {
	ours := map[int]string{}
	size := partBytes(&src.Sums)
	for mark := 0; ; {
		page, err := s.core.ListObjectParts(ctx, s.at.bucket, s.at.prefix+key, id, mark, 1000)
		if gone(err) {
			return nil, nil
		}
		if err != nil {
			return nil, s.wrap("list the parts of", key, err)
		}
		for _, part := range page.ObjectParts {
			at := int64(part.PartNumber-1) * size
			if length := min(size, src.Sums.Bytes-at); length <= 0 || part.Size != length {
				return nil, nil
			}
			body, err := src.part(at, part.Size)
			if err != nil {
				return nil, fmt.Errorf("objects: upload %s: %w", key, err)
			}
			tag := strings.Trim(part.ETag, `"`)
			if sum := md5.Sum(body); hex.EncodeToString(sum[:]) != tag {
				return nil, nil
			}
			ours[part.PartNumber] = tag
		}
		if !page.IsTruncated || page.NextPartNumberMarker <= mark {
			return ours, nil
		}
		mark = page.NextPartNumberMarker
	}
}

// part reads and verifies whole blocks of the source.
func (s *Source) part(at, length int64) ([]byte, error) {
	body := make([]byte, length)
	for done := int64(0); done < length; done += s.Sums.BlockSize {
		block := body[done:min(done+s.Sums.BlockSize, length)]
		if err := s.block(int((at+done)/s.Sums.BlockSize), block); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func (s *s3) AbortStale(ctx context.Context, before time.Time, dry bool) ([]string, error) {
	var names []string
	err := s.uploads(ctx, "", func(u minio.ObjectMultipartInfo) error {
		key := strings.TrimPrefix(u.Key, s.at.prefix)
		if kind, _, _ := strings.Cut(key, "/"); !slices.Contains(kinds, Kind(kind)) || !u.Initiated.Before(before) {
			return nil // without a prefix the bucket may be others' too
		}
		names = append(names, key)
		if dry {
			return nil
		}
		if err := s.core.AbortMultipartUpload(ctx, s.at.bucket, u.Key, u.UploadID); err != nil && !gone(err) {
			return s.wrap("give up the upload of", key, err)
		}
		return nil
	})
	return names, err
}
