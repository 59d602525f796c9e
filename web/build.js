// Builds the widget: the frame's page with its script and style under hashed names, and the loader under its own. What a
// browser loads of them all must stay small, since it stands between a customer and a payment.
//
//   node build.js [--to FOLDER]
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const greatestSize = 60 * 1024;

const root = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { to: { type: 'string' } } });
const folder = resolve(root, values.to ?? 'dist');
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const common = { root, configFile: false, logLevel: 'warn', envDir: false };
const output = { outDir: folder, emptyOutDir: false, target: 'es2022', reportCompressedSize: false, copyPublicDir: false };

await build({
  ...common,
  base: '/widget/',
  build: {
    ...output,
    assetsDir: '',
    // No inline script or picture: the page's Content-Security-Policy allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: join(root, 'frame.html') },
  },
});
await rename(join(folder, 'frame.html'), join(folder, 'frame'));
await build({
  ...common,
  build: { ...output, lib: { entry: join(root, 'src/loader/main.ts'), formats: ['iife'], name: 'quittanceWidget', fileName: () => 'widget.js' } },
});

let total = 0;
for (const name of await readdir(folder)) {
  const bytes = await readFile(join(folder, name));
  const compressed = gzipSync(bytes, { level: 9 });
  total += compressed.length;
  console.log(`${name}: ${(compressed.length / 1024).toFixed(1)} KB compressed`);
  await writeFile(join(folder, `${name}.gz`), compressed);
  await writeFile(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
}

console.log(`The payment widget: ${(total / 1024).toFixed(1)} KB compressed, of at most ${greatestSize / 1024}`);
if (total > greatestSize) {
  console.error(`error WIDGET: the payment widget is larger than ${greatestSize / 1024} KB compressed`);
  process.exit(1);
}
