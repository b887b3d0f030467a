import { findImageType } from '../../../lambda/files/image-type.ts';

describe('the type of an image', () => {
  it.each([
    ['image/png', '89504e470d0a1a0a0000000d'],
    ['image/jpeg', 'ffd8ffe000104a46'],
    ['image/gif', '474946383961'],
    ['image/webp', '524946460a00000057454250'],
    [undefined, ''],
    [undefined, '89504e47'],
    // RIFF, but a sound.
    [undefined, '524946460a00000057415645'],
    // BMP, TIFF and HEIC, which not every model sees.
    [undefined, '424d3c000000'],
    [undefined, '49492a00'],
    [undefined, '00000018667479706865696300000000'],
  ])('is %s for a file that begins with %s', (type, beginning) => {
    expect(findImageType(Buffer.from(beginning, 'hex'))).toBe(type);
  });
});
