// Asks the browser for a passkey, and sends the page's form with its answer. Without this script people type a code.
// The page has the texts, in the language of its reader.
const { passkeyKnown, passkeyNone, passkeyRefused } = document.body.dataset;
const refused = { InvalidStateError: passkeyKnown, NotAllowedError: passkeyNone, SecurityError: passkeyRefused };

for (const place of document.querySelectorAll('.passkey[data-options]')) {
  const form = place.closest('form');
  const isNew = 'new' in place.dataset;
  const button = isNew ? form.querySelector('[type="submit"]') : place.querySelector('button');

  const answer = async (event) => {
    event.preventDefault();
    const options = JSON.parse(place.dataset.options);
    const problem = place.querySelector('[role="alert"]');
    problem.textContent = '';
    button.disabled = true;
    try {
      const credential = isNew
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.Credential.value = JSON.stringify(credential);
      form.submit();
    } catch (failure) {
      problem.textContent = refused[failure.name] ?? refused.NotAllowedError;
      button.disabled = false;
      delete form.dataset.sent;
    }
  };

  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  button.disabled = false;
  if (isNew) form.addEventListener('submit', answer);
  else button.addEventListener('click', answer);
}
