// Reads what a try has written, and compares the answers with the books. The files are in one folder: `answers` by load.mjs, `payments`
// with the id and the amount of each payment in the books.
import { readFileSync } from 'node:fs';

export const lines = (folder, name, by) =>
  readFileSync(`${folder}/${name}`, 'utf8').split('\n').filter(Boolean).map((line) => line.split(by));

/// The answers, and how many of their payments the books lack or have twice.
export function compare(folder) {
  const answers = lines(folder, 'answers', ' ').map(([at, key, id]) => ({ at: Number(at), key: Number(key), id }));
  const payments = lines(folder, 'payments', '|').map(([id, minor]) => ({ id, key: Number(minor) }));
  const booked = new Set(payments.map((payment) => payment.id));
  const keys = new Set(payments.map((payment) => payment.key));
  return { answers, lost: answers.filter((answer) => !booked.has(answer.id)).length, doubled: payments.length - keys.size };
}
