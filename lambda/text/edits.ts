import { ToolFailure } from '../tool-failure.ts';
import { keepLineEnds, type LineEnds, readLineEnds, toCrlf, toLf } from './line-ends.ts';
import { describeNearMatch } from './near-match.ts';
import { findOccurrences } from './occurrences.ts';

/** One exact replacement. */
export interface TextEdit {
  readonly old_text: string;
  readonly new_text: string;
  readonly replace_all: boolean;
}

/** The result of applying edits to a text. */
export interface EditedText {
  readonly text: string;
  /** How many places were replaced. */
  readonly replacements: number;
}

/** A place in a text, from `start` up to and not including `end`, and what is put there. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How many places all edits of one call may replace together: each takes memory. */
const maxReplacements = 100_000;

/** Replaces one exact text everywhere. */
export interface GlobalEdit {
  readonly old_text: string;
  readonly new_text: string;
  /** Skips places that have a letter, a digit or `_` on either side. */
  readonly whole_word: boolean;
}

/**
 * Replaces a text everywhere. Line ends and failures are handled as in `applyEdits`, except that it is no failure when
 * nothing is found (`replacements` is then 0) or when nothing changes.
 */
export function replaceEverywhere(text: string, edit: GlobalEdit, maxLength: number): EditedText {
  requireUnicode(edit.old_text, 'old_text');
  requireText(edit.new_text, 'new_text');
  const lineEnds = readLineEnds(text);
  const found = findPlaces(text, { ...edit, replace_all: true }, lineEnds, maxReplacements + 1).places;
  const places = edit.whole_word ? found.filter((place) => isWord(text, place)) : found;
  return replacePlaces(
    { text, replacements: 0 },
    { ...edit, places },
    { name: 'old_text', lineEnds, maxLength },
  );
}

/**
 * Makes all the replacements, each on the result of the one before, or none of them.
 *
 * Where every line of the text ends with CRLF, LF in an edit stands for CRLF. Where only some do, LF in `old_text`
 * matches either, and the lines that `new_text` does not change keep their ends; an `old_text` with CRLF is first taken
 * literally. Throws `ToolFailure` for text that is not valid Unicode, for an `old_text` that does not occur exactly
 * once (overlapping places count too), for edits that change nothing, and for a result longer than `maxLength` UTF-16
 * units.
 */
export function applyEdits(text: string, edits: readonly TextEdit[], maxLength: number): EditedText {
  const lineEnds = readLineEnds(text);
  let edited: EditedText = { text, replacements: 0 };
  for (const [index, edit] of edits.entries()) {
    const name = edits.length === 1 ? 'old_text' : `old_text of edit ${index + 1} of ${edits.length}`;
    requireUnicode(edit.old_text, name);
    requireText(edit.new_text, name.replace('old', 'new'));
    edited = applyEdit(edited, edit, { name, lineEnds, maxLength });
  }
  if (edited.text !== text) return edited;
  throw new ToolFailure('the edits change nothing: pass a new_text that differs from old_text');
}

/** Half of a surrogate pair would match in the middle of a character and turn it into another one. */
function requireUnicode(text: string, name: string): void {
  if (text.isWellFormed()) return;
  throw new ToolFailure(`${name} holds half of a character pair and nothing was changed: send valid Unicode`);
}

/** A file with a NUL is no longer text: after that it could be neither edited nor searched. */
function requireText(text: string, name: string): void {
  requireUnicode(text, name);
  if (!text.includes('\0')) return;
  throw new ToolFailure(
    `${name} holds a NUL character and nothing was changed: write the escape as the text "\\0", or call ` +
      'write_file if the file is to become binary',
  );
}

function applyEdit(
  { text, replacements }: EditedText,
  edit: TextEdit,
  { name, lineEnds, maxLength }: { name: string; lineEnds: LineEnds; maxLength: number },
): EditedText {
  const { places, isUnique } = findPlaces(text, edit, lineEnds, maxReplacements - replacements + 1);
  if (places.length === 0) throw new ToolFailure(explainMissing(text, edit.old_text, name));
  if (!isUnique) {
    throw new ToolFailure(
      `${name} was found ${places.length} times and nothing was changed: ` +
        'add lines around it until it is unique, or pass replace_all true',
    );
  }
  return replacePlaces({ text, replacements }, { ...edit, places }, { name, lineEnds, maxLength });
}

