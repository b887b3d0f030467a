import { hash } from 'node:crypto';
import fc from 'fast-check';
import { NoRoot, type RootKind, type RootOwner, toRootPrefix } from '../../../lambda/files/file-root.ts';

const sha256 = (text: string) => hash('sha256', text);
const toRoot = (kind: RootKind, owner: RootOwner) => toRootPrefix(kind, owner, sha256);

const alice: RootOwner = { kind: 'user', subject: 'alice', organization: 'acme', clientId: 'claude' };
const robot: RootOwner = { kind: 'machine', subject: 'admin/robot', organization: 'acme', clientId: 'r2d2' };

describe('toRootPrefix', () => {
  it.each<[RootKind, RootOwner, string]>([
    ['shared', alice, 'shared/'],
    ['shared', robot, 'shared/'],
    ['organization', alice, 'organizations/acme/'],
    ['organization', robot, 'machines/r2d2/'],
    ['user', alice, 'users/alice/'],
    ['user', robot, 'machines/r2d2/'],
  ])('gives the root %s of %j', (kind, owner, prefix) => {
    expect(toRoot(kind, owner)).toBe(prefix);
  });

  it.each([
    ['../', '%2E%2E%2F'],
    ['..', '%2E%2E'],
    ['.', '%2E'],
    ['a/b', 'a%2Fb'],
    ['admin/app', 'admin%2Fapp'],
    ['a\\b', 'a%5Cb'],
    ['\0', '%00'],
    ['%2e', '%252e'],
    ['~', '%7E'],
    ["!*'()", '%21%2A%27%28%29'],
    [' a\n', '%20a%0A'],
    ['A-b_9', 'A-b_9'],
    ['\u00e9', '%C3%A9'],
    ['e\u0301', 'e%CC%81'],
    ['😀', '%F0%9F%98%80'],
    ['a'.repeat(120), 'a'.repeat(120)],
    ['a'.repeat(121), `~${sha256('a'.repeat(121))}`],
    ['é'.repeat(21), `~${sha256('%C3%A9'.repeat(21))}`],
  ])('writes the claim %j as one segment', (value, segment) => {
    expect(toRoot('user', { ...alice, subject: value })).toBe(`users/${segment}/`);
    expect(toRoot('organization', { ...alice, organization: value })).toBe(`organizations/${segment}/`);
    expect(toRoot('user', { ...robot, clientId: value })).toBe(`machines/${segment}/`);
  });

  it.each<[string, RootKind, RootOwner, NoRoot['claim']]>([
    ['a user of no organization', 'organization', { kind: 'user', subject: 'alice' }, 'organization'],
    ['an empty organization', 'organization', { ...alice, organization: '' }, 'organization'],
    ['an empty subject', 'user', { ...alice, subject: '' }, 'subject'],
    ['a machine without a client id', 'user', { kind: 'machine', subject: 'admin/robot' }, 'client id'],
    ['half of a character pair', 'user', { ...alice, subject: 'a\ud800' }, 'subject'],
    ['the other half', 'organization', { ...alice, organization: '\udc00' }, 'organization'],
  ])('refuses %s', (_, kind, owner, claim) => {
    const refuse = () => toRoot(kind, owner);
    expect(refuse).toThrow(NoRoot);
    expect(refuse).toThrow(expect.objectContaining({ code: 'no_root', claim }));
  });

  it('needs nothing of the token where everybody shares', () => {
    expect(toRoot('shared', { kind: 'user', subject: '' })).toBe('shared/');
  });

  const kinds = fc.constantFrom<RootKind>('shared', 'organization', 'user');
  const values = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    // Few letters, so that alike values meet often.
    fc.string({ unit: fc.constantFrom('a', '/', '.', '%', '2', 'e', '~', 'é', 'e\u0301'), minLength: 1 }),
  );
  const owners = fc.record({
    kind: fc.constantFrom('user', 'machine'),
    subject: values,
    organization: values,
    clientId: values,
  });

  it('never leaves its own segment, and stays short', () => {
    fc.assert(
      fc.property(kinds, owners, (kind, owner) => {
        const prefix = toRoot(kind, owner);
        expect(prefix).toMatch(/^(shared|(organizations|users|machines)\/[A-Za-z0-9_%~-]+)\/$/);
        expect(prefix.length).toBeLessThanOrEqual(135);
      }),
    );
  });

  it('never gives two owners the same root', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const roots = [one, other].map((subject) => toRoot('user', { ...alice, subject }));
        expect(roots[0] === roots[1]).toBe(one === other);
      }),
    );
  });
});
