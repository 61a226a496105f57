package mail

// teamMessage is what the team wrote to people of the session, in its own words.
func teamMessage(d Data) letter {
	return letter{
		Subject: d.Circular.Subject,
		Preview: d.Session.Formation.Title + ", " + on(d.Session) + ".",
		Title:   d.Circular.Subject,
		Lead:    paragraphs(d.Circular.Text...),
		Action:  d.openFile("Ouvrir mon dossier"),
		Body:    []block{heading("Votre formation"), facts(d.sessionFacts(d.Session)...), {Text: d.reach()}},
	}
}
