/** What a reader has chosen: it stands in the address. */
export interface Choice {
  /** Two to five, in their order. */
  apps: string[];
  /** The first two, token by token. */
  diff: boolean;
}

/**
 * Reads a choice from an address: `?apps=express,nest&view=diff#nest.user-id.pipe`. A page calls it before anything is
 * painted, so it stands in the page as text, and uses nothing around it.
 *
 * @param known all apps
 * @param usual those that are shown where the address names fewer than two
 */
export function readChoice(
  { search, hash }: { search: string; hash: string },
  known: string[],
  usual: string[],
): Choice {
  const asked = new URLSearchParams(search);
  const named = [...new Set((asked.get('apps') ?? '').split(','))].filter((name) =>
    known.includes(name),
  );
  const apps = (named.length < 2 ? [...new Set([...named, ...usual])] : named).slice(0, 5);
  // The piece that is asked for is shown, whoever is chosen.
  const owner = hash.slice(1).split('.')[0] ?? '';
  if (known.includes(owner) && !apps.includes(owner))
    apps.splice(1, apps.length < 5 ? 0 : 1, owner);
  return { apps, diff: asked.get('view') === 'diff' };
}

/** Shows the chosen columns in their order; as self-contained as `readChoice`. */
export function showChoice({ apps, diff }: Choice): void {
  const style =
    document.getElementById('choice') ??
    document.head.appendChild(Object.assign(document.createElement('style'), { id: 'choice' }));
  // Each has its place from the first: what comes later moves nothing.
  const places = apps.map(
    (app, index) =>
      `.js [data-chosen]>[data-app="${app}"]{display:flex;order:${index};grid-area:1/${index + 1}}`,
  );
  style.textContent = `.js{--columns:${apps.length}}${places.join('')}`;
  document.documentElement.dataset.view = diff ? 'diff' : 'columns';
  for (const box of document.querySelectorAll<HTMLInputElement>('[data-choose] [name=apps]')) {
    box.checked = apps.includes(box.value);
    box.disabled = box.checked ? apps.length <= 2 : apps.length >= 5;
  }
}

/** The part of an address that says what is chosen; empty for the usual. */
export function writeChoice({ apps, diff }: Choice, usual: string[]): string {
  const parts = [
    ...(apps.join() === usual.join() ? [] : [`apps=${apps.join(',')}`]),
    ...(diff ? ['view=diff'] : []),
  ];
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
