/** Text in a field, and where the caret stands in it. */
export interface Edited {
  text: string;
  caret: number;
}

/** How the significant characters of a field are written: which count, how many there may be, and where gaps are. */
export interface Grouping {
  keep: RegExp;
  limit: number;
  /** The significant characters with their gaps. */
  write: (significant: string) => string;
}

/**
 * Writes a field's text anew in its groups after an edit, and finds where the caret belongs: behind as many significant
 * characters as before. Deleting a gap alone would change nothing, so it deletes the character beyond it.
 */
export function regroup(before: string, after: string, caret: number, inputType: string, grouping: Grouping): Edited {
  let head = significantOf(after.slice(0, caret), grouping.keep);
  let tail = significantOf(after.slice(caret), grouping.keep);

  const onlyGapDeleted = after.length === before.length - 1 && significantOf(before, grouping.keep) === head + tail;
  if (onlyGapDeleted && inputType === 'deleteContentBackward') head = head.slice(0, -1);
  if (onlyGapDeleted && inputType === 'deleteContentForward') tail = tail.slice(1);

  const text = grouping.write((head + tail).slice(0, grouping.limit));
  // At the end of what is typed the caret stands behind the gap that follows, ready for the next character.
  const atEnd = tail === '' && !inputType.startsWith('delete');
  return { text, caret: atEnd ? text.length : positionAfter(text, Math.min(head.length, grouping.limit), grouping.keep) };
}

export function significantOf(text: string, keep: RegExp): string {
  return [...text].filter((character) => keep.test(character)).join('');
}

/** Groups of the given sizes, the last of which repeats. */
export function inGroups(text: string, sizes: readonly number[], gap = ' '): string {
  const groups: string[] = [];
  for (let start = 0, index = 0; start < text.length; index++) {
    const size = sizes[Math.min(index, sizes.length - 1)] ?? text.length;
    groups.push(text.slice(start, start + size));
    start += size;
  }
  return groups.join(gap);
}

function positionAfter(text: string, count: number, keep: RegExp): number {
  let position = 0;
  for (let seen = 0; seen < count && position < text.length; position++) if (keep.test(text[position] ?? '')) seen++;
  return position;
}
