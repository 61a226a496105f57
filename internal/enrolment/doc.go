// Package enrolment is the domain of Écharpe: how a local elected official (élu) holds a seat in a training
// session and settles who pays for it. It imports the standard library only.
//
// The words, and the French the user reads:
//
//   - [Formation] (formation): a course of the catalogue.
//   - [Session] (session): one occurrence of a formation, with half-days, a place and a number of seats.
//   - [Enrolment] (inscription; its page is the dossier): one person's file on one session. It holds a seat,
//     waits for one, or has let it go; its [Status] says which.
//   - [Mode] (mode de financement): DIFE, collectivité or personal. Each has ordered steps (étapes).
//   - [Notice]: something that happened to a file and that its holder must be told once.
//
// A value made by a Parse function is valid by its type; the rest of the house does not check again.
// Errors that callers must tell apart carry a [Kind].
package enrolment
