import { failDocument, readDocument } from '../../support/documents/read.ts';
import '../../support/documents/patience.ts';

const page = `<!doctype html><html><head><title>The &amp; page</title><style>p{}</style></head>
<body><script>alert("no")</script><nav><a href="/home">Home</a></nav>
<h1>Hello   <b>world</b></h1><p>One
paragraph with a <a href="https://example.com/x">link</a>,<br>two lines.</p>
<ul><li>one<ul><li>deep</li></ul></li><li><p>two</p></li></ul><ol start="3"><li>three</li><li>four</li></ol>
<table><tr><th>A</th><th>B|C</th></tr><tr><td>1</td><td><p>2</p><p>3</p></td></tr></table>
<pre>  kept
    as it is</pre><img src="https://example.com/pixel.png" alt="A chart"><a href="javascript:alert(1)">click</a>
</body></html>`;

describe('an HTML file', () => {
  it('is read as Markdown', async () => {
    const { text, facts } = await readDocument('page.html', page);
    expect(text).toBe(`Home

# Hello world

One paragraph with a [link](https://example.com/x),
two lines.

- one
  - deep
- two
3. three
4. four

| A | B\\|C |
| --- | --- |
| 1 | 2 3 |

\`\`\`
  kept
    as it is
\`\`\`

A chartclick
`);
    expect(facts).toMatchObject({
      path: 'page.html',
      document: { kind: 'html', title: 'The & page' },
      first_line: 1,
      last_line: 23,
      total_lines: 23,
      truncated: false,
      note: expect.stringContaining('no request to you; raw true reads its source'),
    });
  });

  it('is read as it is with raw', async () => {
    expect((await readDocument('page.html', page, { raw: true })).text).toBe(page);
  });

  it('has no columns, and says how its source is read by them', async () => {
    expect(await failDocument('page.html', page, { columns: 10 })).toBe(
      '"page.html" is read as a document, which has no columns: leave columns out, or pass raw true',
    );
    expect((await readDocument('page.html', page, { columns: 5, limit: 1, raw: true })).text).toBe('<!doc\n');
  });

  it('is read by windows of its lines', async () => {
    const window = async (input: object) => (await readDocument('page.htm', page, { ...input })).text;
    expect(await window({ offset: 5, limit: 2 })).toBe(
      'One paragraph with a [link](https://example.com/x),\ntwo lines.\n',
    );
    expect(await window({ head: 1 })).toBe('Home\n');
    expect(await window({ tail: 1 })).toBe('A chartclick\n');
  });

  it('is read on at next_offset until its end', async () => {
    const long = `<p>${Array.from({ length: 3_000 }, (_, index) => `line ${index} of many`).join('<br>')}</p>`;
    let offset: number | undefined = 1;
    let read = '';
    for (let calls = 0; offset !== undefined; calls += 1) {
      expect(calls).toBeLessThan(20);
      const { text, facts } = await readDocument('long.html', long, { offset });
      read += text;
      expect(facts.truncated).toBe(facts.next_offset !== undefined);
      offset = facts.next_offset;
    }
    expect(read.split('\n')).toHaveLength(3_001);
    expect(read.endsWith('line 2999 of many\n')).toBe(true);
  });

  it('is text of another encoding where it says so', async () => {
    const latin = Buffer.from('<meta charset="iso-8859-1"><p>Gr\xfc\xdfe</p>', 'latin1');
    expect((await readDocument('a.html', latin)).text).toBe('Grüße\n');
  });

  it('is laid out by tables without becoming one', async () => {
    const nested = '<table><tr><td>left<table><tr><td>a</td><td>b</td></tr></table>right</td></tr></table>';
    expect((await readDocument('a.html', nested)).text).toBe('left\n\n| a | b |\n| --- | --- |\n\nright\n');
  });

  it('has neither pages nor sheets', async () => {
    expect(await failDocument('a.html', page, { pages: '1' })).toContain('a html has no pages');
    expect(await failDocument('a.html', page, { sheet: '1' })).toContain('a html has no sheets');
  });
});

const boundary = 'frontier';
const mail = `From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.com>\r
To: Team <team@example.com>, b@example.com\r
Subject: =?UTF-8?B?R3LDvMOfZQ==?= to all\r
Date: Fri, 02 Jan 2026 03:04:05 +0000\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=${boundary}\r
\r
--${boundary}\r
Content-Type: multipart/alternative; boundary=inner\r
\r
--inner\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
Sch=F6ne Gr=FC=DFe,\r
J=FCrgen\r
--inner\r
Content-Type: text/html\r
\r
<p>not this</p>\r
--inner--\r
--${boundary}\r
Content-Type: text/html; name="t.html"\r
Content-Disposition: attachment; filename="t.html"\r
\r
<h2>Attached</h2>\r
--${boundary}\r
Content-Type: application/zip; name="../../x.zip"\r
Content-Disposition: attachment; filename="../../x.zip"\r
Content-Transfer-Encoding: base64\r
\r
UEsDBA==\r
--${boundary}--\r
`;

describe('a mail', () => {
  it('is read part by part: the message, then its attachments', async () => {
    const { text, facts } = await readDocument('m.eml', mail);
    expect(text).toBe(`[part 1]
# Grüße to all

From: Jürgen <j@example.com>
To: Team <team@example.com>, b@example.com
Date: 2026-01-02T03:04:05.000Z
Attachment: t.html (text/html, part 2)
Attachment: ../../x.zip (application/zip, part 3)

Schöne Grüße,
Jürgen
[part 2]
## Attached
[part 3]
[../../x.zip: application/zip, 4 bytes, which is not read here]
`);
    expect(facts.document).toEqual({
      kind: 'eml',
      parts: 3,
      title: 'Grüße to all',
      author: 'Jürgen <j@example.com>',
      created: '2026-01-02T03:04:05.000Z',
    });
  });

  it('has its parts as pages', async () => {
    const { text, facts } = await readDocument('m.eml', mail, { pages: '2' });
    expect(text).toBe('[part 2]\n## Attached\n');
    expect(facts).toMatchObject({ first_line: 1, last_line: 1, truncated: false });
    expect(await failDocument('m.eml', mail, { pages: '4' })).toContain('it has 3 parts');
  });

  it('of HTML alone is read as Markdown', async () => {
    const html =
      'From: a@example.com\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h2>Ü</h2><p>y</p>';
    expect((await readDocument('m.eml', html)).text).toBe('# x\n\nFrom: a@example.com\n\n## Ü\n\ny\n');
  });

  it('nested too deep is a sentence, and is read as it is', async () => {
    const open = Array.from(
      { length: 60 },
      (_, index) => `Content-Type: multipart/mixed; boundary=b${index}\r\n\r\n--b${index}\r\n`,
    ).join('');
    const { text, facts } = await readDocument(
      'm.eml',
      `Subject: x\r\n${open}Content-Type: text/plain\r\n\r\nend`,
    );
    expect(text + facts.note).toMatch(/^Subject: x|nested too deep/);
  });
});
