import { isWebAddress } from '../shared/messages';

// The longest address that the server takes.
const longestAddress = 2_000;

/**
 * Where a customer comes back to from a bank: the page itself, which finds its session in its storage. Query and fragment stay
 * behind: they may be long, and may hold private facts. Empty where there is no address to come back to.
 */
export function returnAddressOf(page: string): string {
  if (!isWebAddress(page)) return '';
  const { origin, pathname } = new URL(page);
  return origin.length + pathname.length <= longestAddress ? origin + pathname : `${origin}/`;
}
