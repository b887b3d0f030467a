/**
 * Every scope this server knows, with the sentence a person reads.
 * The names are those of Casdoor's MCP documentation.
 */
export const scopes = {
  'files:list': 'List files and directories',
  'files:read': 'Read files',
  'files:write': 'Create, change, move and delete files',
} as const;

/** A scope of this server. */
export type Scope = keyof typeof scopes;

/** Tools by name with the scopes they demand. */
export type ScopeTable = Readonly<Record<string, readonly Scope[]>>;

/** The scopes each tool demands, all of them at once. The only place where a tool meets its scope. */
export const scopesOfTools: ScopeTable = {
  append_file: ['files:write'],
  copy_file: ['files:read', 'files:write'],
  create_download_url: ['files:read'],
  create_upload_url: ['files:write'],
  delete_file: ['files:write'],
  edit_file: ['files:read', 'files:write'],
  get_file_info: ['files:read'],
  list_file_versions: ['files:list'],
  list_files: ['files:list'],
  move_file: ['files:read', 'files:write'],
  read_file: ['files:read'],
  read_multiple_files: ['files:read'],
  restore_file: ['files:write'],
  search_files: ['files:list', 'files:read'],
  whoami: [],
  write_file: ['files:write'],
};

/**
 * Broader scopes that an authorization server may grant in place of narrower ones. They are honoured and not
 * advertised, because clients should ask for the least.
 */
const broaderScopes: Readonly<Record<string, readonly Scope[]>> = {
  files: ['files:list', 'files:read', 'files:write'],
};

/** Tells whether the granted scopes hold `scope`, by its own name or by a broader one. */
export function holdsScope(granted: ReadonlySet<string>, scope: Scope): boolean {
  if (granted.has(scope)) return true;
  return Object.entries(broaderScopes).some(
    ([broad, implied]) => granted.has(broad) && implied.includes(scope),
  );
}

/** Tells whether `text` is one of this server's scopes; scopes are compared exactly, case included. */
export function isScope(text: string): text is Scope {
  return Object.hasOwn(scopes, text);
}

/** The scopes that a tool demands; undefined when the table has no line for it, whatever the name is. */
export function findScopes(table: ScopeTable, tool: string): readonly Scope[] | undefined {
  return Object.hasOwn(table, tool) ? table[tool] : undefined;
}

/** All scopes in the order of the table: `scopes_supported` of RFC 9728. */
export const allScopes = Object.keys(scopes).filter(isScope);
