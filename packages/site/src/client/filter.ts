/** Shows the servers and events that are ticked, and keeps them in the address: it can be passed on. */
const form = document.querySelector<HTMLFormElement>('[data-filter]');

if (form) {
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input')];
  const status = form.querySelector<HTMLElement>('[data-filter-status]');
  const keys = ['targets', 'events'] as const;
  const of = (key: string) => boxes.filter(({ name }) => name === key);

  const read = () => {
    const asked = new URLSearchParams(location.search);
    for (const key of keys) {
      const names = asked.get(key)?.split(',');
      const known = names?.filter((name) => of(key).some(({ value }) => value === name)) ?? [];
      for (const box of of(key)) box.checked = known.length === 0 || known.includes(box.value);
    }
  };

  const show = () => {
    const chosen = (key: string) =>
      new Set(of(key).flatMap((box) => (box.checked ? box.value : [])));
    const [targets, events] = keys.map(chosen) as [Set<string>, Set<string>];
    for (const each of document.querySelectorAll<HTMLElement>('[data-contender], [data-event]')) {
      const { contender, event } = each.dataset;
      // The control goes where its server goes.
      const name = contender?.replace(/ again$/, '');
      const out =
        (name !== undefined && !targets.has(name)) || (event !== undefined && !events.has(event));
      each.toggleAttribute('hidden', out);
    }
    if (status) {
      status.textContent = `${targets.size} of ${of('targets').length} servers, ${events.size} of ${of('events').length} events`;
    }
  };

  const write = () => {
    const url = new URL(location.href);
    for (const key of keys) {
      const all = of(key);
      const names = all.filter(({ checked }) => checked).map(({ value }) => value);
      url.searchParams.delete(key);
      if (names.length < all.length) url.searchParams.set(key, names.join(','));
    }
    url.search = url.search.replaceAll('%2C', ',');
    history.replaceState(null, '', url);
  };

  form.addEventListener('change', () => {
    show();
    write();
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    for (const box of boxes) box.checked = true;
    show();
    write();
  });
  read();
  show();
}
