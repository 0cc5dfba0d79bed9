// Nothing of k6 in here: whatever else loads the servers checks the same answers, byte for byte.

/** The number of rows in the page of `template`. */
const PAGE_ROWS = 10;

/** A number that `world` holds: 1 to 10,000. */
const number = '(?:[1-9][0-9]{0,3}|10000)';
const row = `\\{"id":${number},"randomNumber":${number}\\}`;

const oneRow = new RegExp(`^${row}$`);
const page = new RegExp(`^<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>10 rows of &quot;world&quot;, 0 &lt; id &amp; id &lt; 10001</title>
  </head>
  <body>
    <table>
      <tr><th>id</th><th>randomNumber</th></tr>
(?:      <tr><td>${number}</td><td>${number}</td></tr>\n){${PAGE_ROWS}}    </table>
  </body>
</html>
$`);

/** Whether a body is a row of `world`. */
export function isRow(body: unknown): boolean {
  return typeof body === 'string' && oneRow.test(body);
}

/** Tells whether a body is that many rows of `world`. */
export function areRows(count: number): (body: unknown) => boolean {
  const rows = new RegExp(`^\\[${row}(?:,${row}){${count - 1}}\\]$`);
  return (body) => typeof body === 'string' && rows.test(body);
}

/** Whether a body is the page of `template`. */
export function isPage(body: unknown): boolean {
  return typeof body === 'string' && page.test(body);
}
