/** The one policy by which the pages hand text to the browser's own sinks (the CSP asks for it, and names it). */
interface Rules {
  createScriptURL(url: string): string;
  createScript(text: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: Rules): Rules;
}

const rules: Rules = { createScriptURL: (url) => url, createScript: (text) => text };
const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = types ? types.createPolicy('echarpe', rules) : rules;

export const trusted = {
  scriptURL: (url: string) => policy.createScriptURL(url),
  /** Data for search engines: never run. */
  script: (data: string) => policy.createScript(data),
};
