package app

import (
	"log/slog"
	"regexp"
)

// Passwords in addresses, to the last @: a password that holds one unescaped is a mistake, not a reason to print it.
var (
	passwordInURL = regexp.MustCompile(`(://[^:/?#@\s]*):\S*@`)
	secretInQuery = regexp.MustCompile(`(?i)\b((?:ssl)?password|passwd|passfile|secret|secret_key|access_key|(?:access_)?token)=[^&\s"']+`)
)

// masked is text that may hold addresses, without their passwords.
func masked(text string) string {
	return secretInQuery.ReplaceAllString(passwordInURL.ReplaceAllString(text, "$1:***@"), "$1=***")
}

// maskedAttr keeps passwords out of the log, whoever writes the line.
func maskedAttr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(masked(v))
	case error:
		a.Value = slog.StringValue(masked(v.Error()))
	}
	return a
}
