/** What a paper says, read by somebody else's tool. */
import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test, type Download } from '@playwright/test';

const there = spawnSync('pdftotext', ['-v']).error === undefined;

/** The words of a PDF, on one line; where poppler-utils is not installed the test says so and reads nothing. */
async function wordsOf(pdf: Download): Promise<string | undefined> {
  const path = await pdf.path();
  if (there) return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).replace(/\s+/g, ' ');
  test.info().annotations.push({ type: 'not read', description: 'apt-get install poppler-utils to read the papers' });
  return undefined;
}

/** A paper says one thing, and not another; gives its number. */
export async function says(pdf: Download, these: string, none: string): Promise<string | undefined> {
  const text = await wordsOf(pdf);
  if (text === undefined) return undefined;
  expect.soft(text, pdf.suggestedFilename()).toContain(these);
  expect.soft(text, pdf.suggestedFilename()).not.toContain(none);
  return /n° ([A-Z]+-[\w-]+)/.exec(text)?.[1];
}
