import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Of the site: ground, ink and lines. The colours of marks are the report's own. */
const tokens = `
:root { --link: var(--accent); }
.figures { --page: var(--ground); --soft: var(--muted); }
.figures a:not(.badge) { color: var(--link); }
/* What \`use\` shows knows of no element around it. */
.grid { stroke: var(--line); }
.one { stroke: var(--soft); }
`;

/**
 * The style of the bench's report, for what stands in an element of the class `figures`: it takes its ground
 * from the page around it, and leaves that alone.
 */
export function figuresStyle(): string {
  const report = readFileSync(require.resolve('@heptathlon/bench/report.css'), 'utf8')
    .replace(/:root \{\s*color-scheme: light dark;/, '& {')
    .replace(/^ {2}--(page|text|soft|line): .*\n/gm, '');
  return `.figures {\n${report}\n}${tokens}`;
}
