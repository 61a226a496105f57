// Package logging makes the one logger of a process: JSON lines on standard output, no personal data. Fields that
// could hold some are dropped whatever the caller passes, as a last line of defence.
package logging

import (
	"io"
	"log/slog"
	"os"
	"slices"
)

// personal names attributes that must never be logged.
var personal = []string{"email", "name", "firstName", "lastName", "birthName", "phone", "body", "token", "link", "authorization", "to", "subject"}

// New makes the logger.
func New(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: redact}))
}

// Fatal ends a process that cannot work, and says why in a line like any other: alarms and the RUNBOOK's commands look for ERROR.
func Fatal(err error) {
	New(os.Stdout, slog.LevelError).Error("cannot start", "error", err.Error())
	os.Exit(1)
}

func redact(_ []string, a slog.Attr) slog.Attr {
	if slices.Contains(personal, a.Key) {
		return slog.String(a.Key, "[redacted]")
	}
	return a
}
