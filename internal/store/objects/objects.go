// Package objects keeps what is too large for a table or is to last: raw recordings of sessions, their tables as
// Parquet, and backups. They lie in a folder or in a bucket of any S3, under the same names and with the same promises.
// It knows nothing of what messages and rows mean. The ingest role seals through it, the jobs store tables and prune,
// the commands backup and restore read it.
//
//	raw/{season}/{session_key}/{first offset, 12 digits}.log.zst   a segment: one of our recordings, zstd
//	raw/{season}/{session_key}/manifest.json                       what belongs to it, with checksums
//	parquet/{table}/season={season}/session_key={key}/part-0.parquet
//	parquet/_manifest/season={season}/session_key={key}.json       checksums of a session's tables
//	backups/{name}                                                 and backups/{name}.manifest.json
//
// Promises: an object is there whole or not at all. What a manifest lists is there; a manifest is replaced only as the
// one that was read, so that two writers at once, a writer that is killed, and a writer that starts again leave the
// same objects. Nothing is served before its checksum was verified; what does not verify is named. Credentials come
// from the configuration or the environment and are in no address, log or error.
//
// The folder is our own and S3 is spoken with minio-go, not with gocloud.dev/blob for both: the latter (0.47) can
// create an object if there is none, but not replace it only if it is unchanged, which the manifests need; its writer
// starts an upload anew after a crash, as it can not list the parts that are there; and its folder takes a look and
// then renames, so that of two processes that create an object both succeed.
package objects

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Limits and defaults.
const (
	// SegmentBytes is about how many bytes of lines a segment holds: more than a minute of a race at its busiest.
	SegmentBytes = 8 << 20
	// SegmentMessages is how many messages a segment holds at most.
	SegmentMessages = 50_000
	// StaleAfter is when an upload that nobody continues may be given up.
	StaleAfter = 24 * time.Hour
	// maxManifest bounds what is read as a manifest.
	maxManifest = 64 << 20
)

// What a store says no with.
var (
	ErrNotFound = errors.New("no such object")
	// ErrCorrupt is wrapped by the error that names the object whose bytes are not those that were stored.
	ErrCorrupt = errors.New("stored bytes are damaged")
	// ErrConflict says that another writer came first, or that the stored object is of something else.
	ErrConflict = errors.New("another writer has stored something else")
	// ErrRemoved says that retention has begun to remove the recording.
	ErrRemoved = errors.New("removed by retention")
	// ErrCredentials says that S3 refuses who we are.
	ErrCredentials = errors.New("credentials refused")
)

// Config is how a store is opened. The zero value of everything but URL is good.
type Config struct {
	// URL is file:///folder or s3://bucket/prefix?endpoint=http://host:port&region=…&path_style=1. Without an endpoint
	// it is Amazon's. It never holds credentials.
	URL string
	// Credentials for S3; empty: the environment's AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
	Credentials Credentials
	// SegmentBytes and SegmentMessages bound a segment; 0 is the default. They must not change for a recording that
	// is being sealed by several processes.
	SegmentBytes    int
	SegmentMessages int
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	if c.SegmentBytes < 0 || c.SegmentBytes > 64<<20 || c.SegmentMessages < 0 {
		return errors.New("objects: segments of 0 to 64 MiB and of 0 or more messages")
	}
	_, err := parseURL(c.URL)
	return err
}

// Store keeps recordings, tables and backups. All methods may be called at any time from anywhere, also by several
// processes.
type Store struct {
	bucket          Bucket
	segmentBytes    int
	segmentMessages int
	orphanAfter     time.Duration
}

// orphanAfter is when a segment that no manifest lists has no writer any more that is about to list it.
const orphanAfter = time.Hour

