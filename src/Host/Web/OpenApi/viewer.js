// Tells programs that read the page aloud what Swagger UI tells only the eye, and lets the keyboard reach what scrolls.
const page = document.getElementById('swagger-ui');
const regions = { '.information-container': 'API', '.scheme-container': 'Server and credentials', '.schemes-server-container': 'Server' };
const levels = { 'h3.opblock-tag': 2, h4: 3, h5: 4 };

function tell() {
  for (const [selector, label] of Object.entries(regions))
    set(selector, { role: 'region', 'aria-label': label });
  for (const [selector, level] of Object.entries(levels))
    set(selector, { 'aria-level': level });
  set('select#servers', { 'aria-label': 'Server' });
  set('pre', { tabindex: 0 });
}

function set(selector, attributes) {
  for (const element of page.querySelectorAll(selector)) {
    for (const [name, value] of Object.entries(attributes))
      element.setAttribute(name, value);
  }
}

// Attributes are not observed, so this ends.
new MutationObserver(tell).observe(page, { childList: true, subtree: true });
tell();
