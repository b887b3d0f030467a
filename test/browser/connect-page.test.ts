import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page, Route } from 'playwright-core';
import { useStack } from '../support/local-stack.ts';
import { describeInBrowser, useBrowser } from './chromium.ts';

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
const images = join(__dirname, '../../docs/images');

const views: readonly [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1000, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1000, height: 900 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true }],
];

describeInBrowser('the connect page in a browser', () => {
  const stack = useStack();
  const browser = useBrowser();
  const rootOf = () => new URL('/', stack.mcpUrl).href;

  /** Opens the page of its own context; answers it with what the browser complained of. */
  async function open(
    options: BrowserContextOptions,
    prepare: (page: Page) => Promise<unknown> = async () => {},
  ) {
    const context = await browser().newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await prepare(page);
    await page.goto(rootOf());
    return { page, complaints, close: () => context.close() };
  }

  const lines = (page: Page) => page.locator('#checks li');

  describe.each(views)('%s', (name, options) => {
    it('checks itself and finds everything fine', async () => {
      const { page, complaints, close } = await open(options);
      await lines(page).nth(3).waitFor();
      expect(await lines(page).allInnerTexts()).toEqual([
        expect.stringContaining(`Metadata: fine, of ${stack.mcpUrl}`),
        expect.stringContaining('Challenge: fine'),
        expect.stringContaining('Web clients (CORS): fine'),
        expect.stringContaining(`Authorization server: fine, ${stack.issuer}, with PKCE`),
      ]);
      // The browser reports the 401 that the self-check asks for, and nothing of the policy.
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: join(images, `connect-${name}.png`) });
      await close();
    });

    it('has no violation that axe finds, with everything opened', async () => {
      // The policy of the page keeps the scripts of others out, those of a test too.
      const { page, close } = await open({ ...options, bypassCSP: true });
      await lines(page).nth(3).waitFor();
      for (const details of await page.locator('details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      await page.addScriptTag({ content: axe });
      const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
        [],
      );
      expect(passes.map(({ id }) => id)).toContain('color-contrast');
      await close();
    });

    it('fits the width of the window', async () => {
      const { page, close } = await open(options);
      for (const details of await page.locator('details').all())
        await details.evaluate((element) => element.setAttribute('open', ''));
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(content).toBe(window);
      await close();
    });
  });

  it.each<[string, string, (route: Route) => Promise<void>, RegExp]>([
    [
      'Metadata',
      '**/.well-known/oauth-protected-resource/mcp',
      (route) => route.fulfill({ status: 404, json: {} }),
      /answers 404: route it to the metadata function/,
    ],
    [
      'Challenge',
      '**/mcp',
      async (route) => {
        const response = await route.fetch();
        const { 'www-authenticate': _, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      },
      /WWW-Authenticate is missing/,
    ],
    [
      'Web clients (CORS)',
      '**/mcp',
      async (route) => {
        const response = await route.fetch();
        const { 'access-control-allow-origin': _, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      },
      /Access-Control-Allow-Origin is missing/,
    ],
    [
      'Authorization server',
      '**/.well-known/oauth-authorization-server',
      (route) => route.abort('connectionrefused'),
      /does not answer: start it, or mend casdoorUrl/,
    ],
  ])('shows one red line with a remedy where it is broken: %s', async (name, path, breakIt, remedy) => {
    const { page, close } = await open({}, (opened) => opened.route(path, breakIt));
    const failed = page.locator('#checks .failed');
    await lines(page).nth(2).waitFor();
    await failed.waitFor();
    expect(await failed.allInnerTexts()).toEqual([expect.stringMatching(remedy)]);
    expect(await failed.innerText()).toContain(`${name}: failed`);
    expect(await failed.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(164, 38, 29)');
    await close();
  });

  it('says that an authorization server answers which lets no page read it, as Casdoor does', async () => {
    const { page, close } = await open({}, (opened) =>
      opened.route('**/.well-known/oauth-authorization-server', (route) =>
        // A page of another origin gets nothing of an answer without CORS headers, not even its status.
        route.fulfill({ status: 403, body: '' }),
      ),
    );
    await lines(page).nth(3).waitFor();
    expect(await lines(page).nth(3).innerText()).toContain(
      `Authorization server: fine, ${stack.issuer} answers`,
    );
    await close();
  });

  it('copies by a button, and is used by the keyboard alone', async () => {
    const { page, close } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await lines(page).nth(3).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(stack.mcpUrl);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Claude Code');
    await page.keyboard.press('Enter');
    expect(await page.getByText('claude mcp login files').isVisible()).toBe(true);
    await close();
  });

  it('works without JavaScript except for the self-check', async () => {
    const { page, close } = await open({ javaScriptEnabled: false });
    expect(await page.locator('noscript p').isVisible()).toBe(true);
    expect(await page.locator('button').count()).toBe(0);
    await page.getByText('Codex', { exact: true }).click();
    expect(await page.getByText(`codex mcp add files --url ${stack.mcpUrl}`).isVisible()).toBe(true);
    await close();
  });

  it('is where a browser gets to that opens the MCP URL', async () => {
    const { page, close } = await open({});
    await page.goto(stack.mcpUrl);
    expect(page.url()).toBe(rootOf());
    await close();
  });
});
