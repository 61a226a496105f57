package feedback

// verdict is what a bounce says.
type verdict int

const (
	forNow         verdict = iota // a mailbox full, a server away: the address may work again
	badAddress                    // it does not exist, or SES will not write to it any more
	refusedMessage                // the mailbox works and refuses this message: ours to mend
	unsubscribed                  // the person asked SES for no more mail
)

// verdictOnBounce decides every kind and sub-kind of bounce that SES documents. An unknown sub-kind is taken as its kind says;
// an unknown kind, as for now: nobody becomes unreachable by a word we do not know.
func verdictOnBounce(kind, subKind string) verdict {
	switch subKind {
	case "MessageTooLarge", "ContentRejected", "AttachmentRejected":
		return refusedMessage
	case "UnsubscribedRecipient":
		return unsubscribed
	}
	if kind == "Permanent" { // General, NoEmail, Suppressed, OnAccountSuppressionList
		return badAddress
	}
	return forNow // Transient (General, MailboxFull, CustomTimeoutExceeded), Undetermined
}

// junk tells whether a complaint is the person's wish to be left alone. « not-spam » says the contrary, and
// « auth-failure » and « virus » are a machine's report on the mail. A complaint without a type is one.
func junk(feedbackType string) bool {
	switch feedbackType {
	case "not-spam", "auth-failure", "virus":
		return false
	}
	return true // abuse, fraud, other, none
}

// ourDoing tells whether a delay comes from what we send or from where: taken for junk, our address refused or unknown.
func ourDoing(delayType string) bool {
	switch delayType {
	case "SpamDetected", "IPFailure", "BYOIPHostNameLookupUnavailable":
		return true
	}
	return false // InternalFailure, General, MailboxFull, RecipientServerError, TransientCommunicationFailure, Undetermined, SendingDeferral
}
