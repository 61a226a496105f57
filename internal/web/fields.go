package web

import "github.com/echarpe/echarpe/internal/enrolment"

// Fields gathers the faults of a request, by the name of the field, so that they come back together.
type Fields map[string]string

// Check notes an error of one field; nil is none.
func (f Fields) Check(name string, err error) {
	if err != nil {
		f[name] = err.Error()
	}
}

// Err is the refusal that says them all, nil when there is none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: f}
}