function replacePlaces(
  { text, replacements }: EditedText,
  { places, ...edit }: Pick<TextEdit, 'old_text' | 'new_text'> & { readonly places: readonly Place[] },
  { name, lineEnds, maxLength }: { name: string; lineEnds: LineEnds; maxLength: number },
): EditedText {
  const sum = replacements + places.length;
  if (sum > maxReplacements) {
    throw new ToolFailure(
      `the edits would replace more than ${maxReplacements} places and nothing was changed: make ${name} longer`,
    );
  }
  // Checked before the text is put together, because many long replacements would not fit into memory.
  if (measureLeast(text, edit.new_text, places) > maxLength) throw explainTooLong(maxLength);
  const edited = replaceAt(text, toReplacements(text, edit, lineEnds, places));
  if (edited.length > maxLength) throw explainTooLong(maxLength);
  return { text: edited, replacements: sum };
}

/** Where a replacement goes. */
type Place = Pick<Replacement, 'start' | 'end'>;

/** Finds the places of an edit. If `old_text` must be unique, overlapping places are found too. */
function findPlaces(
  text: string,
  { old_text, replace_all }: Pick<TextEdit, 'old_text' | 'replace_all'>,
  lineEnds: LineEnds,
  max: number,
): { places: readonly Place[]; isUnique: boolean } {
  const find = (inText: string, part: string) =>
    findOccurrences(inText, part, max, { overlapping: !replace_all }).map((start) => ({
      start,
      end: start + part.length,
    }));
  const places = findByLineEnds(text, old_text, lineEnds, find);
  return { places, isUnique: replace_all || places.length <= 1 };
}

function findByLineEnds(
  text: string,
  part: string,
  lineEnds: LineEnds,
  find: (text: string, part: string) => readonly Place[],
): readonly Place[] {
  if (lineEnds === 'lf' || !part.includes('\n')) return find(text, part);
  if (lineEnds === 'crlf') return find(text, toCrlf(part));
  const exact = part.includes('\r\n') ? find(text, part) : [];
  if (exact.length > 0) return exact;
  const lf = toLf(text);
  return find(lf.text, toLf(part).text).map(({ start, end }) => ({
    start: lf.toOriginal(start),
    end: lf.toOriginal(end),
  }));
}

function toReplacements(
  text: string,
  { old_text, new_text }: Pick<TextEdit, 'old_text' | 'new_text'>,
  lineEnds: LineEnds,
  places: readonly Place[],
): Replacement[] {
  const fresh = lineEnds === 'crlf' ? toCrlf(new_text) : new_text;
  return places.map(({ start, end }) => {
    const old = text.slice(start, end);
    // In a text with both kinds of line ends, an edit that names a CRLF decides about the line ends itself.
    const isLiteral =
      lineEnds !== 'mixed' || !fresh.includes('\n') || (old_text.includes('\r\n') && old === old_text);
    return { start, end, text: isLiteral ? fresh : keepLineEnds(old, fresh, findLineEnd(text, end)) };
  });
}

/** Tells whether a place has no letter, mark, digit or `_` of any language next to it. */
function isWord(text: string, { start, end }: Place): boolean {
  return (
    !/[\p{L}\p{M}\p{N}_]$/u.test(text.slice(Math.max(0, start - 2), start)) &&
    !/^[\p{L}\p{M}\p{N}_]/u.test(text.slice(end, end + 2))
  );
}

/** The line end of the line that a place is on; for the last line, that of the line before it. */
function findLineEnd(text: string, place: number): string {
  const next = text.indexOf('\n', place);
  const end = next < 0 ? text.lastIndexOf('\n') : next;
  return text.charAt(end - 1) === '\r' ? '\r\n' : '\n';
}

/** The least length that the result can have, whatever line ends it gets. */
function measureLeast(text: string, replacement: string, places: readonly Place[]): number {
  const taken = places.reduce((total, { start, end }) => total + end - start, 0);
  return text.length - taken + places.length * toLf(replacement).text.length;
}

function explainTooLong(maxLength: number): ToolFailure {
  return new ToolFailure(
    `the file would become longer than ${maxLength} bytes and nothing was changed: ` +
      'call create_upload_url and upload it',
  );
}

function explainMissing(text: string, part: string, name: string): string {
  const near = describeNearMatch(text, part);
  const hint = near === '' ? 'copy it exactly from read_file' : `${near}; copy it exactly`;
  return `${name} was found 0 times and nothing was changed: ${hint}`;
}

function replaceAt(text: string, replacements: readonly Replacement[]): string {
  let end = 0;
  const parts: string[] = [];
  for (const replacement of replacements) {
    parts.push(text.slice(end, replacement.start), replacement.text);
    end = replacement.end;
  }
  parts.push(text.slice(end));
  return parts.join('');
}
