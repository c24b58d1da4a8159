package app

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pitwall.live/internal/feed"
	"pitwall.live/internal/live"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/sessionlog"
)

// storedSessions is how many earlier sessions are offered, newest first.
const storedSessions = 200

// shelveStored lists the sessions whose logs lie in the data folder; they are loaded when asked for.
func (s *server) shelveStored(dataDir string) error {
	paths, err := logsIn(dataDir)
	if err != nil {
		return err
	}
	s.storeEarlier(paths)
	s.archive.sealLater(paths)
	s.mender.earlier(paths)
	shelved := 0
	for _, path := range paths {
		if shelved == storedSessions {
			break
		}
		if err := s.shelve(filepath.Base(filepath.Dir(path)), path); err != nil {
			return err
		}
		shelved++
	}
	return nil
}

// storeEarlier has the logs stored that the store lacks.
func (s *server) storeEarlier(paths []string) {
	if s.keeping == nil {
		return
	}
	var logs []persist.Stored
	for _, path := range paths {
		about, err := storedAs(path)
		if err != nil {
			s.env.log.Warn("stored session is not brought into the store", "log", path, "error", err)
			continue
		}
		logs = append(logs, persist.Stored{Path: path, About: about})
	}
	s.keeping.writer.StoreLogs(logs)
}

// shelve lists the session of a log, which is loaded when it is asked for.
func (s *server) shelve(key, path string) error {
	start, err := beginning(path)
	if err != nil {
		s.env.log.Warn("stored session is not offered", "log", path, "error", err)
		return nil
	}
	if len(start) == 0 {
		return nil // a log that was opened and never got a message
	}
	params, err := keptParams(path)
	if err != nil {
		s.env.log.Warn("stored session is not offered", "log", path, "error", err)
		return nil
	}
	about := live.About{Key: key, Source: "stored", Open: openStored(path), Params: params}
	return s.live.Shelve(about, start)
}

// newestFirst lists the files of a pattern, the last written first.
func newestFirst(pattern string) ([]string, error) {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	written := make(map[string]time.Time, len(paths))
	for _, path := range paths {
		st, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		written[path] = st.ModTime()
	}
	slices.SortFunc(paths, func(a, b string) int { return written[b].Compare(written[a]) })
	return paths, nil
}

func openStored(path string) func() (*sessionlog.Log, error) {
	return func() (*sessionlog.Log, error) { return sessionlog.OpenRead(path) }
}

// beginning reads the first messages of a log, enough to say which session it is.
func beginning(path string) (messages []feed.Message, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := bufio.NewReaderSize(f, 1<<16)
	header, err := r.ReadBytes('\n')
	if err != nil || !feed.IsHeader(header) {
		return nil, errors.New("it is no log of ours")
	}
	for len(messages) < 100 {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return messages, nil
		}
		if err != nil {
			return nil, err
		}
		var m feed.Message
		if feed.ParseLine(line, &m) == nil { // a damaged line is reported when the log is opened
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// logName is what the file of a session in the data folder is called.
const logName = "log.jsonl"

func isFile(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.Mode().IsRegular()
}

// stored gives the log of a session in the data folder when path is no file or folder but its key, or is the
// session's folder.
func stored(path, dataDir string) string {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		if log := filepath.Join(path, logName); isFile(log) && isFile(paramsBeside(log)) {
			return log
		}
		return path
	}
	log := sessionlog.Path(dataDir, filepath.Base(path))
	if _, err := os.Stat(log); err != nil {
		return path
	}
	return log
}
