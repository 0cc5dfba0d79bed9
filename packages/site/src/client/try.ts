/** Sends an operation's request to a server of the reader's, and shows what it answers. */

const STORED = 'base-url';

const form = document.querySelector<HTMLFormElement>('[data-base]');
const base = form?.querySelector('input');
const status = form?.querySelector('[role=status]');

/** What the reader chose; else the way that `npm run dev` has, or where a server listens by default. */
function chosen(): string {
  const usual = import.meta.env.DEV ? '/try' : (base?.dataset.usual ?? '');
  try {
    return localStorage.getItem(STORED) ?? usual;
  } catch {
    return usual;
  }
}

if (form && base) {
  base.value = chosen();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const isUrl = URL.canParse(base.value, location.href);
    if (status) status.textContent = isUrl ? 'Requests go there now.' : 'That is no URL.';
    if (!isUrl) return;
    try {
      localStorage.setItem(STORED, base.value);
    } catch {
      // Not kept, where the reader forbids it.
    }
  });
}

for (const asked of document.querySelectorAll<HTMLFormElement>('[data-try]')) {
  const shown = asked.querySelector('output');
  asked.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = asked.querySelector('button');
    if (button) button.disabled = true;
    const answer = await send(asked);
    if (shown) shown.textContent = answer;
    if (button) button.disabled = false;
  });
}

/** @returns the answer as HTTP has it, or why there is none */
async function send({ dataset, elements }: HTMLFormElement): Promise<string> {
  let path = dataset.path ?? '';
  const query = new URLSearchParams();
  let body: string | undefined;
  for (const field of elements) {
    if (field instanceof HTMLTextAreaElement) body = field.value;
    if (!(field instanceof HTMLInputElement)) continue;
    if (field.dataset.in === 'path') {
      path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    } else if (field.value) query.append(field.name, field.value);
  }
  if (!base || !URL.canParse(base.value, location.href)) return 'The base URL, above, is no URL.';
  const { href } = new URL(base.value, location.href);
  const url = `${href.replace(/\/$/, '')}${path}${query.size > 0 ? `?${query}` : ''}`;
  const headers = { 'Content-Type': dataset.type ?? '' };
  const sent = body === undefined ? {} : { body, headers };
  const line = `${dataset.method} ${url}`;
  try {
    const startedAt = performance.now();
    const response = await fetch(url, { method: dataset.method ?? 'GET', ...sent });
    const text = await response.text();
    const took = Math.round(performance.now() - startedAt);
    const told = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    return [line, '', `${response.status} ${response.statusText} (${took} ms)`, ...told, '', text]
      .join('\n')
      .trimEnd();
  } catch {
    return `${line}\n\nNo answer that this page may read. Is a server running there, and has it CORS headers? See "How to reach a server from here", above.`;
  }
}
