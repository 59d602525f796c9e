// Answers a search while one types: sends the page's own form and puts the results in place. Without this script the form's button does it.
const PAUSE_MS = 180;

for (const form of document.querySelectorAll('form[data-live]')) {
  const target = document.getElementById(form.dataset.live);
  let timer;
  let running;

  // The page then shows the results of an earlier search, with a remark.
  const tell = (isBroken) => {
    form.querySelector('.unanswered')?.remove();
    if (!isBroken) return;
    const notice = document.createElement('p');
    notice.className = 'notice bad unanswered more';
    notice.setAttribute('role', 'alert');
    notice.textContent = document.body.dataset.unanswered;
    form.append(notice);
  };

  const search = async () => {
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form))
      if (value !== '') query.append(name, value);
    const address = `${new URL(form.action).pathname}${query.size ? `?${query}` : ''}`;
    target.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(address, { signal: running.signal, headers: { Accept: 'text/html' } });
      if (answer.redirected) {
        location.assign(address);
        return;
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const found = page.getElementById(target.id);
      if (found && found.innerHTML !== target.innerHTML) {
        // A result that has the focus keeps it, so that Enter opens it.
        const focused = target.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
        target.replaceChildren(...found.childNodes);
        if (focused) target.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      }
      history.replaceState(null, '', address);
      tell(false);
      target.removeAttribute('aria-busy');
    } catch (failure) {
      if (failure.name === 'AbortError') return;
      tell(true);
      target.removeAttribute('aria-busy');
    }
  };

  form.addEventListener('input', (event) => {
    clearTimeout(timer);
    timer = setTimeout(search, event.target.type === 'search' || event.target.type === 'text' ? PAUSE_MS : 0);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    search();
  });
}

// A form is sent once: a second click on its button does nothing.
addEventListener('submit', (event) => {
  const form = event.target;
  // A form may have a field with that name.
  if (form.getAttribute('method') !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'true';
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// A menu closes by a click elsewhere and by Escape, which leads back to its button.
const openMenus = () => [...document.querySelectorAll('details.menu[open]')];
addEventListener('click', (event) => {
  for (const menu of openMenus())
    if (!menu.contains(event.target)) menu.open = false;
});
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

// Whether a key is typed into a field, or is a command of the browser.
const isTyped = (event) => event.ctrlKey || event.metaKey || event.altKey
  || event.target.matches('input:not([type=checkbox]):not([type=radio]), select, textarea');

// On every page, / goes to the search for everything.
const find = document.getElementById('find-all');
if (find) {
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || isTyped(event)) return;
    find.focus();
    find.select();
    event.preventDefault();
  });
}

// The lines of the bank by keys: j and k go to the next and the last one, a accepts what is proposed.
// The list is another one after each search, so it is looked for each time.
const ticksOfLines = () => [...document.querySelectorAll('form.inbox tbody input[type=checkbox]')];
addEventListener('keydown', (event) => {
  if (isTyped(event)) return;
  const ticks = ticksOfLines();
  if (ticks.length === 0) return;
  const at = ticks.indexOf(document.activeElement?.closest('tr')?.querySelector('input[type=checkbox]'));
  if (event.key === 'j') ticks[Math.min(at + 1, ticks.length - 1)]?.focus();
  else if (event.key === 'k') ticks[Math.max(at - 1, 0)]?.focus();
  else if (event.key === 'a') ticks[at]?.closest('tr').querySelector('button[value^="accept "]')?.click();
  else return;
  event.preventDefault();
});
document.documentElement.dataset.scripts = 'true';
addEventListener('click', (event) => {
  if (!event.target.closest('[data-tick-all]')) return;
  const ticks = ticksOfLines();
  const isOn = ticks.some((tick) => !tick.checked);
  for (const tick of ticks) tick.checked = isOn;
});

// A button copies the code beside it, and says so for a while.
const SAID_MS = 2000;
if (navigator.clipboard) document.documentElement.dataset.clipboard = 'true';
addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const said = button.querySelector('span');
  said.dataset.usual ??= said.textContent;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent.trim());
    said.textContent = document.body.dataset.copied;
  } catch {
    said.textContent = document.body.dataset.notCopied;
  }
  setTimeout(() => { said.textContent = said.dataset.usual; }, SAID_MS);
});

// The rest of a line that is split, while one types: the line less the amounts of its parts.
for (const form of document.querySelectorAll('form:has([data-rest-of])')) {
  const rest = form.querySelector('[data-rest-of]');
  const decimals = Number(rest.dataset.decimals);
  const scale = 10 ** decimals;
  // Null for what is no amount yet. The last sign is the decimal one where no more digits follow than the currency has.
  const minorOf = (typed) => {
    const text = typed.replace(/[\s'’]/g, '').replace('−', '-');
    if (text === '') return 0;
    if (!/^-?[0-9][0-9.,]*$/.test(text)) return null;
    const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
    const isDecimal = last >= 0 && text.length - last - 1 <= decimals;
    const digits = (part) => part.replace(/[^0-9]/g, '');
    const behind = isDecimal ? digits(text.slice(last)).padEnd(decimals, '0') : '0'.repeat(decimals);
    const minor = Number(digits(isDecimal ? text.slice(0, last) : text)) * scale + Number(behind || 0);
    return text.startsWith('-') ? -minor : minor;
  };
  const figure = new Intl.NumberFormat(
    document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const show = () => {
    const amounts = [...form.querySelectorAll('input[name=Amounts]')].map((input) => minorOf(input.value));
    const left = Number(rest.dataset.restOf) - amounts.reduce((sum, minor) => sum + (minor ?? 0), 0);
    rest.textContent = figure.format(left / scale).replace('-', '−');
  };
  form.addEventListener('input', show);
  show();
}
