import { Html } from './html';

/** The widget's look. It follows the console's theme, which is a parameter of the call and not of the browser. */
export const STYLE = new Html(`<style>
.rf { --ink: #16191f; --muted: #545b64; --line: #d5dbdb; --soft: #f2f3f3; --bad: #b3261e; --good: #00694f; --used: #0b62b5; --page: #ffffff;
  color: var(--ink); background: var(--page); font: 14px/1.45 system-ui, "Amazon Ember", "Helvetica Neue", Arial, sans-serif; padding: 4px; }
.rf-dark { --ink: #eaeded; --muted: #aab7b8; --line: #414d5c; --soft: #232f3e; --bad: #ff8a80; --good: #4fd0a8; --used: #5aa9ee; --page: #161e2d; }
.rf h3 { margin: 14px 0 4px; font-size: 15px; color: var(--ink); }
.rf p { margin: 4px 0; color: var(--ink); }
.rf .rf-facts { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; padding: 0; }
.rf .rf-facts div { margin: 0; } .rf dt { color: var(--muted); font-size: 12px; } .rf dd { margin: 0; font-weight: 600; color: var(--ink); }
.rf .rf-alert { margin: 6px 0; padding: 6px 10px; border-left: 4px solid var(--bad); background: var(--soft); overflow-wrap: anywhere; }
.rf .rf-alert b { color: var(--bad); }
.rf .rf-scroll { overflow-x: auto; }
.rf table { width: 100%; border-collapse: collapse; background: none; }
.rf th, .rf td { padding: 5px 10px 5px 0; border: 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; color: var(--ink); background: none; font-weight: 400; }
.rf thead th { color: var(--muted); font-size: 12px; white-space: nowrap; }
.rf td { overflow-wrap: anywhere; }
.rf .rf-n { white-space: nowrap; font-variant-numeric: tabular-nums; }
.rf code { color: var(--ink); background: none; font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; }
.rf .rf-line { display: block; margin: 2px 0 6px; padding: 4px 8px; background: var(--soft); user-select: all; overflow-wrap: anywhere; }
.rf .rf-line span { display: inline-block; max-width: 100%; }
.rf small { color: var(--muted); font-size: 12px; }
.rf summary { cursor: pointer; }
.rf summary:focus-visible, .rf .rf-scroll:focus-visible { outline: 2px solid var(--used); outline-offset: 1px; }
.rf ul { margin: 4px 0; padding-left: 18px; }
.rf svg { display: block; max-width: 100%; height: 14px; }
.rf .rf-used { fill: var(--used); } .rf .rf-free { fill: none; stroke: var(--muted); stroke-width: 1; }
</style>`);
