/** Names in a drawing, which breaks no line by itself. */

/** A text in lines that fit, broken at spaces that may break; a word that does not fit stands alone. */
export function inLines(text: string, fits: (line: string) => boolean): string[] {
  const [first = '', ...words] = text.split(' ');
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (fits(longer)) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
