import type { Check } from '../check.ts';
import { fail, ok, warn } from '../finding.ts';
import { isSecure } from '../web-url.ts';

/** The URL as it was typed: what every client will use and compare. */
export const url: Check = {
  name: 'url',
  examine: ({ url: typed }) => {
    const parsed = new URL(typed);
    if (!isSecure(parsed)) {
      return fail(`${typed} is plain http`, 'use https: tokens cross the network');
    }
    if (parsed.hash !== '') return fail(`${typed} has a fragment`, 'leave out what follows the #');
    if (parsed.search !== '') {
      return warn(
        `${typed} has a query`,
        'leave out what follows the ?, unless the metadata has the same one',
      );
    }
    if (parsed.pathname.endsWith('/') && parsed.pathname !== '/') {
      return warn(`${typed} has a slash at the end`, 'leave it out, unless the metadata has it too');
    }
    if (parsed.href !== typed && parsed.href !== `${typed}/`) {
      return warn(`${typed} is not how clients send it`, `type ${parsed.href}`);
    }
    return ok(typed);
  },
};

/** That the host answers, with a certificate to trust and not from another place. */
export const connection: Check = {
  name: 'connection',
  examine: async ({ url: typed, answer }) => {
    await answer();
    const { protocol, host } = new URL(typed);
    if (protocol === 'http:') return ok(`${host} answers, over plain http`);
    return ok(`${host} answers and its certificate is valid`);
  },
};
