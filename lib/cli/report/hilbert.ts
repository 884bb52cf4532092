/**
 * Where the `index`-th cell of a Hilbert curve lies in a square of `side` × `side` cells (a power of two), from the top
 * left. Neighbouring prefixes stay neighbours, and every prefix of even length is a square: the usual map of an address
 * space.
 */
export function hilbertCell(index: number, side: number): { readonly x: number; readonly y: number } {
  let x = 0;
  let y = 0;
  let rest = index;
  for (let size = 1; size < side; size *= 2) {
    const right = Math.floor(rest / 2) % 2;
    const down = (rest + right) % 2;
    if (down === 0) {
      if (right === 1) [x, y] = [size - 1 - x, size - 1 - y];
      [x, y] = [y, x];
    }
    x += size * right;
    y += size * down;
    rest = Math.floor(rest / 4);
  }
  return { x, y };
}
