/** Rows of a table that go on paper. */
export const PRINTED_ROWS = 60;

/**
 * Colours, light and dark. Those of rules differ in lightness too, in the order in which they are stacked, so that they
 * are told apart with any colour vision and on grey paper; nothing is said by colour alone.
 */
const COLOURS = `
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --ink: #17212c; --muted: #55616e; --line: #c6ced7; --grid: #e5e9ee;
  --link: #0b5cad; --ours: #0b62b5; --newest: #b04a00; --banned: #c2410c; --suspect: #8a6100; --safe: #00795c;
  --good: #00694f; --bad: #b3261e; --soft: #eef3f8;
  --rule-1: #2b6cb0; --rule-2: #f0b429; --rule-3: #4a154b; --rule-4: #dd6b20; --rule-5: #86c5a9; --rule-6: #b83280; --rule-7: #77808a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10161d; --card: #18212b; --ink: #e8edf2; --muted: #a3b0bd; --line: #3d4a57; --grid: #2a3541;
    --link: #7cb9f2; --ours: #5aa9ee; --newest: #f09a55; --banned: #f5743c; --suspect: #e3b341; --safe: #35c49a;
    --good: #4fd0a8; --bad: #ff8a80; --soft: #1f2a36;
    --rule-1: #5b9fe6; --rule-2: #f6cf5b; --rule-3: #9b59b6; --rule-4: #e2622b; --rule-5: #b5ead7; --rule-6: #f191c6; --rule-7: #a4acb5;
  }
}`;

