// The function that the content network runs before each page, as the template deploys it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

type Answer = { uri?: string; statusCode?: number; headers?: { location: { value: string } } };
type Query = Record<string, { value: string; multiValue?: { value: string }[] }>;

const cfn = { tag: '!Sub', resolve: (text: string) => text };
const tags = ['!Sub', '!Ref', '!GetAtt', '!If', '!Equals', '!Not', '!Join', '!Select', '!Split', '!And', '!Or'];
const template = parse(readFileSync(new URL('../../../infra/site.yaml', import.meta.url), 'utf8'), {
  customTags: tags.flatMap((tag) => [
    { ...cfn, tag },
    { tag, collection: 'seq' as const, resolve: (seq: unknown) => seq as never },
    { tag, collection: 'map' as const, resolve: (map: unknown) => map as never },
  ]),
  logLevel: 'silent',
}) as { Resources: Record<string, { Type: string; Properties: { FunctionCode: string } }> };
const code = Object.values(template.Resources).find((r) => r.Type === 'AWS::CloudFront::Function')!.Properties
  .FunctionCode;
const handler = new Function(`${code}; return handler`)() as (e: unknown) => Answer;
const ask = (uri: string, querystring: Query = {}) => handler({ request: { uri, querystring } });

describe('the content network', () => {
  it.each([
    ['/', '/index.html'],
    ['/guide/', '/guide/index.html'],
    ['/assets/app.css', '/assets/app.css'],
    ['/dossier/%23abc.1.h.sig', '/dossier/index.html'],
    ['/dossier/%2523abc.1.h.sig', '/dossier/index.html'],
    ['/papiers/%23abc.1.a.sig', '/papiers/index.html'],
  ])('%s gives %s', (uri, page) => expect(ask(uri).uri).toBe(page));

  it('sends a folder to its slash, with its query', () => {
    const to = (a: Answer) => [a.statusCode, a.headers?.location.value];
    expect(to(ask('/session', { id: { value: 'budget-2027' } }))).toEqual([308, '/session/?id=budget-2027']);
    expect(to(ask('/session', { id: { value: 'a%26b' }, fbclid: { value: '' } }))).toEqual([
      308,
      '/session/?id=a%26b&fbclid',
    ]);
    expect(to(ask('/', {}))).toEqual([undefined, undefined]);
    expect(to(ask('//evil.example'))[0]).toBeUndefined();
    expect(to(ask('//evil'))).toEqual([308, '/evil/']);
    const many = { mois: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] } };
    expect(to(ask('/guide', many))).toEqual([308, '/guide/?mois=1&mois=2']);
  });
});
