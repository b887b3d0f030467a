/** A browser without a window: it keeps cookies by name and does not follow redirects. */
export interface Browser {
  /** Opens a page, or sends a form to it. */
  open(url: URL, form?: URLSearchParams): Promise<Response>;
}

/** Opens a browser that has no cookies yet. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  return {
    async open(url, form) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const post = form && { method: 'POST', body: form };
      const response = await fetch(url, { ...post, redirect: 'manual', headers: { cookie } });
      for (const text of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(text) ?? [];
        cookies.set(name, value);
      }
      return response;
    },
  };
}
