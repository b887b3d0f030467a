import * as z from 'zod';
import { defineTool } from './tool.ts';

/** Tells the caller how the server understood its token. */
export const whoami = defineTool({
  name: 'whoami',
  title: 'Who am I',
  description:
    'Tell who the server thinks you are, which scopes your token holds and until when; for trouble with access.',
  input: z.strictObject({}),
  output: z.object({
    kind: z.enum(['user', 'machine']),
    subject: z.string().describe('Unique within the issuer'),
    name: z.string().optional(),
    organization: z.string().optional(),
    client_id: z.string().optional().describe('The OAuth client the token was issued to'),
    issuer: z.string(),
    scopes: z.array(z.string()),
    expires_at: z.iso.datetime().describe('UTC'),
  }),
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },

  async run(_input, { principal }) {
    const { kind, subject, name, organization, clientId, issuer } = principal;
    const scopes = [...principal.scopes].sort();
    const expiresAt = new Date(principal.expiresAt * 1000).toISOString();
    const who = `${name ?? subject}${organization === undefined ? '' : ` of ${organization}`}`;
    const held = scopes.length === 0 ? 'no scopes' : `the scopes ${scopes.join(', ')}`;
    return {
      text: `You are the ${kind} ${who}, with ${held}, until ${expiresAt}.`,
      structured: {
        kind,
        subject,
        ...(name !== undefined && { name }),
        ...(organization !== undefined && { organization }),
        ...(clientId !== undefined && { client_id: clientId }),
        issuer,
        scopes,
        expires_at: expiresAt,
      },
    };
  },
});
