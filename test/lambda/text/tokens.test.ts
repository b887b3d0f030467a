import { readdirSync, readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { estimateTokens } from '../../../lambda/text/tokens.ts';
import { createSeededRandom } from '../../support/seeded-random.ts';

const random = createSeededRandom(7);
const number = random.below;
const times = <Item>(length: number, make: (index: number) => Item) =>
  Array.from({ length }, (_, i) => make(i));
const hex = (length: number) => times(length, () => number(16).toString(16)).join('');
const bytes = Buffer.from(times(20_000, () => number(256)));
const two = (value: number) => String(value).padStart(2, '0');
const time = (index: number) =>
  `2026-11-29T07:${two(Math.floor(index / 60))}:${two(index % 60)}.${100 + number(900)}Z`;

const chinese =
  '文件存储在带有版本控制的存储桶中。任何工具删除或覆盖的内容都可以恢复，直到生命周期结束。请先列出目录，再读取需要的文件；' +
  '如果文件很大，请使用偏移量和行数来分段读取。服务器会告诉你下一步从哪里继续。';
const japanese =
  'ファイルはバージョン管理されたバケットに保存されます。削除や上書きされた内容は、ライフサイクルが終わるまで復元できます。' +
  'まず一覧を表示し、必要なファイルを読み取ってください。大きなファイルの場合は、オフセットと行数を指定して分割して読みます。';
const korean =
  '파일은 버전이 관리되는 버킷에 저장됩니다. 도구가 삭제하거나 덮어쓴 내용은 수명 주기가 끝날 때까지 복원할 수 있습니다. ' +
  '먼저 목록을 확인한 다음 필요한 파일을 읽으십시오. 파일이 크면 오프셋과 줄 수를 사용하여 나누어 읽으십시오.';
const german =
  'Die Dateien liegen in einem Speicher mit Versionen. Was ein Werkzeug löscht oder überschreibt, lässt sich ' +
  'wiederherstellen, bis der Lebenszyklus des Speichers es endgültig beendet. Große Dateien werden abschnittsweise gelesen.';
const greek =
  'Τα αρχεία αποθηκεύονται σε έναν χώρο με εκδόσεις. Ό,τι διαγράφει ένα εργαλείο μπορεί να αποκατασταθεί. ' +
  'Δείτε πρώτα τη λίστα και μετά διαβάστε το αρχείο.';
const code = readdirSync('lambda/tools')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`lambda/tools/${name}`, 'utf8'))
  .join('\n');
const listing = JSON.stringify({
  entries: times(100, (index) => ({
    kind: 'file',
    name: `doc-${index}.md`,
    size: number(5000),
    modified: time(index),
    etag: `"${hex(32)}"`,
  })),
});
const log = times(
  200,
  (index) =>
    `${time(index)} INFO [worker-${number(16)}] ${hex(8)}-${hex(4)}-${hex(12)} GET /api/v1/orders/${number(1e6)} 200 ${number(900)}ms`,
).join('\n');
const csv = times(200, () => times(8, () => `${number(1000)}.${number(1000)}`).join(',')).join('\n');

describe('estimateTokens', () => {
  it.each([
    ['English prose', readFileSync('LICENSE', 'utf8')],
    ['lines of a log', log],
    ['base64', bytes.toString('base64')],
    ['hexadecimal', bytes.toString('hex')],
    ['Chinese', chinese],
    ['Japanese', japanese],
    ['Korean', korean],
    ['German', german],
    ['Greek', greek],
    ['TypeScript', code],
    ['JSON of a listing', listing],
    ['CSV of numbers', csv],
  ])('is at most 15 percent off the tokens of o200k on %s', (_, text) => {
    const tokens = countTokens(text);
    const estimated = estimateTokens(text);
    expect(estimated).toBeGreaterThan(tokens * 0.85);
    expect(estimated).toBeLessThan(tokens * 1.15);
  });

  it('takes nothing for nothing', () => {
    expect(estimateTokens('')).toBe(0);
  });

  it.each(['x', 'A', '7', ' ', '\n', '-', 'я', '字', '😀', '\ud800', '\u0301'])(
    'counts each part of a text of nothing but %j, and no character twice',
    (character) => {
      const text = character.repeat(10_000);
      expect(estimateTokens(text)).toBeGreaterThan(text.length / 100);
      expect(estimateTokens(text)).toBeLessThanOrEqual(text.length);
    },
  );
});
