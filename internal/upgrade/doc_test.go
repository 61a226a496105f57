// Package upgrade_test keeps the promise that an upgrade keeps the data. There is nothing here but tests, and tables as
// past versions wrote them.
//
// Each folder of testdata is a whole small table, in DynamoDB's own typed JSON, written by the product's code of that day
// (story_test.go) under a fixed clock and fixed ids:
//
//   - table.json: every item
//   - kept.json: what that version read from it, as domain values
//   - late.json: writes that version had planned from that table and not yet sent, see below
//
// Every test loads each folder into DynamoDB Local and goes on living with it by the code of today. Before a change of what
// items look like, keep the table that the version before it writes, named by its day, and commit it with the change:
//
//	go test ./internal/upgrade -run TestTheWholeTable -write 2027-03-01
//
// A folder that is there is never written again: what it holds is what was deployed. The story may grow (an older table
// then lacks somebody, and the tests that need them skip it); nobody in it may change.
//
// # While both versions run
//
// A deployment replaces one function after the other, so that for some minutes old and new code write the same table.
//
// Promised, and tested by late.json: what an old instance planned before the new code touched the table, and writes after
// it, either counts whole or is refused whole (the old instance then reads and plans again, and may answer "unavailable").
// No seat is sold twice, nobody passes the queue, and counts agree with files, in whichever order the two wrote.
//
// Not promised: that the old version understands what the new one wrote. An old instance may show a session's counts late, refuse
// a seat that there is, or answer 503, until it is gone. Rolling back to a version older than a folder's needs a restore
// (infra/RUNBOOK.md), unless the change says otherwise.
package upgrade_test
