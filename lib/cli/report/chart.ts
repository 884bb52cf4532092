import { type EChartsOption, init } from 'echarts';
import { escapeHtml, Html, html } from './html';

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
  /** The same numbers as a table, folded away below. */
  readonly numbers?: Html;
}

const WIDTHS = { full: 1040, half: 500, narrow: 344 } as const;

/** The chart as a figure with its numbers. Same input, same markup. */
export function chart(spec: ChartSpec): Html {
  const { id, title, numbers } = spec;
  return html`<figure class="chart ${spec.width}" id="${id}">
    <figcaption>${title}</figcaption>
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
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(
      /^<svg [^>]*?(viewBox="[^"]*")?>/,
      `<svg role="img" aria-labelledby="${id}-title ${id}-desc" $1>` +
        `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>`,
    );
}

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

/** A legend above the plot, in the page's colours. */
export function legend(names: readonly string[]) {
  return {
    data: [...names],
    left: 0,
    top: 0,
    itemWidth: 12,
    itemHeight: 12,
    itemGap: 14,
    icon: 'roundRect',
    textStyle: { color: 'var(--ink)', fontSize: 12 },
  };
}
