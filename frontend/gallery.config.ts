import base from './playwright.config.js';

// npm run gallery: a picture of every screen and state, light and dark, phone and tablet, in gallery/index.html.
export default {
  ...base,
  testDir: 'tests/gallery',
  outputDir: 'test-results/gallery',
  globalSetup: './tests/gallery/start.ts',
  reporter: [['dot']] as [['dot']],
};
