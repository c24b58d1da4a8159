package openf1

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// Accounts are those who get a token: the lines of a file as htpasswd -B writes them, a name, a colon and the bcrypt hash of
// the password. The file is read anew when it has changed. Safe for use by several goroutines.
type Accounts struct {
	path string
	log  *slog.Logger

	compare func(hash, password []byte) error // bcrypt's
	trying  chan struct{}                     // a place for each password that is tried

	mu      sync.Mutex
	hashes  map[string][]byte
	cost    int // the highest of them
	changed time.Time
	size    int64
}

// Limits of the file of accounts.
const (
	maxAccountsFile = 1 << 20 // bytes
	maxHashCost     = 14      // about a second
	maxTrying       = 2       // passwords at once: each takes a core's time
)

// ReadAccounts reads the file. It is an error when it can not be read, has no account in it, or a line is no account.
func ReadAccounts(path string, log *slog.Logger) (*Accounts, error) {
	a := &Accounts{path: path, log: log, compare: bcrypt.CompareHashAndPassword, trying: make(chan struct{}, maxTrying)}
	if err := a.read(); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Accounts) read() error {
	f, err := os.Open(a.path)
	if err != nil {
		return fmt.Errorf("openf1: accounts: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("openf1: accounts: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxAccountsFile+1))
	if err != nil {
		return fmt.Errorf("openf1: accounts: %w", err)
	}
	if len(text) > maxAccountsFile {
		return fmt.Errorf("openf1: accounts: %s: longer than 1 MiB", a.path)
	}
	hashes, err := readHashes(text)
	if err != nil {
		return fmt.Errorf("openf1: accounts: %s: %w", a.path, err)
	}
	a.hashes, a.cost, a.changed, a.size = hashes, 0, info.ModTime(), info.Size()
	for _, hash := range hashes {
		a.cost = max(a.cost, costOf(hash))
	}
	return nil
}

var errNoAccounts = errors.New("there is no account in it")

// readHashes reads the lines; what they hold is in no error.
func readHashes(text []byte) (map[string][]byte, error) {
	all := map[string][]byte{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, hash, ok := strings.Cut(line, ":")
		cost, err := bcrypt.Cost([]byte(hash))
		switch {
		case !ok || name == "":
			return nil, fmt.Errorf("line %d: want NAME:HASH, as htpasswd -B writes it", n)
		case err != nil:
			return nil, fmt.Errorf("line %d: the password of %s is no bcrypt hash: write it with htpasswd -B", n, name)
		case cost > maxHashCost:
			return nil, fmt.Errorf("line %d: the hash of %s costs %d, the most is %d", n, name, cost, maxHashCost)
		}
		all[name] = []byte(hash)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errNoAccounts
	}
	return all, nil
}

// costOf is the cost of a hash that was read: twice the work for each step.
func costOf(hash []byte) int {
	cost, err := bcrypt.Cost(hash)
	if err != nil {
		panic(err) // readHashes takes no such hash
	}
	return cost
}

// nobody is a hash of that cost which no password has that anybody could find.
func nobody(cost int) []byte {
	return fmt.Appendf(nil, "$2a$%02d$%s", cost, strings.Repeat(".", 53))
}

// good reports whether name and password are an account's. It takes the work of the highest cost in the file for every name,
// also for one that is not there: the time tells nothing.
func (a *Accounts) good(name, password string) bool {
	hash, most := a.of(name)
	known := hash != nil
	if !known {
		hash = nobody(most)
	}
	a.trying <- struct{}{}
	defer func() { <-a.trying }()
	right := a.compare(hash, []byte(password)) == nil && known
	for cost := costOf(hash); cost < most; cost++ { // 2^cost and all from there come to 2^most
		_ = a.compare(nobody(cost), []byte(password)) // for its work
	}
	return right
}

// of is the hash of a name, nil: it is none's, and the highest cost of all.
func (a *Accounts) of(name string) (hash []byte, most int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if info, err := os.Stat(a.path); err != nil || !info.ModTime().Equal(a.changed) || info.Size() != a.size {
		if err = a.read(); err != nil {
			a.log.Warn("openf1: the accounts are those that were read before", "error", err)
		}
	}
	return a.hashes[name], a.cost
}
