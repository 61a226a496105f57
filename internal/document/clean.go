package document

// clean makes every text of a paper safe to draw, whoever typed it.
func (p *Paper) clean() {
	for _, s := range []*string{&p.Title, &p.Subject, &p.Author, &p.Notice, &p.Foot} {
		*s = oneLine(*s)
	}
	p.Head = cleanAll(p.Head)
	for i := range p.Parts {
		part := &p.Parts[i]
		part.Label, part.Title = oneLine(part.Label), oneLine(part.Title)
		var kept []Block
		for _, b := range part.Blocks {
			if b = cleanBlock(b); !empty(b) {
				kept = append(kept, b)
			}
		}
		part.Blocks = kept
	}
}

// empty tells whether a block says nothing: an optional setting that the organisation leaves out.
func empty(b Block) bool {
	switch b := b.(type) {
	case Paragraph:
		return b == Paragraph{}
	case Fields:
		return len(b.Fields) == 0
	}
	return false
}

func cleanBlock(b Block) Block {
	switch b := b.(type) {
	case Heading:
		return Heading{oneLine(b.Text)}
	case Paragraph:
		return Paragraph{oneLine(b.Lead), oneLine(b.Text)}
	case List:
		return List{cleanAll(b.Items)}
	case Fields:
		return Fields{cleanFields(b.Fields)}
	case Table:
		rows := make([][]string, len(b.Rows))
		for i, r := range b.Rows {
			rows[i] = cleanAll(r)
		}
		b.Rows, b.Totals = rows, cleanFields(b.Totals)
		return b
	case Addresses:
		return Addresses{cleanAll(b.From), cleanAll(b.To)}
	case Signatures:
		boxes := make([]Box, len(b.Boxes))
		for i, box := range b.Boxes {
			boxes[i] = Box{oneLine(box.Title), cleanAll(box.Lines)}
		}
		return Signatures{boxes}
	case Note:
		return Note{oneLine(b.Title), oneLine(b.Text)}
	case Code:
		return Code{b.Address, oneLine(b.Says), oneLine(b.Title), oneLine(b.Text)}
	}
	return b
}

func cleanAll(texts []string) []string {
	clean := make([]string, len(texts))
	for i, s := range texts {
		clean[i] = oneLine(s)
	}
	return clean
}

func cleanFields(fields []Field) []Field {
	clean := make([]Field, len(fields))
	for i, f := range fields {
		clean[i] = Field{oneLine(f.Label), oneLine(f.Value)}
	}
	return clean
}
