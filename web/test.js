// Runs the tests with Node's own runner, after the same compiler that builds the widget has made JavaScript of them.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'quittance-widget-tests-'));
try {
  const tests = (await readdir(join(root, 'tests'))).filter((name) => name.endsWith('.test.ts'));
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { input: tests.map((name) => join(root, 'tests', name)), output: { entryFileNames: '[name].mjs' } },
    },
  });
  const compiled = (await readdir(folder)).filter((name) => name.endsWith('.test.mjs')).map((name) => join(folder, name));
  if (compiled.length !== tests.length) throw new Error(`${tests.length} files of tests, but ${compiled.length} were compiled`);
  process.exitCode = spawnSync(process.execPath, ['--test', ...compiled], { stdio: 'inherit' }).status ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
