import { type EChartsOption, init, setPlatformAPI } from 'echarts';
import { escapeHtml, Html, html, visible } from '../../../lambda/widget/html';

/** One chart, drawn twice: for a desktop or paper, and narrow, with text of the same size, for a phone. */
export interface ChartSpec {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence or two, for who cannot see it. */
  readonly description: string;
  readonly width: 'full' | 'half';
  /** Height in pixels. */
  readonly height: number;
  readonly option: (narrow: boolean) => EChartsOption;
  /** What the colours stand for, where there is more than one. */
  readonly legend?: readonly LegendItem[];
  /** The same numbers as a table, folded away below. */
  readonly numbers?: Html;
}

/** One colour of a chart. */
export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  /** @default 'solid' */
  readonly line?: 'solid' | 'dashed';
}

const WIDTHS = { full: 1040, half: 500, narrow: 344 } as const;

/** The chart as a figure with its numbers. Same input, same markup. */
export function chart(spec: ChartSpec): Html {
  const { id, title, numbers } = spec;
  return html`<figure class="chart ${spec.width}" id="${id}">
    <figcaption>${title}</figcaption>
    ${legendList(spec.legend)}
    <div class="wide">${drawn(spec, false)}</div>
    <div class="narrow">${drawn(spec, true)}</div>
    ${
      numbers &&
      html`<details class="numbers">
        <summary>The numbers</summary>
        ${numbers}
      </details>`
    }
  </figure>`;
}

/** In the page and not in the drawing: it wraps on a phone, and a screen reader reads it. */
function legendList(items: readonly LegendItem[] = []): Html | undefined {
  if (items.length === 0) return undefined;
  return html`<ul class="legend">
    ${items.map(
      ({ name, colour, line = 'solid' }) =>
        html`<li><i class="swatch ${line}" style="--swatch:${colour}"></i>${name}</li>`,
    )}
  </ul>`;
}

function drawn(spec: ChartSpec, narrow: boolean): Html {
  const width = narrow ? WIDTHS.narrow : WIDTHS[spec.width];
  const instance = init(null, null, { renderer: 'svg', ssr: true, width, height: spec.height });
  try {
    instance.setOption({ ...BASE, ...spec.option(narrow) });
    return new Html(labelled(instance.renderToSVGString(), spec, `${spec.id}-${narrow ? 'narrow' : 'wide'}`));
  } finally {
    // An instance that is not disposed of keeps a timer, and with it the process.
    instance.dispose();
  }
}

/**
 * The library's SVG as part of the page: named for screen readers, ids that are unique and do not count up from call to
 * call, and without what only its script in a browser would use.
 */
function labelled(svg: string, { title, description }: ChartSpec, id: string): string {
  return visible(svg)
    .replace(/<style\b[\s\S]*?<\/style>/, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(
      /^<svg [^>]*?(viewBox="[^"]*")?>/,
      `<svg role="img" aria-labelledby="${id}-title ${id}-desc" $1>` +
        `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>`,
    );
}

/**
 * Widths of text without a browser to ask: the widest of the usual fonts, so that a label may have room left over but is
 * never cut off.
 */
setPlatformAPI({
  measureText: (text, font) => ({
    width: text.length * 0.65 * Number(/([\d.]+)px/.exec(font ?? '')?.[1] ?? 12),
  }),
});

const BASE: EChartsOption = {
  animation: false,
  useUTC: true,
  textStyle: { color: 'var(--muted)', fontSize: 12 },
};

/** Style of a category or value axis that fits the page in light and dark. */
export const AXIS = {
  axisLine: { lineStyle: { color: 'var(--line)' } },
  axisTick: { show: false },
  axisLabel: { color: 'var(--muted)', fontSize: 12 },
  splitLine: { lineStyle: { color: 'var(--grid)' } },
  nameTextStyle: { color: 'var(--muted)', fontSize: 12 },
} as const;
