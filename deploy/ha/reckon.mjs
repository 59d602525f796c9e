// Compares the answers with the books, and prints what each fault cost.
//
//   node reckon.mjs DIR
import { readFileSync } from 'node:fs';

const lines = (name, by) => readFileSync(`${process.argv[2]}/${name}`, 'utf8').split('\n').filter(Boolean).map((line) => line.split(by));
const answers = lines('answers', ' ').map(([at, key, id]) => ({ at: Number(at), key: Number(key), id }));
const payments = lines('payments', '|').map(([id, minor]) => ({ id, key: Number(minor) }));
const probes = lines('probes', ' ').map(([at, node]) => ({ at: Number(at), node }));
const faults = lines('faults', ' ').map(([at, fault, leader]) => ({ at: Number(at), fault, leader }));

const booked = new Set(payments.map((payment) => payment.id));
const keys = new Set(payments.map((payment) => payment.key));
const lost = answers.filter((answer) => !booked.has(answer.id)).length;
const doubled = payments.length - keys.size;
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
