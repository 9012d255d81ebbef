/** An AssemblyScript file compiled by bin/lib/assembly.mjs: its WASM binary as base64. */
declare module '*?assembly' {
  const base64: string;
  export default base64;
}
