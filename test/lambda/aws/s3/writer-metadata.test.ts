import * as fc from 'fast-check';
import { readWriter, toWriterMetadata } from '../../../../lambda/aws/s3/writer-metadata.ts';

describe('the metadata that tells who wrote an object', () => {
  it('comes back as it was', () => {
    const writer = { name: 'Zoë "世界" 😀', client: 'claude-code' };
    const metadata = toWriterMetadata(writer);
    expect(metadata).toEqual({
      'mcp-written-by': 'Zo%C3%AB%20%22%E4%B8%96%E7%95%8C%22%20%F0%9F%98%80',
      'mcp-client': 'claude-code',
    });
    expect(readWriter(metadata)).toEqual(writer);
  });

  it('fits into a header and into the 2 KB of S3, whatever a token holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ maxLength: 400 }),
        async (name, client) => {
          const metadata = toWriterMetadata({ name, client });
          const text = Object.entries(metadata).flat().join('');
          expect(text).toMatch(/^[\x21-\x7e]*$/);
          expect(text.length).toBeLessThanOrEqual(430);
        },
      ),
    );
  });

  it('is cut between characters', () => {
    const { name = '' } = readWriter(toWriterMetadata({ name: `x${'😀'.repeat(100)}` })) ?? {};
    expect(name).toBe(`x${'😀'.repeat(16)}`);
  });

  it.each([
    ['nothing', undefined],
    ['other metadata', { owner: 'me' }],
    ['an empty name', { 'mcp-written-by': '' }],
    ['half an escape', { 'mcp-written-by': '%C3' }],
    ['too much', { 'mcp-written-by': 'x'.repeat(201) }],
  ])('tells of nobody for %s', (_, metadata) => {
    expect(readWriter(metadata)).toBeUndefined();
  });

  it('shows no character that changes how the others are shown', () => {
    expect(readWriter({ 'mcp-written-by': 'a%E2%80%AEb%0Ac' })).toEqual({ name: 'a\uFFFDb\uFFFDc' });
  });

  it('is empty for a write that nobody signs', () => {
    expect(toWriterMetadata(undefined)).toEqual({});
  });
});
