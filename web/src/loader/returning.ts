import { isWebAddress } from '../shared/messages';

// What the server takes.
const longestAddress = 2_000;

/**
 * Where a customer comes back to from a bank: the page itself, which finds its session in its storage. Query and fragment stay
 * behind: they may be long, and may tell what is nobody else's business. Empty where there is no address to come back to.
 */
export function returnAddressOf(page: string): string {
  if (!isWebAddress(page)) return '';
  const { origin, pathname } = new URL(page);
  return origin.length + pathname.length <= longestAddress ? origin + pathname : `${origin}/`;
}
