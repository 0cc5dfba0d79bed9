import { type Choice, readChoice, showChoice, writeChoice } from './choice.js';
import { showDiff } from './diff.js';

/** The chooser of columns, and all that follows from a choice. */
const form = document.querySelector<HTMLFormElement>('[data-choose]');
if (form) start(form);

function start(form: HTMLFormElement): void {
  const known = (form.dataset.known ?? '').split(' ');
  const usual = (form.dataset.usual ?? '').split(' ');
  let choice = readChoice(location, known, usual);

  function update(next: Choice): void {
    choice = next;
    history.replaceState(
      null,
      '',
      `${location.pathname}${writeChoice(choice, usual)}${location.hash}`,
    );
    showChoice(choice);
    follow();
  }

  /** Brings all that depends on the choice, and is not painted first, up to date. */
  function follow(): void {
    for (const list of document.querySelectorAll('[data-chosen]')) inOrder(list, choice.apps);
    for (const button of document.querySelectorAll<HTMLButtonElement>('[data-move]')) {
      const at = choice.apps.indexOf(button.value) + Number(button.dataset.move);
      button.disabled = at < 0 || at >= choice.apps.length;
    }
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-row]')) {
      link.search = writeChoice(choice, usual);
    }
    const view = form.elements.namedItem('view');
    if (view instanceof RadioNodeList) view.value = choice.diff ? 'diff' : 'columns';
    if (choice.diff) showDiff(choice.apps);
  }

  form.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === 'view') return update({ ...choice, diff: target.value === 'diff' });
    const { apps } = choice;
    const { checked, value } = target;
    update({ ...choice, apps: checked ? [...apps, value] : apps.filter((app) => app !== value) });
  });
  form.addEventListener('submit', (event) => event.preventDefault());

  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button[data-move]') : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const apps = [...choice.apps];
    const from = apps.indexOf(button.value);
    const by = Number(button.dataset.move);
    apps.splice(from + by, 0, ...apps.splice(from, 1));
    update({ ...choice, apps });
    // It has moved, and at an end it is of no use any more.
    const other = button.parentElement?.querySelector<HTMLButtonElement>('[data-move]:enabled');
    (button.disabled ? other : button)?.focus();
  });

  window.addEventListener('hashchange', () => {
    const next = readChoice(location, known, usual);
    if (next.apps.join() !== choice.apps.join()) update(next);
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  });
  follow();
}

/** The order of the elements is what one hears and tabs through: that of what one sees. */
function inOrder(list: Element, apps: string[]): void {
  const items = apps.flatMap((app) => list.querySelector(`:scope > [data-app="${app}"]`) ?? []);
  if (items.every((item, index) => list.children[index] === item)) return;
  list.prepend(...items);
}
