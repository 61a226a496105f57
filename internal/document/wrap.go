package document

import "strings"

// piece is a run of text in one face.
type piece struct {
	text string
	bold bool
}

// measure gives the width of a text.
type measure func(text string, bold bool) float64

// wrap breaks pieces into lines no wider than width: at ordinary spaces; a word wider than a line is cut after a
// hyphen or a slash when it has one that fits, else between two characters. Nothing is lost: a line broken at a space
// ends with it, beyond the width when it has to.
// There is always at least one line.
func wrap(pieces []piece, width float64, measure measure) [][]piece {
	w := wrapper{width: width, measure: measure}
	for _, p := range pieces {
		for _, word := range strings.Split(p.text, " ") {
			if word != "" {
				w.add(word, p.bold)
			}
		}
	}
	return append(w.lines, w.line)
}

type wrapper struct {
	width   float64
	measure measure
	lines   [][]piece
	line    []piece
	used    float64
}

func (w *wrapper) add(word string, bold bool) {
	space := 0.0
	if len(w.line) > 0 {
		space = w.measure(" ", bold)
	}
	size := w.measure(word, bold)
	if w.used+space+size <= w.width {
		w.put(word, bold, space, size)
		return
	}
	if n := len(w.line); n > 0 {
		w.line[n-1].text += " " // not seen, but said: the words stay two
		w.lines, w.line, w.used = append(w.lines, w.line), nil, 0
	}
	if size > w.width {
		head, tail := w.cut(word, bold)
		if tail != "" {
			w.lines = append(w.lines, []piece{{head, bold}})
			w.add(tail, bold)
			return
		}
	}
	w.put(word, bold, 0, size)
}

// put adds a word to the line, in the piece before it when the face is the same.
func (w *wrapper) put(word string, bold bool, space, size float64) {
	if space > 0 {
		word = " " + word
	}
	w.used += space + size
	if n := len(w.line); n > 0 && w.line[n-1].bold == bold {
		w.line[n-1].text += word
		return
	}
	w.line = append(w.line, piece{word, bold})
}

// cut splits a word at the widest head that fits, at least one character.
func (w *wrapper) cut(word string, bold bool) (head, tail string) {
	end, soft, used := 0, 0, 0.0
	for i, r := range word {
		used += w.measure(string(r), bold)
		if used > w.width && i > 0 {
			break
		}
		end = i + len(string(r))
		if strings.ContainsRune("-/@_", r) {
			soft = end
		}
	}
	if soft > end/2 {
		end = soft
	}
	return word[:end], word[end:]
}
