// Reads what `dotnet list package --vulnerable` or `npm audit` printed. Ends with 1 for a weakness, with 3 where there is no answer in it.
import { readFileSync } from 'node:fs';

const [, , feed] = process.argv;
let said;
try {
  said = JSON.parse(readFileSync(0, 'utf8'));
} catch {
  process.exit(3);
}

const weaknesses = feed === 'npm' ? ofNpm(said) : ofNuGet(said);
if (weaknesses === null) process.exit(3);
for (const weakness of weaknesses) console.log(`${feed}: ${weakness}`);
if (weaknesses.length === 0) console.log(`${feed}: no weakness named (a mirror may name none)`);
process.exitCode = weaknesses.length === 0 ? 0 : 1;

function ofNpm({ vulnerabilities, metadata }) {
  if (!vulnerabilities || !metadata) return null;
  return Object.values(vulnerabilities).map(({ name, severity, range }) => `${name} ${range} (${severity})`);
}

function ofNuGet({ problems, projects }) {
  if (!projects || (problems ?? []).some(({ level }) => level === 'error')) return null;
  return projects.flatMap(({ frameworks }) => frameworks ?? [])
    .flatMap(({ topLevelPackages, transitivePackages }) => [...(topLevelPackages ?? []), ...(transitivePackages ?? [])])
    .flatMap(({ id, resolvedVersion, vulnerabilities }) =>
      (vulnerabilities ?? []).map(({ severity, advisoryurl }) => `${id} ${resolvedVersion} (${severity}) ${advisoryurl}`));
}
