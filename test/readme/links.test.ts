import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checks } from '../../ops/doctor/checks.ts';

const project = join(import.meta.dirname, '..', '..');
const left = ['node_modules', 'dist', 'cdk.out', '.local', '.git'];

/** Every document of the project, by its path. */
const documents = new Map(
  globSync('**/*.md', {
    cwd: project,
    exclude: (path) => left.some((name) => path.split('/').includes(name)),
  })
    .toSorted()
    .map((path) => [path, readFileSync(join(project, path), 'utf8')]),
);

const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));

/** The text outside blocks of code. */
function toProse(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}

/** The anchors that GitHub gives the headings of a document. */
function listAnchors(text: string): readonly string[] {
  const headings = [...toProse(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  const slugs = headings.map((heading) =>
    heading
      .replace(/\[(.*?)\]\(.*?\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
  return slugs.map((slug, index) => {
    const earlier = slugs.slice(0, index).filter((other) => other === slug).length;
    return earlier === 0 ? slug : `${slug}-${earlier}`;
  });
}

/** Where the links and images of a document lead, those to other sites aside. */
function listLinks(text: string): readonly string[] {
  const prose = toProse(text).replace(/`[^`\n]*`/g, '');
  const found = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)];
  return found
    .map(([, link, source]) => link ?? source ?? '')
    .filter((link) => !/^(https?|mailto):/.test(link));
}

/** Files of the project that a document names in the font of code. */
function listPaths(text: string): readonly string[] {
  const found = [
    ...toProse(text).matchAll(/`((?:bin|lib|lambda|local|ops|docs|casdoor|test|examples)\/[\w./-]+)`/g),
  ];
  // What is made by a build or a run, or by the reader of a tutorial.
  return found
    .map(([, path = '']) => path)
    .filter((path) => !/[A-Z]{3}|count-words|results\//.test(path.replace('README', '')));
}

describe.each([...documents])('%s', (path, text) => {
  const directory = join(project, dirname(path));

  it('links to what is there', () => {
    const broken = listLinks(text).filter((link) => {
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? join(project, path) : join(directory, decodeURIComponent(target));
      if (!existsSync(file)) return true;
      if (anchor === undefined || anchor === '') return false;
      const page = documents.get(relative(project, file));
      return page === undefined || !listAnchors(page).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names files that are there', () => {
    const isThere = (name: string) => [project, directory].some((root) => existsSync(join(root, name)));
    expect(listPaths(text).filter((name) => !isThere(name))).toEqual([]);
  });

  it('names commands that are there', () => {
    const names = [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)];
    const unknown = names.map(([, name, short]) => name ?? short ?? '').filter((name) => !(name in scripts));
    expect(unknown).toEqual([]);
    const programs = [...text.matchAll(/\b(?:node|npx jest) ((?:test|bin)\/[\w./-]+)/g)].map(
      ([, file = '']) => file,
    );
    const isThere = (file: string) =>
      existsSync(join(project, file)) ||
      existsSync(join(project, `${file}.test.ts`)) ||
      file.includes('NAME');
    expect(programs.filter((file) => !isThere(file) && !file.endsWith('count-words'))).toEqual([]);
  });
});

describe('README.md', () => {
  it('can be read from top to bottom: at most 150 lines', () => {
    expect(documents.get('README.md')?.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('leads to every page of docs/', () => {
    const links = listLinks(documents.get('README.md') ?? '').map((link) => link.split('#')[0]);
    const pages = [...documents.keys()].filter((path) => /^docs\/[^/]+\.md$/.test(path));
    expect(pages.filter((page) => !links.includes(page))).toEqual([]);
  });
});

describe('docs/troubleshooting.md', () => {
  it('names lines that the doctor prints', () => {
    const text = documents.get('docs/troubleshooting.md') ?? '';
    const [ofTheDoctor = ''] = text.split('## On your machine');
    const lines = [...ofTheDoctor.matchAll(/^\| [^|]+ \| `([^`|]+)`/gm)].map(([, line = '']) => line);
    expect(lines.length).toBeGreaterThan(20);
    const names = checks.map(({ name }) => name);
    expect(lines.filter((line) => !names.includes(line))).toEqual([]);
  });
});

it('the documents are found', () => {
  expect(documents.size).toBeGreaterThan(20);
});
