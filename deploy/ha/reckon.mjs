// Compares the answers with the books, and prints what each fault cost.
//
//   node reckon.mjs DIR
import { compare, lines } from './books.mjs';

const folder = process.argv[2];
const { answers, lost, doubled } = compare(folder);
const probes = lines(folder, 'probes', ' ').map(([at, node]) => ({ at: Number(at), node }));
const faults = lines(folder, 'faults', ' ').map(([at, fault, leader]) => ({ at: Number(at), fault, leader }));
const seconds = (milliseconds) => Math.round(milliseconds / 100) / 10;
const times = answers.map((answer) => answer.at).sort((one, other) => one - other);

const cases = faults.slice(0, -1).map(({ at, fault, leader }, nth) => {
  const end = faults[nth + 1].at;
  const within = [at, ...times.filter((time) => time >= at && time < end), end];
  const silence = Math.max(...within.slice(1).map((time, before) => time - within[before]));
  const taken = probes.find((probe) => probe.at > at && probe.at < end && probe.node !== leader)?.at;
  const answered = taken && times.find((time) => time >= taken);
  return { case: fault, silence_s: seconds(silence), ...(taken ? { gap_s: seconds(answered - taken) } : {}) };
});
for (const one of cases) console.error(`ha/try: ${JSON.stringify(one)}`);
const longest = Math.max(0, ...cases.map((one) => one.gap_s ?? 0));
console.log(JSON.stringify({
  acknowledged: answers.length, lost, doubled, longest_gap_s: longest, longest_silence_s: Math.max(...cases.map((one) => one.silence_s)),
}));
process.exit(lost === 0 && doubled === 0 && longest <= 10 ? 0 : 1);
