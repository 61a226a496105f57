import { defineConfig } from 'vitest/config';
import { loadGuide, loadOrganisation, scriptContent } from './tools/content.js';

export default defineConfig({
  test: { include: ['tests/unit/**/*.test.ts'] },
  plugins: [
    {
      name: 'echarpe-content',
      enforce: 'pre',
      resolveId: (id) => (id === 'echarpe:content' ? '\0content' : undefined),
      load: (id) =>
        id === '\0content'
          ? `export default ${JSON.stringify(scriptContent(loadGuide(), loadOrganisation()))}`
          : undefined,
    },
  ],
});
