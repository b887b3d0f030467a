import PostalMime, { type Address, type Attachment } from 'postal-mime';
import { DocumentFailure, type DocumentSource, type OpenDocument } from '../document.ts';
import { documentLimits } from '../limits.ts';
import { readFromStart, toLines } from '../pieces.ts';
import { readMarkdown } from './html.ts';

/** The largest mail that is read; it is held as a whole, and its attachments once more. */
const maxBytes = 24 * 1024 * 1024;

/**
 * Opens a mail (RFC 5322): part 1 is the message with its chief headers, the others are its attachments, of which
 * those that are text are read.
 */
export async function openEml(source: DocumentSource): Promise<OpenDocument> {
  if (source.size > maxBytes) throw new DocumentFailure(`it is a mail of more than ${maxBytes} bytes`);
  const pieces: Uint8Array[] = [];
  for await (const piece of readFromStart(source)) pieces.push(piece);
  const mail = await parse(Buffer.concat(pieces));
  const { subject, from, to, cc, date, attachments } = mail;
  const headers = [
    `# ${toOneLine(subject ?? '(no subject)')}`,
    '',
    ...toHeader('From', from && [from]),
    ...toHeader('To', to),
    ...toHeader('Cc', cc),
    ...(date === undefined ? [] : [`Date: ${toOneLine(date)}`]),
    ...attachments.map((one, index) => `Attachment: ${toName(one)} (${one.mimeType}, part ${index + 2})`),
    '',
  ];
  const body =
    mail.text === undefined || mail.text.trim() === '' ? readHtml(mail.html ?? '') : [toTextLines(mail.text)];
  return {
    facts: {
      kind: 'eml',
      unit: 'part',
      count: attachments.length + 1,
      ...(subject !== undefined && { title: toOneLine(subject) }),
      ...(from && { author: toPerson(from) }),
      ...(date !== undefined && { created: toOneLine(date) }),
    },
    lines: (part) => {
      const attachment = attachments[part - 2];
      return toLines(attachment ? readAttachment(attachment) : chain([headers], body));
    },
  };
}

async function parse(bytes: Uint8Array) {
  try {
    const limits = { maxNestingDepth: 20, maxHeadersSize: 1024 * 1024 };
    return await PostalMime.parse(bytes, { ...limits, attachmentEncoding: 'arraybuffer' });
  } catch (cause) {
    throw new DocumentFailure('it is a mail that is damaged, or nested too deep', { cause });
  }
}

async function* readAttachment(attachment: Attachment): AsyncGenerator<readonly string[]> {
  const { mimeType, content } = attachment;
  // What `attachmentEncoding` asks for.
  const bytes = new Uint8Array(content as ArrayBuffer);
  if (mimeType === 'text/html') return yield* readMarkdown([bytes]);
  if (/^(text\/|message\/|application\/(json|xml)$)/.test(mimeType)) {
    return yield toTextLines(new TextDecoder().decode(bytes));
  }
  yield [`[${toName(attachment)}: ${mimeType}, ${bytes.length} bytes, which is not read here]`];
}

function readHtml(html: string) {
  // Its characters are decoded already, whatever it declares.
  return readMarkdown([Buffer.from(`\ufeff${html}`, 'utf16le')]);
}

async function* chain(...all: readonly (AsyncIterable<readonly string[]> | Iterable<readonly string[]>)[]) {
  for (const one of all) yield* one;
}

function toTextLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => line.slice(0, documentLimits.lineCharacters));
}

function toHeader(name: string, people: readonly Address[] = []): string[] {
  return people.length === 0 ? [] : [`${name}: ${people.map(toPerson).join(', ')}`];
}

function toPerson({ name, address, group }: Address): string {
  if (group) return `${toOneLine(name)}: ${group.map(toPerson).join(', ')}`;
  return toOneLine(name === '' ? (address ?? '') : `${name} <${address}>`);
}

function toName({ filename }: Attachment): string {
  return toOneLine(filename ?? 'without a name');
}

function toOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
