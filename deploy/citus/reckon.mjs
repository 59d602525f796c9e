// Compares the answers with the books, and prints what a payment cost.
//
//   node reckon.mjs DIR
import { compare, lines } from '../ha/books.mjs';

const folder = process.argv[2];
const { answers, lost, doubled } = compare(`${folder}/coordinator.try`);
const microsecondsPerTick = 10_000;

// Two lines for each measurement, its beginning and its end.
const notes = lines(folder, 'measures', ' ').map(([where, payments, ...ticks]) => ({
  where, payments: Number(payments),
  ticks: Object.fromEntries(ticks.map((one) => one.split('=')).map(([name, value]) => [name, Number(value)])),
}));
const measured = { plain: [], coordinator: [] };
for (let nth = 0; nth < notes.length; nth += 2) {
  const [begin, end] = notes.slice(nth, nth + 2);
  const payments = end.payments - begin.payments;
  measured[end.where].push({ payments, cost: (name) => (end.ticks[name] - begin.ticks[name]) * microsecondsPerTick / payments });
}

// Where the programs were still being compiled.
for (const rounds of Object.values(measured)) rounds.shift();

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
const costs = (where, ...names) => Math.round(median(measured[where].map(({ cost }) => names.reduce((sum, name) => sum + cost(name), 0))));
const plain = costs('plain', 'plain');
const coordinator = costs('coordinator', 'coordinator');
const workers = costs('coordinator', 'one', 'two');
// Each measurement of the cluster against the one before it: a machine gets slower and faster in minutes.
const whole = (round, ...nodes) => nodes.reduce((sum, node) => sum + round.cost(node), 0);
const ratios = measured.coordinator.map((round, nth) => whole(measured.plain[nth], 'plain') / whole(round, 'coordinator', 'one', 'two'));
const rounded = (ratio) => Math.round(ratio * 100) / 100;
console.error(`citus/try: ratios of the rounds: ${ratios.map(rounded).join(', ')}`);
for (const [where, rounds] of Object.entries(measured))
  console.error(`citus/try: payments in each measurement, ${where}: ${rounds.map((round) => round.payments).join(', ')}`);

console.log(JSON.stringify({
  workers: 3, acknowledged: answers.length, lost, doubled,
  ratio_to_plain: rounded(median(ratios)),
  microseconds: {
    plain, coordinator, workers,
    server_plain: costs('plain', 'server-plain'), server_cluster: costs('coordinator', 'server-coordinator'),
  },
}));
process.exit(lost === 0 && doubled === 0 ? 0 : 1);
