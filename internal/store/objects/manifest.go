package objects

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ManifestVersion is the version of the manifests' format. A newer one is refused, not guessed at.
const ManifestVersion = 1

// Manifest lists what belongs to a raw recording. It holds nothing of when and by whom it was written, so that the
// same recording has the same manifest.
type Manifest struct {
	Version int    `json:"version"`
	Kind    string `json:"kind"` // "raw"
	Season  int    `json:"season"`
	Key     string `json:"session_key"`
	// Log is the header of the session's log: it tells one log of a session from another.
	LogSession string     `json:"log_session"`
	LogCreated *time.Time `json:"log_created"`
	// Complete is set when the session's last message known to the sealer is in the last segment.
	Complete bool `json:"complete"`
	// Removing is set by retention before the segments go.
	Removing bool `json:"removing,omitempty"`
	// Generation names the segments of a log that has taken the place of another, so that both can lie there at once: when
	// it was begun, in milliseconds since 1970. 0 is the session's first log.
	Generation int64     `json:"generation,omitempty"`
	Segments   []Segment `json:"segments"`
}

// Segment is one object of a raw recording. Segments follow each other without a gap in their offsets.
type Segment struct {
	Object string `json:"object"` // its name beside the manifest
	First  uint64 `json:"first_offset"`
	Last   uint64 `json:"last_offset"`
	// Messages are fewer than the offsets if the log had lost some.
	Messages int `json:"messages"`
	// From and To are what the session's clock showed at the first and the last message, absent if unknown.
	From   *time.Time `json:"session_time_from"`
	To     *time.Time `json:"session_time_to"`
	Bytes  int64      `json:"bytes"` // as stored
	SHA256 string     `json:"sha256"`
	// Plain is what zstd gives back.
	PlainBytes  int64  `json:"plain_bytes"`
	PlainSHA256 string `json:"plain_sha256"`
}

// Last offset that is sealed, 0 if none is.
func (m *Manifest) Last() uint64 {
	if len(m.Segments) == 0 {
		return 0
	}
	return m.Segments[len(m.Segments)-1].Last
}

// Messages that are sealed, and how many offsets below Last hold none because the log had lost them.
func (m *Manifest) Messages() (held int, lost int) {
	for _, s := range m.Segments {
		held += s.Messages
	}
	return held, int(m.Last()) - held
}

// Bytes of all segments as stored, and as lines.
func (m *Manifest) Bytes() (stored, plain int64) {
	for _, s := range m.Segments {
		stored, plain = stored+s.Bytes, plain+s.PlainBytes
	}
	return stored, plain
}

func rawFolder(s Session) string            { return fmt.Sprintf("raw/%d/%s/", s.Season, s.Key) }
func manifestKey(s Session) string          { return rawFolder(s) + "manifest.json" }
func (m *Manifest) session() Session        { return Session{m.Season, m.Key} }
func (m *Manifest) object(s Segment) string { return rawFolder(m.session()) + s.Object }

// segment is what the one that begins at first is called.
func (m *Manifest) segment(first uint64) string {
	if m.Generation == 0 {
		return segmentName(first)
	}
	return fmt.Sprintf("%012d.%d%s", first, m.Generation, segmentEnding)
}

const segmentEnding = ".log.zst"

func segmentName(first uint64) string { return fmt.Sprintf("%012d%s", first, segmentEnding) }

// Manifest reads the manifest of a recording; the error wraps ErrNotFound if nothing of it is sealed.
func (s *Store) Manifest(ctx context.Context, session Session) (*Manifest, error) {
	m, _, err := s.manifest(ctx, session)
	return m, err
}

func (s *Store) manifest(ctx context.Context, session Session) (*Manifest, Info, error) {
	if err := session.valid(); err != nil {
		return nil, Info{}, err
	}
	key := manifestKey(session)
	body, info, err := readAll(ctx, s.bucket, key, maxManifest)
	if err != nil {
		return nil, Info{}, err
	}
	m := new(Manifest)
	if err := parseManifest(key, body, m); err != nil {
		return nil, info, err
	}
	if err := m.valid(session); err != nil {
		return nil, info, fmt.Errorf("objects: %s: %w: %w", key, ErrCorrupt, err)
	}
	return m, info, nil
}

// sealed is a manifest as it is stored: its last member is the checksum of the bytes before it, so that a flipped bit
// in it is found as in any other object.
type sealed struct {
	Manifest json.RawMessage `json:"manifest"`
	SHA256   string          `json:"sha256"` // of the manifest's bytes
}

// encodeManifest gives the same bytes for the same manifest.
func encodeManifest(m any) ([]byte, error) {
	inner, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(sealed{inner, hexSum(inner)})
	return append(body, '\n'), err
}

func parseManifest(key string, body []byte, into any) error {
	var s sealed
	if err := json.Unmarshal(body, &s); err != nil {
		return fmt.Errorf("objects: %s: %w: %w", key, ErrCorrupt, err)
	}
	// JSON can be written in many ways, ours in one: any other is damage, if only of a letter's case.
	again, err := json.Marshal(s)
	if err != nil || !bytes.Equal(append(again, '\n'), body) || hexSum(s.Manifest) != s.SHA256 {
		return fmt.Errorf("objects: %s: %w: checksum differs", key, ErrCorrupt)
	}
	var version struct{ Version int }
	if err := json.Unmarshal(s.Manifest, &version); err != nil {
		return fmt.Errorf("objects: %s: %w: %w", key, ErrCorrupt, err)
	}
	if version.Version != ManifestVersion {
		return fmt.Errorf("objects: %s: version %d is not known, only %d: use a newer pitwall", key, version.Version, ManifestVersion)
	}
	d := json.NewDecoder(bytes.NewReader(s.Manifest))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("objects: %s: %w: %w", key, ErrCorrupt, err)
	}
	return nil
}

func (m *Manifest) valid(of Session) error {
	if m.Kind != "raw" || m.session() != of {
		return fmt.Errorf("it is of %s %s", m.Kind, m.session())
	}
	next := uint64(1)
	for i, s := range m.Segments {
		switch {
		case s.Object != m.segment(s.First) || s.First != next || s.Last < s.First:
			return fmt.Errorf("segment %d (%s) does not follow", i+1, s.Object)
		case s.Messages < 1 || uint64(s.Messages) > s.Last-s.First+1 || s.PlainBytes < 1 || s.PlainBytes > maxPlain || s.Bytes < 1:
			return fmt.Errorf("segment %d (%s) has impossible figures", i+1, s.Object)
		}
		next = s.Last + 1
	}
	return nil
}

// putManifest replaces the manifest that info describes, or writes the first if it is zero.
func (s *Store) putManifest(ctx context.Context, key string, m any, was Info) error {
	body, err := encodeManifest(m)
	if err != nil {
		return fmt.Errorf("objects: %s: %w", key, err)
	}
	if len(body) > maxManifest {
		return errors.New("objects: " + key + ": the manifest grows too large")
	}
	when := IfAbsent
	if was.ETag != "" {
		when = IfUnchanged(was)
	}
	return s.bucket.Put(ctx, key, body, when)
}
