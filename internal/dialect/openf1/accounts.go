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

	mu      sync.Mutex // also while a password is tried: one at a time, for it takes a core's time
	hashes  map[string][]byte
	changed time.Time
	size    int64
}

// Limits of the file of accounts.
const (
	maxAccountsFile = 1 << 20 // bytes
	maxHashCost     = 14      // about a second
)

// ReadAccounts reads the file. It is an error when it can not be read, has no account in it, or a line is no account.
func ReadAccounts(path string, log *slog.Logger) (*Accounts, error) {
	a := &Accounts{path: path, log: log}
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
	a.hashes, a.changed, a.size = hashes, info.ModTime(), info.Size()
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

// nobody is the hash that an unknown name's password is held to: it takes the same time and is nobody's.
var nobody = sync.OnceValue(func() []byte {
	hash, err := bcrypt.GenerateFromPassword([]byte("nobody"), bcrypt.DefaultCost)
	if err != nil {
		panic(err) // the cost is one there is
	}
	return hash
})

// good reports whether name and password are an account's.
func (a *Accounts) good(name, password string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if info, err := os.Stat(a.path); err != nil || !info.ModTime().Equal(a.changed) || info.Size() != a.size {
		if err = a.read(); err != nil {
			a.log.Warn("openf1: the accounts are those that were read before", "error", err)
		}
	}
	hash, known := a.hashes[name]
	if !known {
		hash = nobody()
	}
	return bcrypt.CompareHashAndPassword(hash, []byte(password)) == nil && known
}
