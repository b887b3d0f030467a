/** What the log shows in place of something that a caller sent. */
const mark = '[redacted]';

/**
 * Removes what a caller sent from a text before it is logged: messages of services and of the language quote keys,
 * paths and arguments. Encodings other than those of URLs are not recognised.
 */
export function redact(text: string, sent: Iterable<string>): string {
  const forms = [...new Set([...sent].flatMap(toForms))].filter((form) => form !== '' && text.includes(form));
  // The longest first: a part of it may have been sent as well.
  return forms.sort((one, other) => other.length - one.length).reduce(hide, text);
}

/** Every string in a JSON value, except the names of its properties. */
export function collectTexts(value: unknown): readonly string[] {
  const texts: string[] = [];
  const left = [value];
  // No recursion, because a caller decides how deep the value is.
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next === 'string') texts.push(next);
    if (typeof next === 'object' && next !== null) for (const item of Object.values(next)) left.push(item);
  }
  return texts;
}

function toForms(text: string): readonly string[] {
  return text.isWellFormed() ? [text, encodeURI(text), encodeURIComponent(text)] : [text];
}

/** Hides a very short text only where it is a whole word, so that the rest stays readable. */
function hide(text: string, form: string): string {
  if (form.length > 3) return text.replaceAll(form, mark);
  const pattern = form.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return text.replace(new RegExp(String.raw`(?<![\p{L}\p{N}])${pattern}(?![\p{L}\p{N}])`, 'gu'), mark);
}
