import { html, type Html, type HtmlValue } from '../../../lambda/widget/html';

/** One column of a table. */
export interface Column {
  readonly name: string;
  /** Numbers are set flush right. */
  readonly numeric?: boolean;
  /** Left out where the page is narrow, because the row says it elsewhere too. */
  readonly lesser?: boolean;
}

/** A cell with the value it sorts by. */
export interface Cell {
  readonly value: HtmlValue;
  /** A number, or text that sorts as it stands. */
  readonly sort: number | string;
}

/** A table in a box of its own that scrolls sideways where it is too wide for the page. */
export interface TableSpec {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly Cell[])[];
  /** Whether a reader may sort it. */
  readonly sortable?: boolean;
  /** Whether a heading above says the caption already. */
  readonly hideCaption?: boolean;
  /** Whether a long one scrolls in its box under a head that stays. */
  readonly tall?: boolean;
}

/**
 * The table's markup. The box takes the focus, so that arrow keys scroll it. The caption that is seen stands outside the
 * box, where it does not scroll away; the table's own is for screen readers.
 */
export function table(spec: TableSpec): Html {
  const { caption, columns, rows, sortable = false, hideCaption = false, tall = false } = spec;
  return html`${!hideCaption && html`<p class="caption" aria-hidden="true">${caption}</p>`}
  <div class="scroll${tall && ' tall'}" role="region" aria-label="${caption}" tabindex="0">
    <table${sortable && html` data-sortable`}>
      <caption class="quiet">${caption}</caption>
      <thead><tr>${columns.map((column) => html`<th scope="col" ${classOf(column)}>${column.name}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => rowOf(row, columns, sortable))}</tbody>
    </table>
  </div>`;
}

function rowOf(row: readonly Cell[], columns: readonly Column[], sortable: boolean): Html {
  return html`<tr>
    ${row.map((cell, i) => cellOf(cell, i === 0, columns[i], sortable))}
  </tr> `;
}

function cellOf({ value, sort }: Cell, header: boolean, column: Column | undefined, sortable: boolean): Html {
  const attributes = html`${classOf(column)}${sortable && html` data-v="${sort}"`}`;
  return header ? html`<th scope="row" ${attributes}>${value}</th>` : html`<td${attributes}>${value}</td>`;
}

function classOf(column: Column | undefined): Html | false {
  const names = [column?.numeric === true && 'n', column?.lesser === true && 'lesser'].filter(
    (name) => name !== false,
  );
  return names.length > 0 && html` class="${names.join(' ')}"`;
}

/** A cell whose text is what it sorts by. */
export function cell(value: string | number): Cell {
  return { value, sort: value };
}
