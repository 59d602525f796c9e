// Puts the widget into the page, and loads the page again after a payment, and where the customer gave one up.
const widget = document.getElementById('widget');
if (widget && window.paymentWidget) {
  widget.replaceChildren();
  window.paymentWidget.init({
    userSessionToken: widget.dataset.token,
    environment: widget.dataset.environment,
    countryCode: widget.dataset.country,
    locale: widget.dataset.locale,
    container: 'widget',
    onSuccess: () => window.location.reload(),
    onSessionChange: () => window.location.reload(),
  });
}

const print = document.getElementById('print');
if (print) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}
