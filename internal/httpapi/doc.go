// Package httpapi is the HTTP contract: routes on one screen (api.go), strict decoding, problem+json, one log event
// per request. It knows net/http only; lambdahttp brings API Gateway's events to it.
//
// Two handlers, one per trust boundary and weight: [New] for the catalogue, enrolment and the holder's file;
// [NewDocuments] for PDFs and calendars, so that PDF code never weighs on the enrolment's cold start.
package httpapi
