import { createHash } from 'node:crypto';

/**
 * The page's only script: heads of sortable tables become buttons. Nothing is lost without it. Numbers sort as numbers,
 * anything else as text; equal rows keep their order.
 */
export const SORT_SCRIPT = `
(function () {
  'use strict';
  function value(row, column) {
    return row.cells[column].getAttribute('data-v');
  }
  function compare(a, b) {
    var x = Number(a), y = Number(b);
    if (a !== '' && b !== '' && !isNaN(x) && !isNaN(y)) return x - y;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  function sort(table, heads, column) {
    var descending = heads[column].getAttribute('aria-sort') === 'ascending';
    var body = table.tBodies[0];
    var rows = Array.prototype.slice.call(body.rows);
    rows.sort(function (a, b) {
      var order = compare(value(a, column), value(b, column));
      return descending ? -order : order;
    });
    heads.forEach(function (head) { head.removeAttribute('aria-sort'); });
    heads[column].setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    rows.forEach(function (row) { body.appendChild(row); });
  }
  document.querySelectorAll('table[data-sortable]').forEach(function (table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.textContent = '';
      head.appendChild(button);
      button.addEventListener('click', function () { sort(table, heads, column); });
    });
  });
})();
`;

/** What the Content-Security-Policy names the script by. */
export const SORT_SCRIPT_HASH = `sha256-${createHash('sha256').update(SORT_SCRIPT).digest('base64')}`;
