// Package mail is every e-mail that Écharpe sends: an e-mail as a value, and the rendering of each kind.
//
//   - [Message] is an e-mail: who, what, in HTML and in text, with its attachments. [Message.Validate] refuses what could
//     be abused or refused later; [Message.Raw] writes it as MIME.
//   - [Render] makes the message of a [Kind] from [Data]. It is pure: the same data give the same bytes.
//   - A message is composed once, as a letter of blocks (letter.go), and laid out twice, in HTML and in text, so that the
//     two always say the same. One letter asks for one act, with one button.
//   - Everything about funding comes from package guide: change a link there and it changes here.
//
// The texts of one family of messages stand together: confirm.go, queue.go, change.go, remind.go, authority.go,
// attend.go, staff.go. Samples are in [Samples]; the golden files under testdata show each of them.
package mail
