import { ToolFailure } from '../tool-failure.ts';
import { findOccurrences } from './occurrences.ts';

/** One exact replacement. */
export interface TextEdit {
  readonly old_text: string;
  readonly new_text: string;
  readonly replace_all: boolean;
}

/** What the edits made of a text. */
export interface EditedText {
  readonly text: string;
  /** How many places were replaced. */
  readonly replacements: number;
}

/** How many places the edits replace at most, all together: each takes memory. */
const maxReplacements = 100_000;

/**
 * Makes the replacements in order, each on what the one before left, or none of them: throws `ToolFailure`
 * for a text that is no valid Unicode, for an `old_text` that is not there exactly once, for edits that change
 * nothing, and for a result longer than `maxLength` UTF-16 units. Where all lines of the text end with CRLF, LF
 * in an edit stands for it.
 */
export function applyEdits(text: string, edits: readonly TextEdit[], maxLength: number): EditedText {
  const hasReturns = usesCarriageReturns(text);
  const read = (part: string) => (hasReturns ? part.replace(/\r?\n/g, '\r\n') : part);
  let edited: EditedText = { text, replacements: 0 };
  for (const [index, { old_text, new_text, replace_all }] of edits.entries()) {
    const name = edits.length === 1 ? 'old_text' : `old_text of edit ${index + 1} of ${edits.length}`;
    requireUnicode(old_text, name);
    requireUnicode(new_text, name.replace('old', 'new'));
    const edit = { old_text: read(old_text), new_text: read(new_text), replace_all };
    edited = applyEdit(edited, edit, { name, maxLength });
  }
  if (edited.text !== text) return edited;
  throw new ToolFailure('the edits change nothing: pass a new_text that differs from old_text');
}

/** Half of a pair would match in the middle of a character, and make another one of it. */
function requireUnicode(text: string, name: string): void {
  if (text.isWellFormed()) return;
  throw new ToolFailure(`${name} holds half of a character pair and nothing was changed: send valid Unicode`);
}

function applyEdit(
  { text, replacements }: EditedText,
  { old_text, new_text, replace_all }: TextEdit,
  { name, maxLength }: { name: string; maxLength: number },
): EditedText {
  const places = findOccurrences(text, old_text, maxReplacements - replacements + 1);
  const found = places.length;
  if (found === 0) {
    throw new ToolFailure(`${name} was found 0 times and nothing was changed: ${toHint(text, old_text)}`);
  }
  if (replacements + found > maxReplacements) {
    throw new ToolFailure(
      `the edits would replace more than ${maxReplacements} places and nothing was changed: make ${name} longer`,
    );
  }
  if (found > 1 && !replace_all) {
    throw new ToolFailure(
      `${name} was found ${found} times and nothing was changed: ` +
        'add lines around it until it is unique, or pass replace_all true',
    );
  }
  if (text.length + found * (new_text.length - old_text.length) > maxLength) {
    throw new ToolFailure(
      `the file would become longer than ${maxLength} bytes and nothing was changed: ` +
        'call create_upload_url and upload it',
    );
  }
  return { text: replaceAt(text, places, old_text.length, new_text), replacements: replacements + found };
}

function replaceAt(text: string, places: readonly number[], length: number, replacement: string): string {
  const kept = places.map((place, index) =>
    text.slice(index === 0 ? 0 : (places[index - 1] ?? 0) + length, place),
  );
  return [...kept, text.slice((places.at(-1) ?? 0) + length)].join(replacement);
}

function toHint(text: string, part: string): string {
  const words = toWords(part);
  const isThere = words !== '' && findOccurrences(toWords(text), words, 1).length > 0;
  const where = isThere ? 'it is there with other white space or line ends, so ' : '';
  return `${where}copy it exactly from read_file`;
}

function toWords(text: string): string {
  return text.trim().split(/\s+/).join(' ');
}

/** Tells whether the lines of a text end with CRLF, all of them. */
function usesCarriageReturns(text: string): boolean {
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text);
}
