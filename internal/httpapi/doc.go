// Package httpapi is the HTTP contract: routes on one screen (api.go), strict decoding, problem+json, one log event
// per request. It knows net/http only; lambdahttp brings API Gateway's events to it.
//
// Three handlers, one per trust boundary and weight: [New] for the catalogue, enrolment and the holder's file; [NewDocuments] for PDFs and
// calendars, so that PDF code never weighs on the enrolment's cold start; [NewScans] for what comes back of the papers, which alone speaks
// to a bucket.
package httpapi
