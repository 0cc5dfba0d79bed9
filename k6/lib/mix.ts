// Nothing of k6 in here: whoever works out what a server can do with the mix needs the same shares.

/**
 * Of a hundred requests, how many are of which operation: the shopping mix of TPC-W, 80 browse and 20
 * order. What stands for which page of that shop is ours: the home page for `template`; new products, best
 * sellers and what a search finds for `queries`; one product for `db`; the form of the search, which needs
 * no database, for the small answers; all that an order posts for `jsonBody`.
 *
 * @see https://www.tpc.org/tpcw/
 */
export const mix = {
  plaintext: 5,
  json: 5,
  params: 10,
  template: 16,
  db: 17,
  queries: 27,
  jsonBody: 20,
};

/** An operationId. */
export type Operation = keyof typeof mix;

const inOrder = (Object.keys(mix) as Operation[]).flatMap((operation) =>
  Array<Operation>(mix[operation]).fill(operation),
);

/**
 * The operation of a request: the shares hold in every hundred, and equals are far apart.
 *
 * @param number any whole number from 0 on
 */
export function operationOf(number: number): Operation {
  // 37 and 100 have no divisor in common: each of the hundred comes up once.
  return inOrder[(number * 37) % inOrder.length] as Operation;
}
