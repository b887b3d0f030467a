/**
 * Every scope of this server, with a sentence for people.
 * The names are the ones in Casdoor's MCP documentation.
 */
export const scopes = {
  'files:list': 'List files and directories',
  'files:read': 'Read files',
  'files:write': 'Create, change, move and delete files',
} as const;

/** A scope of this server. */
export type Scope = keyof typeof scopes;

/** The scopes that each tool or method requires, by its name. */
export type ScopeTable<Name extends string = string> = Readonly<Record<Name, readonly Scope[]>>;

/**
 * The scopes that each tool requires, all of them at once. A tool of the catalogue without a line here is a type
 * error in `mcp/handler.ts`.
 */
export const scopesOfTools = {
  append_file: ['files:write'],
  copy_directory: ['files:list', 'files:read', 'files:write'],
  copy_file: ['files:read', 'files:write'],
  create_download_url: ['files:read'],
  create_upload_url: ['files:write'],
  delete_directory: ['files:list', 'files:write'],
  delete_file: ['files:write'],
  edit_file: ['files:read', 'files:write'],
  edit_files: ['files:list', 'files:read', 'files:write'],
  fetch: ['files:read'],
  get_file_info: ['files:read'],
  list_file_versions: ['files:list'],
  list_files: ['files:list'],
  move_directory: ['files:list', 'files:read', 'files:write'],
  move_file: ['files:read', 'files:write'],
  read_file: ['files:read'],
  read_multiple_files: ['files:read'],
  restore_file: ['files:write'],
  search: ['files:list', 'files:read'],
  search_files: ['files:list', 'files:read'],
  whoami: [],
  write_file: ['files:write'],
} as const satisfies ScopeTable;

/**
 * The scopes that each method of MCP requires which reads files without a tool. A method that is served without a
 * line here is a type error in `mcp/resources/methods.ts`.
 */
export const scopesOfMethods = {
  'completion/complete': ['files:list'],
  'resources/list': ['files:list'],
  'resources/read': ['files:read'],
  'resources/templates/list': [],
} as const satisfies ScopeTable;

/**
 * Broader scopes that an authorization server may grant in place of narrower ones. The server accepts them but
 * does not advertise them, because clients should ask for the least.
 */
const broaderScopes: Readonly<Record<string, readonly Scope[]>> = {
  files: ['files:list', 'files:read', 'files:write'],
};

/** Whether the granted scopes include `scope`, under its own name or a broader one. */
export function holdsScope(granted: ReadonlySet<string>, scope: Scope): boolean {
  if (granted.has(scope)) return true;
  return Object.entries(broaderScopes).some(
    ([broad, implied]) => granted.has(broad) && implied.includes(scope),
  );
}

/** Whether `text` is a scope of this server. Scopes are compared exactly, case included. */
export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text);
}

/** The scopes that a tool or a method requires, or undefined when the table has no line for the name. */
export function findScopes(table: ScopeTable, name: string): readonly Scope[] | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** All scopes in the order of the table. */
export const allScopes = Object.keys(scopes).filter(isScope);
