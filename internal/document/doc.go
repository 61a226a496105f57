// Package document makes the papers of a file: PDFs (programme, devis, convention, letters, contract, convocation,
// attendance sheet) and the iCalendar of a session's half-days.
//
// A paper is made in two steps. [Compose] is pure: from an [Input] it gives a [Paper], a title and a list of blocks
// (headings, paragraphs, tables, signature boxes) that tests read as text. [Render] paints that value as a PDF and
// knows nothing of the law: A4, tagged as it is drawn, then made PDF/UA-1 and PDF/A-2a (archive.go), which veraPDF
// checks in `make check`. [Kinds] says which papers a way of paying has, [Missing] which settings a paper lacks,
// [Check] whether it can be made for this file now.
//
// French sentences about the law are not in the code: they come from content/papers.yaml, and their dated values
// (delays, percentages) from the guide's rules.
package document