const PAGE = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
body > header, main, body > footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
body > header { padding-top: 28px; }
h1 { display: flex; align-items: center; gap: 12px; margin: 0; font-size: 1.6rem; line-height: 1.2; }
h1 svg { flex: none; width: 34px; height: 34px; }
h2 { margin: 0 0 12px; font-size: 1.25rem; }
p { margin: 8px 0; }
a { color: var(--link); }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 14px 0 0; padding: 0; list-style: none; }
.span { margin: 6px 0 0; color: var(--muted); }
section { margin: 20px 0; padding: 20px 24px; background: var(--card); border: 1px solid var(--grid); border-radius: 12px; }
#headline { background: none; border: 0; padding: 0; }
.quiet, .skip { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: static; width: auto; height: auto; clip-path: none; }
.note, figcaption { color: var(--muted); font-size: .9rem; }
.paper, .phone { display: none; }
.verdict { margin: 4px 0 14px; font-size: 1.25rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(136px, 1fr)); gap: 12px; margin: 0; }
.figure { padding: 14px 16px; background: var(--card); border: 1px solid var(--grid); border-radius: 12px; }
.figure dt { color: var(--muted); font-size: .85rem; }
.figure dd { margin: 0; }
.figure b { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figure dd > span { color: var(--muted); font-size: .82rem; line-height: 1.35; display: block; }
.figure.good b { color: var(--good); }
.figure.bad { border: 2px solid var(--bad); }
.figure.bad b { color: var(--bad); }
.alert { margin: 12px 0 16px; padding: 8px 16px; border-left: 4px solid var(--bad); background: var(--soft); border-radius: 4px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 24px; align-items: start; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
footer { color: var(--muted); font-size: .9rem; padding-bottom: 40px !important; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 8px 0; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; min-width: 0; }
`;

const FIGURES = `
figure { margin: 16px 0 8px; min-width: 0; }
figcaption { color: var(--ink); font-weight: 600; margin-bottom: 8px; }
svg text { font-family: inherit !important; }
.chart svg { display: block; width: 100%; height: auto; }
.chart .narrow { display: none; max-width: 520px; }
.map { max-width: 560px; }
.map svg { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; }
.map text { font-size: 15px; fill: var(--muted); paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-opacity: .8; pointer-events: none; }
.map .ground { fill: var(--page); }
.map .grid { fill: none; pointer-events: none; stroke: var(--line); stroke-width: 1; }
.map .safe { fill: var(--safe); fill-opacity: .25; stroke: var(--safe); stroke-width: 2; }
.map .banned { fill: var(--banned); }
.map .suspect { fill: var(--suspect); stroke: var(--card); stroke-width: 1; }
.map .legitimate { fill: none; stroke: var(--safe); stroke-width: 2; }
.map .banned.d1 { fill-opacity: .6; } .map .banned.d2 { fill-opacity: .8; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 4px; padding: 0; list-style: none; font-size: .88rem; }
.legend .swatch { margin: 0 6px 0 0; border-radius: 3px; background: var(--swatch); }
.legend .dashed { height: 0; width: 20px; vertical-align: 4px; border-top: 3px dashed var(--swatch); border-radius: 0; background: none; }
.key { font-size: .85rem; color: var(--muted); }
.swatch { display: inline-block; width: 12px; height: 12px; margin: 0 2px 0 8px; vertical-align: -1px; }
.swatch:first-child { margin-left: 0; }
.swatch.banned { background: var(--banned); }
.swatch.suspect { background: var(--suspect); border: 3px solid var(--card); outline: 1px solid var(--line); }
.swatch.legitimate { border: 2px solid var(--safe); border-radius: 50%; }
.swatch.safe { border: 2px solid var(--safe); }
`;

const TABLES = `
.scroll { overflow-x: auto; margin: 12px 0; }
.tall { max-height: 660px; overflow: auto; border-bottom: 1px solid var(--line); }
.tall thead th { position: sticky; top: 0; z-index: 2; background: var(--card); }
.tall tbody th { position: sticky; left: 0; z-index: 1; background: var(--card); }
.whole { white-space: nowrap; overflow-wrap: normal; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; }
.caption { margin: 16px 0 0; font-weight: 600; }
.caption + .scroll { margin-top: 4px; }
th, td { padding: 7px 12px 7px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--grid); font-weight: 400; }
thead th { color: var(--muted); font-size: .85rem; white-space: nowrap; border-bottom-color: var(--line); }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
time, .tag { white-space: nowrap; font-variant-numeric: tabular-nums; }
thead button { all: unset; cursor: pointer; padding: 4px 2px; color: var(--link); }
thead button:focus-visible { outline: 3px solid var(--link); }
thead button::after { content: " \\2195"; color: var(--muted); }
[aria-sort="ascending"] button::after { content: " \\2191"; color: inherit; }
[aria-sort="descending"] button::after { content: " \\2193"; color: inherit; }
tbody tr:hover, tbody tr:hover th { background: var(--soft); }
summary { cursor: pointer; }
.numbers { margin-top: 6px; font-size: .9rem; color: var(--muted); }
.numbers .scroll { max-height: 320px; overflow: auto; }
.evidence { margin: 6px 0; padding-left: 20px; }
.evidence small, th small { color: var(--muted); }
th small { display: block; }
.tag::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 6px; border: 2px solid var(--muted); border-radius: 50%; }
.tag.banned::before { background: var(--banned); border-color: var(--banned); }
.tag.held::before { border-color: var(--banned); }
.bar { display: inline-block; width: 110px; height: 10px; margin-right: 6px; background: var(--grid); border-radius: 5px; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--ours); }
table[data-sortable] td:has(details) { min-width: 260px; }
`;

/** A narrow screen gets charts of its own width; paper gets plain colours and the first rows. */
const MEDIA = `
@media (max-width: 859px) {
  .chart .wide { display: none; } .chart .narrow { display: block; }
  body > header, main, body > footer { padding-left: 14px; padding-right: 14px; }
  section { padding: 16px 14px; }
  .figures { grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 8px; }
  .map text { font-size: 18px; }
  .lesser { display: none; } .phone { display: block; }
  .bar { display: none; } th, td { padding-right: 8px; } th:last-child, td:last-child { padding-right: 0; }
  table { font-size: .88rem; } thead th, thead .n { white-space: normal; vertical-align: bottom; }
  table[data-sortable] td:has(details) { min-width: 0; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: 6px; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --muted: #444; --line: #999; --grid: #ddd; --soft: #fff; --link: #000;
    --ours: #0b62b5; --newest: #b04a00; --banned: #c2410c; --suspect: #8a6100; --safe: #00795c; --good: #00694f; --bad: #b3261e; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table { font-size: 8pt; } th, td { padding: 3px 8px 3px 0; }
  table[data-sortable] td:has(details) { min-width: 0; } time { white-space: normal; }
  .tall thead th, .tall tbody th { position: static; }
  .paper { display: block; }
  nav, .numbers, thead button::after { display: none; }
  .chart .wide { display: block; } .chart .narrow { display: none; }
  section { border: 0; padding: 0; } .scroll { overflow: visible; max-height: none; }
  figure, tr, .figure { break-inside: avoid; } h2 { break-after: avoid; }
  tbody tr:nth-child(n+${PRINTED_ROWS + 1}) { display: none; }
}
`;

/** The page's style sheet. */
export const STYLE = COLOURS + PAGE + FIGURES + TABLES + MEDIA;
