import { defineConfig } from 'vite';
import { compressFiles } from './build/compress-files.ts';

/** `npm run dev` shows the panel of an installation that runs, with the sources of this folder. */
const api = process.env.FREEHOLD_API ?? 'http://127.0.0.1:8600';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    target: 'es2022',
    // One script: all pages together are smaller than what a second round trip costs.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  plugins: [compressFiles()],
  server: { proxy: { '/v1': api } },
});
