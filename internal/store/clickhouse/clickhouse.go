// Package clickhouse keeps copies of stored sessions in ClickHouse and runs the questions of package analytics
// there. It is fed by [Store.Sync], which compares what the store of record has with what is here: it may stop at
// any moment, run twice at once, and be started over; what is here is always whole sessions.
//
// It speaks ClickHouse's HTTP interface: rows go in as the Parquet files that package tables writes, answers come
// back as lines of JSON. Every load of a session has a number that all its rows carry, and becomes visible when
// its number is written to table loaded: readers never see half of one.
package clickhouse

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config says where ClickHouse is.
type Config struct {
	// URL is http(s)://user:password@host:port/database. The password never leaves this package.
	URL string
	// Timeout bounds one statement; zero: a minute.
	Timeout time.Duration
}

// Store is one database of one server. Its methods may be called by many goroutines.
type Store struct {
	base     url.URL
	user     *url.Userinfo
	database string
	client   *http.Client
	timeout  time.Duration
}

// Open connects, makes the database and brings its tables up to date.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s, err := connect(cfg)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, fmt.Errorf("store/clickhouse: %s: %w", s.base.Host, err)
	}
	return s, nil
}

// Ask says which version the server of a configuration has, and makes nothing there.
func Ask(ctx context.Context, cfg Config) (version string, err error) {
	s, err := connect(cfg)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.database = "default" // ours may not be there yet
	if version, err = s.Ping(ctx); err != nil {
		return "", fmt.Errorf("store/clickhouse: %s: %w", s.base.Host, err)
	}
	return version, nil
}

// connect reads the configuration.
func connect(cfg Config) (*Store, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("store/clickhouse: the address is none like http://user:password@host:8123/pitwall")
	}
	s := &Store{database: strings.Trim(u.Path, "/"), user: u.User, timeout: cfg.Timeout, client: &http.Client{}}
	if s.database == "" {
		s.database = "pitwall"
	}
	if !identifier(s.database) {
		return nil, fmt.Errorf("store/clickhouse: %q is no name of a database: letters, digits and _ only", s.database)
	}
	if s.timeout == 0 {
		s.timeout = time.Minute
	}
	s.base = url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	return s, nil
}

// Close lets go of idle connections.
func (s *Store) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

// Ping says whether the server answers, and its version.
func (s *Store) Ping(ctx context.Context) (version string, err error) {
	for row, err := range s.Query(ctx, "SELECT version()", nil) {
		if err != nil {
			return "", err
		}
		version, _ = row[0].(string)
	}
	return version, nil
}

func identifier(name string) bool {
	for i, r := range name {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// exec runs a statement that gives no rows; body is the data of an INSERT, nil for none.
func (s *Store) exec(ctx context.Context, sql string, args map[string]any, body io.Reader) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	resp, err := s.send(ctx, sql, args, body)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return errors.Join(err, resp.Body.Close())
}

// Query runs a SELECT and gives its rows: nil, bool, int64, float64 or string a cell, in memory that the next
// row overwrites. An error is the last thing given.
func (s *Store) Query(ctx context.Context, sql string, args map[string]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		ctx, cancel := context.WithTimeout(ctx, s.timeout)
		defer cancel()
		resp, err := s.send(ctx, sql+"\nFORMAT JSONCompactEachRow", args, nil)
		if err != nil {
			yield(nil, err)
			return
		}
		defer resp.Body.Close() //nolint:errcheck // only read
		lines := bufio.NewReaderSize(resp.Body, 64<<10)
		var row []any
		for {
			line, err := lines.ReadBytes('\n')
			if len(bytes.TrimSpace(line)) > 0 {
				if row, err = cells(row[:0], line); err == nil && !yield(row, nil) {
					return
				}
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("answer of ClickHouse: %w", err))
				return
			}
		}
	}
}

// cells reads one line. An exception in the middle of an answer stands in it as plain text, which is no row.
func cells(row []any, line []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&row); err != nil {
		return nil, fmt.Errorf("%w in %.300q", err, line)
	}
	for i, v := range row {
		n, ok := v.(json.Number)
		if !ok {
			continue
		}
		if whole, err := n.Int64(); err == nil {
			row[i] = whole
		} else if f, err := n.Float64(); err == nil {
			row[i] = f
		} else {
			return nil, err
		}
	}
	return row, nil
}

// send posts a statement. Its arguments travel beside it, never in it.
func (s *Store) send(ctx context.Context, sql string, args map[string]any, body io.Reader) (*http.Response, error) {
	q := url.Values{
		"database": {s.database}, "output_format_json_quote_64bit_integers": {"0"}, "join_use_nulls": {"1"},
		// An answer is whole or an error: what fails late would otherwise come as a short answer.
		"wait_end_of_query": {"1"}, "mutations_sync": {"1"},
	}
	for name, v := range args {
		switch v := v.(type) {
		case int64:
			q.Set("param_"+name, strconv.FormatInt(v, 10))
		case float64:
			q.Set("param_"+name, strconv.FormatFloat(v, 'g', -1, 64))
		case string:
			q.Set("param_"+name, escape(v))
		default:
			return nil, fmt.Errorf("argument %s is a %T", name, v)
		}
	}
	if body == nil {
		body = strings.NewReader(sql)
	} else {
		q.Set("query", sql)
	}
	u := s.base
	u.RawQuery = q.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), body)
	if err != nil {
		return nil, err
	}
	if s.user != nil {
		password, _ := s.user.Password()
		r.Header.Set("X-ClickHouse-User", s.user.Username())
		r.Header.Set("X-ClickHouse-Key", password)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return nil, unreachable(err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, 2000))
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("ClickHouse says %s: %s", resp.Status, bytes.TrimSpace(text))
}

// unreachable leaves the address with its arguments out of an error of the network.
func unreachable(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return fmt.Errorf("ClickHouse does not answer: %w (is it running, is the address right?)", err)
	}
	return err
}

// escape writes a text as ClickHouse reads parameters: tab separated values without tabs and line ends.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`).Replace(s)
}
