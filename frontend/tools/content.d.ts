/** Types of tools/content.js, for the tests. */
interface GuideStep {
  key: string;
  title: string;
  body: string[];
  help: string[];
  links: { url: string; title: string; verified: boolean }[];
  options: { key: string; title: string; body: string[]; delay: string }[];
}
export interface Guide {
  modes: Record<string, { title: string; intro: string[]; steps: GuideStep[]; notes: string[] }>;
}
export const frontend: string;
export function loadGuide(file?: string): Guide;
export function loadOrganisation(file?: string): Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
export function saidByPages(organisation: Record<string, unknown>): Record<string, string>;
export function ruleOn(guide: Guide, key: string, day?: string): number | undefined;
export function scriptContent(guide: Guide, organisation: Record<string, unknown>): unknown;
