/** The button that changes between light and dark; what it was set to is kept. */
const button = document.querySelector<HTMLButtonElement>('[data-theme-toggle]');
const dark = matchMedia('(prefers-color-scheme: dark)');
const { dataset } = document.documentElement;
const isDark = () => (dataset.theme ? dataset.theme === 'dark' : dark.matches);

function show(): void {
  if (!button) return;
  button.textContent = isDark() ? 'Light' : 'Dark';
  button.hidden = false;
}

button?.addEventListener('click', () => {
  dataset.theme = isDark() ? 'light' : 'dark';
  try {
    localStorage.setItem('theme', dataset.theme);
  } catch {
    // Not kept, where the reader forbids it.
  }
  show();
});
dark.addEventListener('change', show);
show();

/** A folder has no index where no server is. */
if (location.protocol === 'file:') {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    const url = new URL(link.href);
    if (url.protocol === 'file:' && url.pathname.endsWith('/')) url.pathname += 'index.html';
    link.href = url.href;
  }
}
