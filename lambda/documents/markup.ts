import { Parser } from 'htmlparser2';
import { DocumentFailure } from './document.ts';
import { documentLimits } from './limits.ts';

/** The attributes of an element by their names as they are written, prefix included. */
export type Attributes = Readonly<Record<string, string>>;

/** What is reported of markup while it is read. The names of elements come without their prefix. */
export interface MarkupHandlers {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Reads markup piece by piece. */
export interface MarkupParser {
  write(bytes: Uint8Array): void;
  end(): void;
}

/**
 * Creates a parser of XML, or of HTML. It is lenient: what is not well-formed is read as far as it goes. It knows the
 * entities of the language and no others, fetches nothing, and leaves a document type declaration alone. Throws
 * `DocumentFailure` for elements that lie too deep.
 */
export function createMarkupParser(
  handlers: MarkupHandlers,
  { isXml }: { readonly isXml: boolean },
): MarkupParser {
  let depth = 0;
  let decoder: TextDecoder | undefined;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > documentLimits.depth) {
          throw new DocumentFailure(`its elements lie more than ${documentLimits.depth} deep`);
        }
        handlers.open?.(toLocalName(name), attributes);
      },
      ontext: (text) => handlers.text?.(text),
      onclosetag(name) {
        depth -= 1;
        handlers.close?.(toLocalName(name));
      },
    },
    { xmlMode: isXml, decodeEntities: true },
  );
  return {
    write(bytes) {
      decoder ??= new TextDecoder(findEncoding(bytes));
      parser.write(decoder.decode(bytes, { stream: true }));
    },
    end() {
      parser.write(decoder?.decode() ?? '');
      parser.end();
    },
  };
}

/** Reads a whole part of an archive, or any other pieces, as XML. */
export async function readXml(pieces: AsyncIterable<Uint8Array>, handlers: MarkupHandlers): Promise<void> {
  const parser = createMarkupParser(handlers, { isXml: true });
  for await (const piece of pieces) parser.write(piece);
  parser.end();
}

function toLocalName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** By the byte order mark, else by what the document declares (WHATWG HTML section 13.2.3.2), else UTF-8. */
function findEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const beginning = String.fromCharCode(...bytes.subarray(0, 1024));
  const declared = /(?:encoding|charset)\s*=\s*["']?([\w-]+)/i.exec(beginning)?.[1] ?? 'utf-8';
  // What is declared in bytes of ASCII is not UTF-16, whatever it says.
  if (/^utf-?16/i.test(declared)) return 'utf-8';
  try {
    return new TextDecoder(declared).encoding;
  } catch {
    return 'utf-8';
  }
}
