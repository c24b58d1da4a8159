package openf1

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
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
