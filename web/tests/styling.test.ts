import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colorOf, customProperties, lengthOf, schemeOf, shadowOf } from '../src/shared/styling';

test('colours, lengths and shadows are taken', () => {
  for (const color of ['#123', '#11223344', 'rebeccapurple', 'rgb(1, 2, 3)', 'rgb(1 2 3 / 50%)', 'hsl(120deg 50% 50%)'])
    assert.equal(colorOf(color), color);
  for (const length of ['0', '8px', '0.5rem']) assert.equal(lengthOf(length), length);
  for (const shadow of ['none', '0 1px 3px rgba(0, 0, 0, 0.2)', '0 1px 2px #0003, inset 0 0 4px red'])
    assert.equal(shadowOf(shadow), shadow);
});

test('what could load, read or leave the value is not', () => {
  for (const wrong of ['url(https://x.example)', 'var(--text)', 'red;display:none', 'expression(1)', '}', 'image-set("x")', 'attr(x)']) {
    assert.equal(colorOf(wrong), undefined, wrong);
    assert.equal(lengthOf(wrong), undefined, wrong);
    assert.equal(shadowOf(wrong), undefined, wrong);
  }
  assert.equal(lengthOf('100vh'), undefined);
});

test('what the page names itself wins over the appearance', () => {
  const properties = customProperties({
    primaryColor: '#111111', appearance: { variables: { colorPrimary: '#222222', colorBackground: '#fafafa' } },
  });
  assert.deepEqual(properties, { '--primary': '#111111', '--surface': '#fafafa' });
});

test('night is dark, colours for light are light, and else the system decides', () => {
  assert.equal(schemeOf({ appearance: { theme: 'night' }, textColorMain: '#fff' }), 'dark');
  assert.equal(schemeOf({ appearance: { theme: 'flat' } }), 'light');
  assert.equal(schemeOf({ textColorMain: '#111' }), 'light');
  assert.equal(schemeOf({ primaryColor: '#111' }), 'light dark');
});
