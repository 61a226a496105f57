package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// observer writes one log event per request: route, status, duration, request id and, for a failure, its cause. No
// personal data: the route's pattern, never the path.
type observer struct {
	log   *slog.Logger
	now   func() time.Time
	realm string
}

// Action is a handler that returns its error; one adapter answers it.
type Action func(w http.ResponseWriter, r *http.Request) error

func (o observer) observe(do Action) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := o.now()
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		id := r.Header.Get("X-Request-Id")
		rec.Header().Set("Cache-Control", "no-store")
		err := guarded(do, rec, r)
		if err != nil {
			o.problem(rec, id, err)
		}
		o.write(r, id, rec.status, o.now().Sub(started), err)
	})
}

// guarded turns a panic into an error, so that one bad request neither kills the process nor shows its cause.
func guarded(do Action, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do(w, r)
}

func (o observer) write(r *http.Request, id string, status int, took time.Duration, err error) {
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("requestId", id), slog.String("route", r.Pattern), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	if status >= 500 {
		level = slog.LevelError
	}
	o.log.LogAttrs(r.Context(), level, "request", attrs...)
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}
