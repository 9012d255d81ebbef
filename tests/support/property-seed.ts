/** With PROPERTY_SEED set, properties are tried on the same cases each time; without, on others. */
const seed = process.env['PROPERTY_SEED'];
if (seed) (await import('fast-check')).configureGlobal({ seed: Number(seed) });

export {};
