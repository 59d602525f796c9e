// Takes requests, one JSON object a line, and says of each whether the public library of Standard Webhooks takes it.
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';

for await (const line of createInterface({ input: process.stdin })) {
  const { secret, body, ...headers } = JSON.parse(line);
  try {
    new Webhook(secret).verify(body, headers);
    console.log('taken');
  } catch (error) {
    console.log(`refused: ${error.message}`);
  }
}
