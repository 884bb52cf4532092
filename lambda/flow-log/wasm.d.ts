/** A compiled module: the build and the tests compile it from AssemblyScript (scripts/compile-scanner.mjs). */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}

/** What is used of WebAssembly: Node.js has it, its types and those of ECMAScript do not. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (bytes: Uint8Array) => Module;
  const Instance: new (module: Module, imports: object) => { readonly exports: unknown };
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
}
