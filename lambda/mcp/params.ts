/** A JSON object before anyone has looked at its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The most characters of a string that an answer repeats: an id, a progress token, the name of a tool. */
export const maxNameLength = 1_000;

/** The longest URI: above any path and any cursor of `read_file`, percent-encoded. */
const maxUriLength = 16_384;

const protocolVersion = 'io.modelcontextprotocol/protocolVersion';

/**
 * Takes out every member that stands for one that is left out: the JSON libraries of Go, Java and C# write `null` for
 * each optional member that is not set, and some clients an empty cursor.
 */
export function dropUnset(body: JsonObject): JsonObject {
  const { params } = body;
  if (params === null) return omit(body, ['params']);
  if (!isObject(params)) return body;
  const { _meta, cursor } = params;
  const set = cursor === '' ? { ...params, cursor: null } : params;
  const kept = omit(set, ['_meta', 'arguments', 'context', 'cursor']);
  const meta = isObject(_meta) && { _meta: omit(_meta, ['progressToken']) };
  return { ...body, params: { ...kept, ...meta } };
}

/**
 * What is wrong with the params of a request, in a sentence; undefined when nothing is. The MCP SDK refuses the same
 * params, with the output of its validator and often as an internal error.
 */
export function findWrongParams(method: string, params: unknown = {}): string | undefined {
  if (!isObject(params)) return 'params must be an object';
  const { _meta: meta = {} } = params;
  if (!isObject(meta)) return 'params._meta must be an object';
  // Revision 2026-07-28 has no initialize; the SDK answers that with its own error.
  if (method === 'initialize' && hasEnvelope(params)) return undefined;
  // A method may have the name of something that every object has, such as "constructor".
  const check = Object.hasOwn(checks, method) ? checks[method] : undefined;
  return findWrongToken(meta) ?? check?.(params);
}

/** Whether a request carries the envelope of 2026-07-28, by which it is told from those of earlier revisions. */
export function hasEnvelope(params: unknown): boolean {
  return isObject(params) && isObject(params._meta) && typeof params._meta[protocolVersion] === 'string';
}

/** The message without its progress token. */
export function dropProgressToken(body: JsonObject): JsonObject {
  const { params } = body;
  if (!isObject(params) || !isObject(params._meta)) return body;
  const { progressToken, ..._meta } = params._meta;
  return { ...body, params: { ...params, _meta } };
}

/** The params of a request, which may have none. */
export function toParams(params: unknown): JsonObject {
  return isObject(params) ? params : {};
}

/** Whether a value of JSON is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const checks: Readonly<Record<string, (params: JsonObject) => string | undefined>> = {
  initialize({ protocolVersion, capabilities, clientInfo }) {
    if (typeof protocolVersion !== 'string')
      return 'params.protocolVersion must be a string such as "2025-11-25"';
    if (!isObject(capabilities)) return 'params.capabilities must be an object, which may be empty';
    if (!isObject(clientInfo)) return 'params.clientInfo must be an object with name and version';
    const isNamed = typeof clientInfo.name === 'string' && typeof clientInfo.version === 'string';
    return isNamed ? undefined : 'params.clientInfo must have name and version, both strings';
  },
  'tools/list'({ cursor }) {
    if (cursor === undefined) return undefined;
    return 'params.cursor is unknown: all tools are listed at once, so leave cursor out';
  },
  'tools/call'({ name, arguments: given = {}, task = {} }) {
    if (typeof name !== 'string')
      return 'params.name must be a string: the name of a tool that tools/list answers';
    if (name.length > maxNameLength) return 'params.name is not a tool: call tools/list to see the tools';
    if (!isObject(given)) return 'params.arguments must be an object';
    return isObject(task) ? undefined : 'params.task must be an object';
  },
  'resources/list': ({ cursor }) => findWrongCursor(cursor),
  'resources/templates/list'({ cursor }) {
    if (cursor === undefined) return undefined;
    return 'params.cursor is unknown: all templates are listed at once, so leave cursor out';
  },
  'resources/read'({ uri }) {
    if (typeof uri !== 'string') return 'params.uri must be a string: a URI that resources/list answers';
    return uri.length > maxUriLength
      ? `params.uri is too long: send at most ${maxUriLength} characters`
      : undefined;
  },
  'completion/complete'({ ref, argument, context = {} }) {
    if (!isObject(ref)) return 'params.ref must be an object with type and uri';
    const isNamed =
      isObject(argument) && typeof argument.name === 'string' && typeof argument.value === 'string';
    if (!isNamed) return 'params.argument must be an object with name and value, both strings';
    return isObject(context) ? undefined : 'params.context must be an object';
  },
};

function findWrongCursor(cursor: unknown): string | undefined {
  return cursor === undefined || typeof cursor === 'string' ? undefined : 'params.cursor must be a string';
}

function findWrongToken({ progressToken: token }: JsonObject): string | undefined {
  if (token === undefined || Number.isInteger(token)) return undefined;
  if (typeof token === 'string' && token.length <= maxNameLength) return undefined;
  return `params._meta.progressToken must be an integer or a string of at most ${maxNameLength} characters`;
}

/** The object without those of the members that are null. */
function omit(object: JsonObject, names: readonly string[]): JsonObject {
  const entries = Object.entries(object).filter(([name, value]) => value !== null || !names.includes(name));
  return Object.fromEntries(entries);
}
