// Compares the answers with the books, and prints what a payment cost.
//
//   node reckon.mjs DIR
import { compare, lines } from '../ha/books.mjs';

const folder = process.argv[2];
const { answers, lost, doubled } = compare(`${folder}/coordinator.try`);
const microsecondsPerTick = 10_000;

// Two lines for each measurement, its beginning and its end.
const notes = lines(folder, 'measures', ' ').map(([where, answers, ...ticks]) => ({
  where, answers: Number(answers),
  ticks: Object.fromEntries(ticks.map((one) => one.split('=')).map(([name, value]) => [name, Number(value)])),
}));
const measured = { plain: [], coordinator: [] };
for (let nth = 0; nth < notes.length; nth += 2) {
  const [begin, end] = notes.slice(nth, nth + 2);
  const payments = end.answers - begin.answers;
  measured[end.where].push({ payments, cost: (name) => (end.ticks[name] - begin.ticks[name]) * microsecondsPerTick / payments });
}

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];
const costs = (where, ...names) => Math.round(median(measured[where].map(({ cost }) => names.reduce((sum, name) => sum + cost(name), 0))));
const plain = costs('plain', 'plain');
const coordinator = costs('coordinator', 'coordinator');
const workers = costs('coordinator', 'one', 'two');
for (const [where, rounds] of Object.entries(measured))
  console.error(`citus/try: payments in each measurement, ${where}: ${rounds.map((round) => round.payments).join(', ')}`);
console.log(JSON.stringify({
  workers: 3, acknowledged: answers.length, lost, doubled,
  ratio_to_plain: Math.round((plain / (coordinator + workers)) * 100) / 100,
  microseconds: {
    plain, coordinator, workers,
    server_plain: costs('plain', 'server-plain'), server_cluster: costs('coordinator', 'server-coordinator'),
  },
}));
process.exit(lost === 0 && doubled === 0 ? 0 : 1);
