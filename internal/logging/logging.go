// Package logging makes the one logger of a process: JSON lines on standard output, no personal data. Fields that
// could hold some are dropped whatever the caller passes, as a last line of defence.
package logging

import (
	"io"
	"log/slog"
	"slices"
)

// personal names attributes that must never be logged.
var personal = []string{"email", "name", "firstName", "lastName", "birthName", "phone", "body", "token", "link", "authorization", "to", "subject"}

// New makes the logger.
func New(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact}))
}

func redact(_ []string, a slog.Attr) slog.Attr {
	if slices.Contains(personal, a.Key) {
		return slog.String(a.Key, "[redacted]")
	}
	return a
}
