// Proves that programs can use Quittance's own API by its document alone: Spectral finds nothing in it, openapi-typescript makes types of
// it, a client in TypeScript compiles against these types and raises a charge at a running demo, and openapi-to-postmanv2 makes a collection
// with each operation:
//
//   node quittance.mjs http://127.0.0.1:8080
//
// Ends with 1 where one of these fails.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const server = process.argv[2];
if (!server) {
  console.error('usage: node quittance.mjs <address of a demo>');
  process.exit(2);
}

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quittance-conformance-'));
const run = (program, ...args) => execFileSync(join(here, 'node_modules', '.bin', program), args, { cwd: here, stdio: 'inherit' });

const document = join(folder, 'openapi.json');
writeFileSync(document, await (await fetch(`${server}/api/v1/openapi.json`)).text());
run('spectral', 'lint', '--ruleset', 'quittance.spectral.yaml', '--fail-severity', 'warn', document);
run('openapi-typescript', document, '--output', join(folder, 'quittance.types.ts'));
copyFileSync(join(here, 'quittance.client.ts'), join(folder, 'quittance.client.mts'));
run('tsc', '--strict', '--target', 'es2022', '--module', 'es2022', '--moduleResolution', 'bundler', '--lib', 'es2022,dom',
  join(folder, 'quittance.client.mts'));
execFileSync(process.execPath, [join(folder, 'quittance.client.mjs'), server], { stdio: 'inherit', cwd: here });

const collection = join(folder, 'quittance.postman.json');
run('openapi2postmanv2', '-s', document, '-o', collection, '-O', 'folderStrategy=Tags');
const requestsOf = item => item.request ? 1 : (item.item ?? []).reduce((sum, below) => sum + requestsOf(below), 0);
const methods = ['get', 'post', 'put', 'patch', 'delete'];
const operations = Object.values(JSON.parse(readFileSync(document)).paths)
  .reduce((sum, path) => sum + methods.filter(method => path[method]).length, 0);
const requests = requestsOf(JSON.parse(readFileSync(collection)));
if (requests !== operations) {
  console.error(`The collection has ${requests} requests for ${operations} operations.`);
  process.exit(1);
}

console.log(`✓ a collection of ${requests} requests`);
