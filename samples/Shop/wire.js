// Sends requests, and shows them with their answers.

/** An element with text or elements in it. */
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

/** Sends a request; what came back is added to it. */
export async function send(request) {
  const answer = await fetch(request.path, {
    method: request.method,
    headers: headersOf(request),
    cache: 'no-store',
    ...(request.body && { body: JSON.stringify(request.body) }),
  });
  const text = await answer.text();
  return {
    ...request,
    status: answer.status,
    payment: answer.headers.get('Quittance-Payment'),
    answer: text === '' ? undefined : JSON.parse(text),
  };
}

const headersOf = ({ headers, body }) => ({ ...headers, ...(body && { 'Content-Type': 'application/json' }) });

/** A request and, once there is one, its answer. */
export function exchange(request, about) {
  const { method, path, headers, body, status, answer, payment } = request;
  const line = element('div', { class: 'line' }, element('p', { class: 'title' }, `${method} ${path}`));
  if (body || method === 'GET') line.append(copyButton(request));
  const shown = element('div', { class: 'exchange' }, line);
  if (about) shown.append(element('p', { class: 'about' }, about));
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${short(value)}`).join('\n');
  shown.append(element('pre', {}, sent, ...(body ? ['\n\n', ...pretty(body)] : [])));
  if (status === undefined) return shown;

  const isGood = status < 300;
  shown.append(element('p', { class: isGood ? 'answered good' : 'answered' }, `${status} ${isGood ? 'OK' : 'Refused'}`));
  const answered = [payment ? `Quittance-Payment: ${payment}` : '', payment && answer ? '\n\n' : '', ...(answer ? pretty(answer) : [])];
  shown.append(answered.every((part) => part === '')
    ? element('p', { class: 'about' }, 'An empty body, as the API has it.')
    : element('pre', {}, ...answered));
  return shown;
}

/** Code or data with a heading. */
export function listing(title, about, ...content) {
  return element('div', { class: 'exchange' },
    element('div', { class: 'line' }, element('p', { class: 'title' }, title)), element('p', { class: 'about' }, about), element('pre', {}, ...content));
}

// A value up to this length stays on one line.
const widest = 60;

/** JSON with its names set apart. Tokens are long and say nothing, so their middle is left out. */
export function pretty(value, indent = '') {
  if (value === null || typeof value !== 'object') return [JSON.stringify(typeof value === 'string' ? short(value) : value)];
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const inner = `${indent}  `;
  const isFlat = indent !== '' && inner.length + JSON.stringify(value).length <= widest;
  const members = Object.entries(value).filter(([, member]) => member !== undefined).flatMap(([name, member], index) => [
    isFlat ? (index > 0 ? ', ' : '') : `${index > 0 ? ',' : ''}\n${inner}`,
    ...(Array.isArray(value) ? [] : [element('span', { class: 'key' }, JSON.stringify(name)), ': ']),
    ...pretty(member, inner),
  ]);
  return [open, ...members, isFlat || members.length === 0 ? close : `\n${indent}${close}`];
}

const short = (text) => (/^(us|prt|pit)_.{40}/.test(text) ? `${text.slice(0, 14)}…${text.slice(-6)}` : text);

function copyButton(request) {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy as curl');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(curlOf(request));
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy as curl'), 1_500);
  });
  return button;
}

function curlOf(request) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    `curl -si ${quoted(window.location.origin + request.path)}`,
    ...Object.entries(headersOf(request)).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(request.body ? [`-d ${quoted(JSON.stringify(request.body))}`] : []),
  ].join(' \\\n  ');
}
