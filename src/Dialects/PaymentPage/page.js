// Puts the widget into the page, and loads the page again after a payment, and where the customer gave one up.
const widget = document.getElementById('widget');
const outline = document.getElementById('outline');
if (widget && window.paymentWidget) {
  widget.replaceChildren();
  window.paymentWidget.init({
    userSessionToken: widget.dataset.token,
    environment: widget.dataset.environment,
    countryCode: widget.dataset.country,
    locale: widget.dataset.locale,
    container: 'widget',
    hideHeading: true,
    // The widget has drawn its form, and its frame is as high in the next pictures.
    onPaymentStateChange: () => requestAnimationFrame(() => requestAnimationFrame(() => outline.remove())),
    onSuccess: () => window.location.reload(),
    onSessionChange: () => window.location.reload(),
  });
  // It has put words into its place: its server is out of reach.
  new MutationObserver(() => outline.remove()).observe(widget, { childList: true });
}

// On a phone the code would have to be scanned by the phone that shows it. A banking app may be there instead.
const code = document.getElementById('code');
if (code && window.matchMedia('(max-width: 480px)').matches) {
  code.open = false;
  for (const name of ['app', 'app-note']) {
    document.getElementById(name)?.removeAttribute('hidden');
  }
}

const share = document.getElementById('share');
if (share && navigator.share) {
  share.hidden = false;
  // The customer may close the sheet, which is no fault.
  share.addEventListener('click', () => navigator.share({ title: document.title, text: share.dataset.text }).catch(() => {}));
}

const copied = document.getElementById('copied');
if (copied && navigator.clipboard) {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const { textContent } = button;
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      copied.textContent = button.dataset.done;
      setTimeout(() => {
        button.textContent = textContent;
        copied.textContent = '';
      }, 2000);
    });
  }
}

const print = document.getElementById('print');
if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}
