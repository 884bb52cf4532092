import { escapeHtml, Html, html } from '../../lambda/widget/html';

test('values become text, in content and in attributes', () => {
  const hostile = `"><script>alert('1')</script>&amp;`;
  expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;">' +
      '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</p>',
  );
});

test('markup made by the template nests unescaped; what is absent leaves no trace', () => {
  const items = ['a<b', 'c'].map((item) => html`<li>${item}</li>`);
  // prettier-ignore
  const page = html`<ul>${items}${undefined}${false}${0}</ul>`;
  expect(page.markup).toBe('<ul><li>a&lt;b</li><li>c</li>0</ul>');
  expect(String(page)).toBe(page.markup);
  expect(page).toBeInstanceOf(Html);
});

test.each([
  ['\u202e1.2.3.4', '\ufffd1.2.3.4'],
  ['a\u0000b\u001b[31m\u009bc', 'a\ufffdb\ufffd[31m\ufffdc'],
  ['a\tb\nc', 'a\tb\nc'],
  ['東京 ü', '東京 ü'],
])('%j shows as %j: nothing turns or hides text', (text, shown) => {
  expect(escapeHtml(text)).toBe(shown);
});
