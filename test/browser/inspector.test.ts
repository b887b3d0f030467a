import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { useStack } from '../support/local-stack.ts';
import { useBrowser } from './chromium.ts';
import { describeWithInspector, type RunningInspector, startInspector } from './inspector.ts';

const images = join(import.meta.dirname, '../../docs/images');

describeWithInspector('MCP Inspector in a browser', () => {
  const stack = useStack();
  const browser = useBrowser();
  let inspector: RunningInspector;

  beforeAll(async () => {
    inspector = await startInspector(stack.mcpUrl);
  }, 60_000);
  afterAll(() => inspector.stop());

  /** Turns the switch on. It does nothing while the page is still reading its list of servers, so it is tried again. */
  async function connect(page: Page): Promise<void> {
    const isSignIn = () => page.getByRole('button', { name: 'Sign in' }).isVisible();
    for (let tries = 0; tries < 30 && !(await isSignIn()); tries += 1) {
      if (await page.getByText('Disconnected', { exact: true }).isVisible()) {
        // The switch itself is hidden behind what is drawn in its place.
        await page.getByRole('switch', { name: /Connect or disconnect/ }).dispatchEvent('click');
      }
      await page.waitForTimeout(2_000);
    }
  }

  /** Signs in at the local authorization server, and allows what is asked for; answers which scopes that is. */
  async function signIn(page: Page): Promise<readonly string[]> {
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    const scopes = await page
      .getByRole('checkbox')
      .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('value')));
    await page.getByRole('button', { name: 'Allow' }).click();
    return scopes.map(String);
  }

  async function openTool(page: Page, title: string, args: Readonly<Record<string, string>>) {
    await page.getByText('Tools', { exact: true }).first().click();
    await page.locator('main').getByText(title, { exact: true }).first().click();
    for (const [name, value] of Object.entries(args))
      await page.getByRole('textbox', { name, exact: true }).fill(value);
    await page.getByRole('button', { name: 'Execute Tool' }).click();
  }

  it('signs in, lists the tools, is refused a write, steps up, writes and reads', async () => {
    const context = await browser().newContext({ viewport: { width: 1000, height: 760 } });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    await page.goto(inspector.url, { waitUntil: 'domcontentloaded' });
    await connect(page);

    expect(await signIn(page)).toEqual(['files:list', 'files:read', 'offline_access']);
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close monitoring sidebar' }).click();

    const file = { path: 'hello.txt', content: 'Hello from the Inspector' };
    await openTool(page, 'Write a file', file);
    const dialog = page.getByRole('dialog', { name: 'Additional permissions required' });
    const missing = dialog.getByRole('listitem').filter({ hasText: 'new' });
    await missing.first().waitFor();
    expect(await missing.allInnerTexts()).toEqual([expect.stringContaining('files:write')]);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(images, 'inspector-step-up.png') });
    await dialog.getByRole('button', { name: 'Authorize' }).click();

    expect(await signIn(page)).toContain('files:write');
    await page.getByRole('button', { name: 'Disconnect from server' }).waitFor();
    await openTool(page, 'Write a file', file);
    await page.getByText(/Successfully wrote to "hello.txt" \(24 bytes/).waitFor();

    await openTool(page, 'Read a file', { path: 'hello.txt' });
    await page.getByText('Hello from the Inspector').first().waitFor();
    await page.getByText(/^Tools \(\d\d\)$/).waitFor();
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(images, 'inspector.png') });
    await context.close();
  }, 240_000);
});
