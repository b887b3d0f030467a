/** What stands in the log where something was that a caller sent. */
const mark = '[redacted]';

/**
 * Takes out of a text, which is to be logged, what a caller sent: the messages of services and of the language
 * quote keys, paths and arguments. What is encoded otherwise than in a URL is not found.
 */
export function redact(text: string, sent: Iterable<string>): string {
  const forms = [...new Set([...sent].flatMap(toForms))].filter((form) => form !== '' && text.includes(form));
  // The longest first: a part of it may have been sent as well.
  return forms.sort((one, other) => other.length - one.length).reduce(hide, text);
}

/** Every text in a JSON value but the names of its properties. */
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

/** What is very short is hidden only where it is a word of its own, so that the rest can still be read. */
function hide(text: string, form: string): string {
  if (form.length > 3) return text.replaceAll(form, mark);
  const pattern = form.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return text.replace(new RegExp(String.raw`(?<![\p{L}\p{N}])${pattern}(?![\p{L}\p{N}])`, 'gu'), mark);
}
