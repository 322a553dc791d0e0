// Builds the page into `dist`, which the window embeds. `--mode memory` shows it without an engine.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  base: './',
  // Nothing is inlined as a data address: the window's policy allows its own files only.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 300 },
  server: { host: '127.0.0.1', port: 5183, strictPort: true },
  test: {
    environment: 'jsdom',
    testTimeout: 30_000,
    setupFiles: ['./test/setup.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
  },
});
