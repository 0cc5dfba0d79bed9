// Nothing of k6 in here: whatever else loads the servers posts the same bodies.

const products = ['javelin', 'discus', 'shot', 'hurdle', 'crossbar', 'starting block', 'stopwatch'];
const cities = ['Götzis', 'Budapest', 'Eugene', 'Tokyo', 'Berlin', 'Nairobi', 'Doha'];
const words = 'please leave the parcel with the neighbour if nobody opens and ring twice '.repeat(
  12,
);

/** The size of an order, in bytes of UTF-8. */
const SIZE = 1024;

/**
 * An order as a shop would post it, as JSON of about 1 KB; each number gives another.
 *
 * @param number any whole number from 0 on
 */
export function order(number: number): string {
  const pick = <T>(list: T[], salt: number): T =>
    list[(number * 31 + salt * 17) % list.length] as T;
  const content = {
    orderId: `order-${number}`,
    placedAt: new Date(1_760_000_000_000 + number * 1000).toISOString(),
    customer: {
      id: (number * 7919) % 100_000,
      name: 'Jackie J.',
      city: pick(cities, 0),
      newsletter: number % 2 === 0,
    },
    items: [1, 2, 3, 4, 5].map((line) => ({
      line,
      product: pick(products, line),
      quantity: 1 + ((number + line) % 9),
      price: ((number * 137 + line * 911) % 100_000) / 100,
      gift: null,
    })),
    note: '',
  };
  const length = JSON.stringify(content).length;
  return JSON.stringify({ ...content, note: words.slice(0, SIZE - length) });
}
