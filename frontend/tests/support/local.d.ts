/** Builds and starts the whole product on free ports; `settings` are variables of `make run`. */
export function local(settings: Record<string, string>): Promise<{ site: string; mail: string; stop(): Promise<void> }>;
