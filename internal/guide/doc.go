// Package guide is what Écharpe tells élus about enrolling and paying, and the French calendar that its deadlines
// live in.
//
// The content is one file, content/guide.yaml: the steps of each way of paying, links with their fallback, the
// helpline and its hours, dated rules, each with its source, the day it was checked and how sure we are. Pages,
// e-mails and papers all read it through this package, so that a correction there is a correction everywhere.
//
//   - [Parse] reads the content strictly: an unknown field, a missing title or a link that does not exist is an error that
//     names its line. [Load] gives the embedded content, compiled to compiled.go (go test ./internal/guide -update).
//   - [Guide.Link] gives the address to show: a link that nobody verified shows its fallback.
//   - [Guide.Rule] gives the value in force on a day. What is only rumoured (COM, MEM) is never in force.
//   - calendar.go counts working days (jours ouvrés) and office hours, in Paris time.
//   - helpline.go says whether somebody answers now; possible.go says whether a way of paying is still possible.
package guide
