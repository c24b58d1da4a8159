package openf1

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// accountLines are the lines of a file of accounts, of pairs name:password.
func accountLines(t testing.TB, pairs ...string) string {
	t.Helper()
	var lines strings.Builder
	for _, pair := range pairs {
		name, password, _ := strings.Cut(pair, ":")
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		lines.WriteString(name + ":" + strings.Replace(string(hash), "$2a$", "$2y$", 1) + "\n") // as htpasswd spells it
	}
	return lines.String()
}

// accounts are read from a file of their own.
func accounts(t testing.TB, pairs ...string) *Accounts {
	t.Helper()
	path := filepath.Join(t.TempDir(), "accounts")
	if err := os.WriteFile(path, []byte(accountLines(t, pairs...)), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := ReadAccounts(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestAccounts reads what htpasswd -B writes, refuses what it can not read without telling a secret, and follows the file.
func TestAccounts(t *testing.T) {
	a := accounts(t, "ann:secret", "bob:other")
	check := func(name, password string, want bool) {
		t.Helper()
		if a.good(name, password) != want {
			t.Errorf("%s with %s: %v", name, password, !want)
		}
	}
	check("ann", "secret", true)
	check("bob", "other", true)
	check("ann", "other", false)
	check("ann", "", false)
	check("eve", "nobody", false) // the password of nobody
	rewrite := func(text string) {
		t.Helper()
		if err := os.WriteFile(a.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Duration(len(text)) * time.Second) // a clock that is coarse sees it too
		if err := os.Chtimes(a.path, later, later); err != nil {
			t.Fatal(err)
		}
	}
	rewrite("# of the team\n\n" + accountLines(t, "ann:new"))
	check("ann", "secret", false)
	check("ann", "new", true)
	check("bob", "other", false)
	rewrite("ann:broken")
	check("ann", "new", true) // what was read before holds
	for text, want := range map[string]string{
		"":                          "no account",
		"# nobody\n":                "no account",
		"ann\n":                     "line 1: want NAME:HASH",
		"ann:$apr1$abc$defSECRET\n": "line 1: the password of ann is no bcrypt hash",
		"\nann:SECRET\n":            "line 2: the password of ann is no bcrypt hash",
		"ann:$2y$20$" + strings.Repeat("a", 53) + "\n": "costs 20, the most is 14",
		strings.Repeat("#", maxAccountsFile+1):         "longer than 1 MiB",
	} {
		rewrite(text)
		if _, err := ReadAccounts(a.path, slog.Default()); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if _, err := ReadAccounts(a.path+".none", slog.Default()); err == nil {
		t.Error("a file that is not there was read")
	}
}

// Every name costs the same work, whatever its own hash costs and whether it is there or not, and few are tried at once.
func TestAccountsTakeTheSameWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts")
	var text []byte
	for name, cost := range map[string]int{"ann": 4, "bob": 6, "eva": 5} {
		hash, err := bcrypt.GenerateFromPassword([]byte("secret"), cost)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, name+":"+string(hash)+"\n"...)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := ReadAccounts(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var work, at, most atomic.Int64
	a.compare = func(hash, password []byte) error {
		most.Store(max(most.Load(), at.Add(1)))
		defer at.Add(-1)
		work.Add(1 << costOf(hash))
		return bcrypt.CompareHashAndPassword(hash, password)
	}
	for _, name := range []string{"ann", "bob", "eva", "nobody"} {
		for _, password := range []string{"secret", "wrong"} {
			work.Store(0)
			if got := a.good(name, password); got != (name != "nobody" && password == "secret") || work.Load() != 1<<6 {
				t.Errorf("%s with %s: %v after work of %d, want %d", name, password, got, work.Load(), 1<<6)
			}
		}
	}
	var tried sync.WaitGroup
	for range 8 * maxTrying {
		tried.Go(func() { a.good("eva", "secret") })
	}
	tried.Wait()
	if n := most.Load(); n > maxTrying {
		t.Errorf("%d were tried at once", n)
	}
	// A hash of nobody is one, and its work is done.
	if err := bcrypt.CompareHashAndPassword(nobody(4), []byte("secret")); !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		t.Errorf("nobody: %v", err)
	}
}
