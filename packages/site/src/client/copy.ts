/** Buttons that copy a piece's code, as it stands in the file but for the indent. */
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  button.addEventListener('click', async () => {
    const code = button.closest('[data-piece]')?.querySelector('code')?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(code);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Refused';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
}
