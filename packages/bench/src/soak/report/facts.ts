import { describeLimits } from '../../machine.js';
import { describeDriver } from '../../output/describe.js';
import { count, list, NONE } from '../../output/format.js';
import { clock } from '../../progress.js';
import type { SoakResults } from '../result.js';

/** A line of how it was done. */
export interface Fact {
  term: string;
  text: string;
}

export function factsOf(results: SoakResults): Fact[] {
  const { command, commit, dirty, machine, plan, postgres, servers, loadAverages, v8Flags } =
    results;
  const { duration, warmUp, interval, faultInterval, saturation, sideBySide, seed } = plan;
  return [
    { term: 'command', text: command },
    { term: 'commit', text: `${commit ?? 'none'}${dirty ? ', with changes' : ''}` },
    {
      term: 'machine',
      text: `${machine.cpu}, ${machine.cores} cores, ${count(machine.memory / 2 ** 30)} GiB, ${machine.platform} ${machine.kernel}${describeLimits(machine)}`,
    },
    {
      term: 'load average',
      text:
        loadAverages.length > 0
          ? `${Math.min(...loadAverages)} to ${Math.max(...loadAverages)}`
          : NONE,
    },
    {
      term: 'servers',
      text: list(
        servers.map(({ name, framework, version, runtime }) =>
          framework ? `${name} (${framework} ${version}, ${runtime})` : `${name} (${runtime})`,
        ),
      ),
    },
    {
      term: 'driver',
      text: describeDriver({ targets: servers }),
    },
    {
      term: 'PostgreSQL',
      text: `${postgres.version}${postgres.embedded ? ', embedded' : ''}; a database for each server`,
    },
    {
      term: 'load',
      text: `the mix of all seven events (k6/lib/mix.ts), at one rate for ${clock(duration)} min, warm-up included: in proportion to what a server took in ${saturation} s of saturation, alone: half of it divided by ${sideBySide}, as so many ran at the same time, or less, so that the machine was busy half of its time`,
    },
    {
      term: 'V8',
      text: v8Flags
        ? `${v8Flags.join(' ')}: what its optimising compilers keep goes up with every request, and its young generation takes room and gives it back; servers take less load so`
        : 'its flags were not recorded',
    },
    {
      term: 'samples',
      text: `every ${interval} s; those of the first ${clock(warmUp)} min, and of the time of a fault, do not count`,
    },
    {
      term: 'faults',
      text:
        faultInterval === null
          ? 'none'
          : `in two thirds of the warm-up at once, then ${faultInterval} s after the last is over; order by seed ${seed}`,
    },
  ];
}
