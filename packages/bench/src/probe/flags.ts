/**
 * What V8 is given when it starts. Its young generation grows from 1 MiB to 48 and is given back, whole, at a collection
 * when little is allocated: resident memory followed it, by 12 MiB and more, up and down over minutes. Here it has no room to.
 */
export const startFlags = ['--max-semi-space-size=1'];

/**
 * What has V8 compile and learn as early, and as little, as can be: what it keeps for that goes up for hours, and is none
 * of a server's. To be set before the server's own code is loaded.
 */
export const v8Flags = [
  // Neither TurboFan nor Maglev. What they compiled with an object for a constant is thrown away with that object, at any
  // collection, and compiled anew; what lists such code by the hidden class that it depends on is an object, gets longer
  // with that, and never shrinks.
  '--no-opt',
  '--no-maglev',
  // What a function was called with is noted from its first call on, not from its eighth.
  '--no-lazy-feedback-allocation',
  // Bytecode that did not run for a few collections would be thrown away, and they come many times as often here: 2 MiB
  // at once, now and then.
  '--no-flush-bytecode',
];
