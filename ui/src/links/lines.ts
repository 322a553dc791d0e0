// What was pasted, as lines to be looked at.

/** The lines of a text without empty ones; of lines that are the same the first stays. */
export function linesOf(text: string): string[] {
  const lines = new Set<string>();
  for (const line of text.split(/[\r\n\u2028\u2029]+/)) {
    const trimmed = line.trim();
    if (trimmed !== '') lines.add(trimmed);
  }
  return [...lines];
}

/** Whether a text from the clipboard is meant as links: a line of it begins like one. */
export const holdsLinks = (text: string): boolean => /^[^\S\r\n]*https?:\/\/\S/im.test(text);

/** Lines in pieces of at most `most`, in their order. */
export function* chunks(lines: readonly string[], most: number): Generator<readonly string[]> {
  for (let at = 0; at < lines.length; at += most) yield lines.slice(at, at + most);
}
