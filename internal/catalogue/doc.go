// Package catalogue reads a catalogue file (YAML: the organisation, its formations, its sessions), checks it against
// the rules in force, and applies it to the table.
//
//   - [Read] turns the file into domain values, or into [Faults]: every fault at once, each with its line and a
//     sentence in French that says how to mend it. A value that [Read] gives may be applied.
//   - [Apply] writes what differs from the table and says what it did. Applying twice changes nothing; applying never
//     loses or moves an enrolment, and never removes a session: a session is cancelled by `cancelled: true`.
//   - [Editor] changes one session for somebody in the browser, by the same reading; [Ground.Export] gives the table back as a file. The
//     table keeps marks of what was changed so: [Read] refuses a file that was made before and would undo it.
//
// Dates may be relative to today ("+45"), for the demonstration: see [Ground] for what keeps them still.
package catalogue
