package enrolment

import "bytes"

// CalendarType is the media type of an iCalendar. It carries the calendar's own method (RFC 5546, 3.2): a reader that goes
// by the one and a reader that goes by the other do the same.
func CalendarType(calendar []byte) string {
	method := "PUBLISH"
	if bytes.Contains(calendar, []byte("\r\nMETHOD:CANCEL\r\n")) {
		method = "CANCEL"
	}
	return "text/calendar; charset=utf-8; method=" + method
}
