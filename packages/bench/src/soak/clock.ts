/** `process.hrtime`, in ms: one clock for all processes. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;
