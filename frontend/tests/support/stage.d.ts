/** Serves dist/ and the made-up scenes. */
export function stage(port?: number): Promise<{ url: string; close(): void }>;
