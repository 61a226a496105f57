// Package reminder sends every e-mail of Écharpe: it decides which message is due from the file as it is now, and
// sends it once.
//
//   - rules.go: what is said and when, as data, for each way of paying and each step.
//   - [Planner] (plan.go, with apply.go, span.go, told.go, notice.go and choose.go, each named by what it decides):
//     pure. From a file, its message log, its session and now, the messages due now and the next
//     instant to look.
//   - [Sender] (sender.go): load → plan → claim → compose → post → record, until nothing is due; then the file's next
//     due instant is set.
//   - [Desk] (desk.go): what wakes the sender: the table's stream, the schedule.
//
// DESIGN.md says which promise is kept where.
package reminder
