// Prints the bill of materials of the server as CycloneDX 1.6 JSON: the packages that its programs bring along, with their hashes, from the
// lock files. What only builds or tests need is left out.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const version = /<Version>([^<]+)</.exec(read('Directory.Build.props'))[1];
const components = new Map();
const edges = new Map();

// The analyzers look at the code and are not in the program.
const analyzers = new Set([...read('Directory.Packages.props').split('Label="Analyzers"')[1].split('</ItemGroup>')[0]
  .matchAll(/Include="([^"]+)"/g)].map(([, id]) => id));

// What projects embed from npm is in the program, although npm calls it a tool.
const embedded = new Set();
for (const folder of ['src', 'samples']) {
  for (const { name: project } of readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const build = join(folder, project, `${project}.csproj`);
    if (!existsSync(join(root, build))) continue;
    for (const [, name] of read(build).matchAll(/node_modules\/([^/"<]+)\//g)) embedded.add(name);

    const lock = join(folder, project, 'packages.lock.json');
    if (existsSync(join(root, lock))) addNuGet(JSON.parse(read(lock)));
  }
}
addNpm(JSON.parse(read('package-lock.json')));
// The fonts of papers are no package: they are in the program as their makers gave them out.
for (const font of readdirSync(join(root, 'src/Papers/Fonts')).filter((file) => file.endsWith('.ttf'))) {
  const bytes = readFileSync(join(root, 'src/Papers/Fonts', font));
  const name = font.slice(0, -'.ttf'.length);
  const hash = { alg: 'SHA-512', content: createHash('sha512').update(bytes).digest('hex') };
  add(`pkg:generic/${name}@2.1.5`, name, '2.1.5', hash, 'OFL-1.1');
}

const server = `pkg:generic/quittance@${version}`;
const sorted = [...components.values()].sort((one, other) => (one.purl < other.purl ? -1 : 1));
const contents = JSON.stringify(sorted);
console.log(JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  // The same packages have the same number.
  serialNumber: `urn:uuid:${uuidOf(contents)}`,
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': server, name: 'quittance', version, purl: server } },
  components: sorted,
  dependencies: [
    { ref: server, dependsOn: sorted.map(({ purl }) => purl) },
    ...sorted.map(({ purl }) => ({ ref: purl, dependsOn: [...(edges.get(purl) ?? [])].filter((to) => components.has(to)).sort() })),
  ],
}, null, 2));

function addNuGet({ dependencies }) {
  for (const packages of Object.values(dependencies)) {
    const purls = new Map(Object.entries(packages).map(([id, { resolved }]) => [id, `pkg:nuget/${id}@${resolved}`]));
    for (const [id, { type, resolved, contentHash, dependencies: needs }] of Object.entries(packages)) {
      if (type === 'Project' || analyzers.has(id)) continue;
      add(purls.get(id), id, resolved, contentHash && { alg: 'SHA-512', content: Buffer.from(contentHash, 'base64').toString('hex') });
      for (const need of Object.keys(needs ?? {})) link(purls.get(id), purls.get(need));
    }
  }
}

function addNpm({ packages }) {
  for (const [path, { version: found, integrity, dev, link: isLink, license }] of Object.entries(packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (!path.includes('node_modules/') || isLink || (dev && !embedded.has(name))) continue;
    const [kind, hash] = (integrity ?? '').split(/-(.*)/s);
    add(`pkg:npm/${name.replace('@', '%40')}@${found}`, name, found,
      kind === 'sha512' && { alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }, license);
  }
}

function add(purl, name, found, hash, license) {
  components.set(purl, {
    type: 'library', 'bom-ref': purl, name, version: found, purl,
    ...(hash ? { hashes: [hash] } : {}), ...(license ? { licenses: [{ expression: license }] } : {}),
  });
}

function link(from, to) {
  if (to) edges.set(from, (edges.get(from) ?? new Set()).add(to));
}

function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}
