import { connectionFromParent } from './connection';
import { apply } from './styling';
import { PaymentWidget } from './widget';

const widget = document.querySelector('payment-widget');
if (widget instanceof PaymentWidget) {
  const session = new URLSearchParams(window.location.search).get('session') ?? '';
  if (window.parent === window) widget.refuse();
  else void show(widget, session);
}

async function show(widget: PaymentWidget, session: string): Promise<void> {
  const { start, say, listen } = await connectionFromParent(session);
  widget.say = say;
  apply(start.styling);
  listen((message) => {
    if (message.type === 'customer') widget.updateCustomerData(message.customerData);
    else void widget.submit().then((failure) => say({ type: 'submitted', id: message.id, ...(failure && { failure }) }));
  });
  new ResizeObserver(() => say({ type: 'height', height: Math.ceil(widget.getBoundingClientRect().height) })).observe(widget);
  // A page that is taken out of the browser's memory, as by the way back from a bank, is where it was when it was left.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) void widget.resume();
  });
  await widget.open(start);
}
