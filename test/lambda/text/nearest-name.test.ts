import { findNearestName } from '../../../lambda/text/nearest-name.ts';

const names = ['path', 'content', 'encoding', 'if_match', 'create_only'];

describe('the nearest name', () => {
  it.each([
    ['if-match', 'if_match'],
    ['ifMatch', 'if_match'],
    ['IF_MATCH', 'if_match'],
    ['if_matches', 'if_match'],
    ['contents', 'content'],
    ['contnet', 'content'],
    ['ptah', 'path'],
    ['enconding', 'encoding'],
    ['createonly', 'create_only'],
    ['file_path', 'path'],
    ['path', 'path'],
  ])('of %s is %s', (text, name) => {
    expect(findNearestName(text, names)).toBe(name);
  });

  it.each(['x', '', '日本語', 'overwrite', 'constructor', '-_-', 'p'.repeat(1_000_000)])(
    'is none for %j, which is near nothing',
    (text) => {
      expect(findNearestName(text, names)).toBeUndefined();
    },
  );

  it('is the nearest and not the first', () => {
    expect(findNearestName('sources', ['sauces', 'source'])).toBe('source');
  });
});
