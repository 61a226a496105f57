/** The id that an address carries, without the marks of the sentence it was in, seen or not. */
export const idIn = (text: string | null) => (text ?? '').replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}_-]+$/gu, '');