// Open opens the store of the configuration. A folder is made if it is not there; S3 is not asked, see Check.
func Open(c Config) (*Store, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	at, err := parseURL(c.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{segmentBytes: c.SegmentBytes, segmentMessages: c.SegmentMessages, orphanAfter: orphanAfter}
	if s.segmentBytes == 0 {
		s.segmentBytes = SegmentBytes
	}
	if s.segmentMessages == 0 {
		s.segmentMessages = SegmentMessages
	}
	if at.folder != "" {
		s.bucket, err = openFolder(at.folder)
	} else {
		s.bucket, err = openS3(at, c.Credentials)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Bucket is where the store's objects are.
func (s *Store) Bucket() Bucket { return s.bucket }

// Check asks whether the store answers and lets us in. Its error says what to do.
func (s *Store) Check(ctx context.Context) error {
	for _, err := range s.bucket.List(ctx, "raw/") {
		return err
	}
	return nil
}

// Close gives back files and connections.
func (s *Store) Close() error { return s.bucket.Close() }

// Session is whose recording or tables an object is.
type Session struct {
	Season int    // the year
	Key    string // the session's key in the feed
}

func (s Session) valid() error {
	if s.Season < 1950 || s.Season > 9999 {
		return fmt.Errorf("objects: season %d is no year of the championship", s.Season)
	}
	if !plain(s.Key) {
		return fmt.Errorf("objects: session key %q: letters, digits, dots, dashes and underlines only", s.Key)
	}
	return nil
}

// String is the session as messages name it: "2025/9693".
func (s Session) String() string { return strconv.Itoa(s.Season) + "/" + s.Key }

// plain reports whether word can be one part of a name.
func plain(word string) bool {
	if word == "" || len(word) > 200 || word[0] == '.' {
		return false
	}
	for i := range len(word) {
		c := word[i]
		if c < '0' || c > '9' && c < 'A' || c > 'Z' && c < 'a' || c > 'z' {
			if c != '-' && c != '_' && c != '.' && c != '=' {
				return false
			}
		}
	}
	return true
}

// validKey refuses names that would leave the store.
func validKey(key string) error {
	if len(key) > 900 {
		return fmt.Errorf("objects: a name of %d bytes is too long", len(key))
	}
	for part := range strings.SplitSeq(key, "/") {
		if !plain(part) {
			return fmt.Errorf("objects: %q is no name of an object", key)
		}
	}
	return nil
}

// place is a parsed address.
type place struct {
	folder           string
	bucket, prefix   string
	endpoint, region string
	secure           bool
	pathStyle        bool
}

func parseURL(raw string) (place, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The error of url.Parse repeats the address, and that may hold a password.
		return place{}, errors.New("objects: the address can not be read: want file:///folder or s3://bucket/prefix?endpoint=…")
	}
	if u.User != nil {
		return place{}, errors.New("objects: the address holds credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead")
	}
	switch u.Scheme {
	case "file":
		if u.Host != "" || !strings.HasPrefix(u.Path, "/") || u.RawQuery != "" {
			return place{}, errors.New("objects: a folder's address is file:// and its absolute path, with three slashes")
		}
		return place{folder: u.Path}, nil
	case "s3":
		return parseS3(u)
	}
	return place{}, fmt.Errorf("objects: addresses of kind %q are not known: want file:///folder or s3://bucket/prefix?endpoint=…", u.Scheme)
}

func parseS3(u *url.URL) (place, error) {
	p := place{bucket: u.Host, prefix: strings.Trim(u.Path, "/"), endpoint: "s3.amazonaws.com", secure: true, region: "us-east-1"}
	if p.bucket == "" {
		return place{}, errors.New("objects: the address names no bucket: s3://bucket/prefix")
	}
	if p.prefix != "" {
		if err := validKey(p.prefix); err != nil {
			return place{}, err
		}
		p.prefix += "/"
	}
	for name, values := range u.Query() {
		value := values[0]
		switch name {
		case "endpoint":
			e, err := url.Parse(value)
			if err != nil || e.Host == "" || e.User != nil || e.Scheme != "http" && e.Scheme != "https" || strings.Trim(e.Path, "/") != "" {
				return place{}, errors.New("objects: the endpoint is http:// or https:// with host and port, and nothing else")
			}
			p.endpoint, p.secure = e.Host, e.Scheme == "https"
		case "region":
			p.region = value
		case "path_style":
			on, err := strconv.ParseBool(value)
			if err != nil {
				return place{}, errors.New("objects: path_style is 1 or 0")
			}
			p.pathStyle = on
		default:
			return place{}, fmt.Errorf("objects: the address has an unknown parameter %q: endpoint, region and path_style are known; credentials come from the environment", name)
		}
	}
	return p, nil
}
