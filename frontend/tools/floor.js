// npm run floor: does the front end use a browser's API or a method of the language that is newer than the oldest browsers it
// is for (floor.json)? The build translates syntax, never what a browser lacks. Names are resolved by TypeScript's own types
// and looked up in MDN's browser-compat-data. A use behind a test of presence says so: `// floor: guarded`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { frontend } from './content.js';

export { frontend };

const data = createRequire(import.meta.url)('@mdn/browser-compat-data');
const floor = JSON.parse(readFileSync(resolve(frontend, 'floor.json'), 'utf8'));

/** Which browsers of the floor lack what an entry of the data describes: « safari 15 (from 16) ». */
export function lacking(entry) {
  const support = entry?.__compat?.support;
  if (!support) return [];
  return Object.entries(floor).flatMap(([browser, oldest]) => {
    const first = [support[browser]].flat()[0];
    const since = first?.version_added;
    if (since === undefined || since === null || since === true || since === 'preview') return [];
    if (since !== false && newer(String(since).replace('≤', ''), oldest) <= 0 && !first.flags) return [];
    return [`${browser} ${oldest} (${since ? `from ${since}` : 'never'})`];
  });
}

/** Compares two versions: above zero when the first is the newer one. */
function newer(a, b) {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number));
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** The entries of the data that a name may stand for: a member of an interface, static or not, or a global. */
function entries(owner, name) {
  const plain = owner.replace(/Constructor$/, '');
  const found = [data.api[plain], data.javascript.builtins[plain]].filter(Boolean);
  return found.flatMap((o) => [o[name], o[`${name}_static`]]).filter(Boolean);
}

/** Every use in a program of what the floor lacks, as « file:line: Owner.name: browsers ». */
export function faults(program, isOurs) {
  const checker = program.getTypeChecker();
  const said = [];
  for (const source of program.getSourceFiles()) {
    if (!isOurs(source.fileName)) continue;
    const lines = source.text.split('\n');
    const visit = (node) => {
      if (ts.isIdentifier(node) && !ts.isTypeNode(node.parent) && !ts.isImportSpecifier(node.parent)) {
        const bad = judge(checker, node);
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        if (bad && !/floor: guarded/.test(`${lines[line - 1] ?? ''}${lines[line]}`))
          said.push(`${relative(frontend, source.fileName)}:${line + 1}: ${bad}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return said;
}

function judge(checker, node) {
  const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
  for (const d of declarations) {
    if (!/\/typescript\/lib\/lib\./.test(d.getSourceFile().fileName)) continue;
    const owner = ts.isInterfaceDeclaration(d.parent) ? d.parent.name.text : ownerOfVar(d.parent);
    const found = owner ? entries(owner, node.text) : isGlobal(d) ? [data.api[node.text]] : [];
    const missing = found.flatMap(lacking);
    if (found.length && missing.length)
      return `${owner ? `${owner}.` : ''}${node.text}: not in ${[...new Set(missing)].join(', ')}`;
  }
  return '';
}

/** `declare var AbortSignal: { timeout(…): … }`: the members of the type literal are AbortSignal's statics. */
function ownerOfVar(parent) {
  return ts.isTypeLiteralNode(parent) && ts.isVariableDeclaration(parent.parent) ? parent.parent.name.text : undefined;
}

const isGlobal = (d) => ts.isVariableDeclaration(d) || ts.isFunctionDeclaration(d);

export function programOf(files) {
  const { config } = ts.readConfigFile(resolve(frontend, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, frontend);
  return ts.createProgram(files, options);
}

if (process.argv[1] === import.meta.filename) {
  const { fileNames } = ts.parseJsonConfigFileContent({ include: ['src/app'] }, ts.sys, frontend);
  const ours = resolve(frontend, 'src/app');
  const said = faults(programOf(fileNames), (file) => file.startsWith(ours) && !file.endsWith('.d.ts'));
  for (const line of said) console.error(line);
  if (said.length) process.exit(1);
  console.log(
    `floor: nothing newer than ${Object.entries(floor)
      .map(([b, v]) => `${b} ${v}`)
      .join(', ')}`,
  );
}
