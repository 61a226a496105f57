import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'gallery/', 'node_modules/', 'test-results/', 'playwright-report/', '.cache/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      'no-irregular-whitespace': 'off', // French needs non-breaking spaces
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['tools/**', 'tests/**'], rules: { 'no-console': 'off' } },
);
