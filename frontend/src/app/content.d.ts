/** The part of the guide and of the organisation's settings that scripts use, made at build time (tools/content.js). */
declare module 'echarpe:content' {
  const content: {
    organisation: { name: string; phone: string; email: string };
    helpline: { label: string; number: string; text: string };
    modes: Record<'dife' | 'collectivite' | 'personnel', { title: string; short: string; asks: string }>;
    identityDelays: Record<string, string>;
    authorityDuty: string;
  };
  export default content;
}

/** What only the pages with questions and answers use. */
declare module 'echarpe:answers' {
  const answers: {
    mandates: { key: string; title: string; dife: boolean }[];
    identity: { title: string; hint: string; yes: string; no: string };
  };
  export default answers;
}
