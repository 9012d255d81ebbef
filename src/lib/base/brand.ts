declare const brand: unique symbol;

/** A value of type `T` that only the function making it may hand out: `Brand<string, 'RunId'>`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
