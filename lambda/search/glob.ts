import * as z from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import { compileExpression } from './regular-expression.ts';

const globText = z.string().min(1).max(256).optional();

/** The `glob` argument of a tool that lists, searches or edits. */
export const globInput = globText.describe(
  'Names to match: * ? [a-z] {a,b}, ** across "/". Without "/" at any depth, else as paths seen from path',
);

/** The `exclude` argument of such a tool. */
export const excludeInput = globText.describe('Glob of files or directories to leave out');

/** A pattern of paths, compiled. */
export interface Glob {
  /** The directory, relative to the listed one, that holds everything that can match; empty for the listed one itself. */
  readonly directory: string;
  /** Tells whether a path relative to the listed directory matches. Case-sensitive. Takes linear time. */
  matches(path: string): boolean;
}

/** Reads a glob of at most 256 characters. Throws `ToolFailure`. */
export async function readGlob(text: string): Promise<Glob> {
  if (!text.isWellFormed())
    throw new ToolFailure('the glob holds half of a character pair: send valid Unicode');
  const isPath = text.includes('/');
  const glob = text.normalize('NFC').replace(/^\.?\//, '');
  if (glob.endsWith('/')) throw refuse(glob, 'ends with "/": end it with "/**" for everything below');
  requireKnownForms(glob);
  const expression = `(?s)${isPath ? '' : '(?:.*/)?'}${toExpression(glob)}`;
  const compiled = await compileExpression(expression, { caseSensitive: true });
  return { directory: findDirectory(glob), matches: (path) => compiled.testExact(path) };
}

/** Forms of other glob dialects that are not supported here, and what to write instead. */
const foreignForms: readonly { readonly form: RegExp; readonly fault: string }[] = [
  {
    form: /^!/,
    fault: String.raw`begins with "!": pass what to leave out as exclude, or write "\!" for a name's`,
  },
  { form: /\|/, fault: String.raw`has a "|": write {a,b} for one or the other, or "\|" for a name's` },
  {
    form: /[@+?*!]\(/,
    fault: String.raw`has a group "(...)": write {a,b} for one or the other, or "\(" for a name's`,
  },
  {
    form: /\{[^{},/]*\.\.[^{},/]*\}/,
    fault: String.raw`has a range in "{}": write [1-3] or {1,2,3}, or "\{" for a name's`,
  },
];

/** Refuses forms that would otherwise be read as characters of names, and so silently match nothing. */
function requireKnownForms(glob: string): void {
  const plain = glob.replace(/\[[!^]?\]?[^\]]*\]|\\./gsu, '_');
  for (const { form, fault } of foreignForms) if (form.test(plain)) throw refuse(glob, fault);
}

/** `**` with its slash at the start of a name, stars, a class, an escaped character, any other character. */
const tokens = /(?<![^/{,])\*\*\/|\*+|\[(?<negation>[!^]?)(?<members>\]?[^\]]*)\]|\\(?<escaped>.)|./gsu;

/** Writes a glob as an RE2 expression for a whole path, in which a dot matches every character. */
function toExpression(glob: string): string {
  let depth = 0;
  const parts = Array.from(glob.matchAll(tokens), ({ 0: token, groups = {} }) => {
    const { negation, members, escaped } = groups;
    if (members !== undefined) return toClass(glob, members, negation !== '');
    if (escaped !== undefined) return quote(escaped);
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth < 0)
      throw refuse(glob, String.raw`closes a "{" that it does not open: write "\}" for a name's`);
    return toPart(glob, token, depth > 0);
  });
  if (depth > 0) throw refuse(glob, String.raw`does not close a "{": close it, or write "\{" for a name's`);
  return parts.join('');
}

function toPart(glob: string, token: string, isInBraces: boolean): string {
  switch (token) {
    case '**/':
      return '(?:.*/)?';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      return '(?:';
    case '}':
      return ')';
    case ',':
      return isInBraces ? '|' : ',';
    case '[':
      throw refuse(glob, String.raw`does not close a "[": close it, or write "\[" for a name's`);
    case '\\':
      throw refuse(glob, String.raw`ends with "\": remove it`);
    default:
      return token.startsWith('**') ? '.*' : quote(token);
  }
}

/** Writes a class. It never matches a slash, because it stands for one character of a name. */
function toClass(glob: string, members: string, isNegated: boolean): string {
  const ranges = Array.from(members.matchAll(/(.)-(.)|(.)/gsu), ([, from, to, single]) => {
    const [first = '', last = ''] = single === undefined ? [from, to] : [single, single];
    if (first > last) throw refuse(glob, `has the range "${first}-${last}" backwards: turn it round`);
    if (!isNegated && first <= '/' && '/' <= last) {
      throw refuse(glob, `has a "/" in "[${members}]": a class stands for one character of a name`);
    }
    return `${quote(first)}-${quote(last)}`;
  });
  if (/\[:\w+:$/.test(members)) {
    throw refuse(glob, 'has a named class "[:...:]": write its characters, for example [a-z]');
  }
  if (ranges.length === 0) throw refuse(glob, 'has an empty "[]": name the characters between');
  return `[${isNegated ? '^/' : ''}${ranges.join('')}]`;
}

function quote(character: string): string {
  return /[!-/:-@[-`{-~]/.test(character) ? `\\${character}` : character;
}

/** The names before the first one with a special character, or all but the last if none has one. */
function findDirectory(glob: string): string {
  const names = glob.split('/');
  const special = names.findIndex((name) => /[*?[{\\]/.test(name));
  return names.slice(0, special).join('/');
}

function refuse(glob: string, fault: string): ToolFailure {
  return new ToolFailure(`the glob "${glob}" ${fault}`);
}
