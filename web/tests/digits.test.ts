import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortCodeGrouping } from '../src/frame/fields/account';
import { expiryGrouping, numberGrouping } from '../src/frame/fields/card';
import { inGroups, regroup } from '../src/frame/fields/digits';
import type { Grouping } from '../src/frame/fields/digits';

const number = numberGrouping('4242');

// A caret is written as |.
function edit(before: string, after: string, inputType: string, grouping: Grouping = number): string {
  const caret = after.indexOf('|');
  const edited = regroup(before, after.replace('|', ''), caret, inputType, grouping);
  return `${edited.text.slice(0, edited.caret)}|${edited.text.slice(edited.caret)}`;
}

test('typing at the end goes on at the end', () => {
  assert.equal(edit('424', '4242|', 'insertText'), '4242|');
  assert.equal(edit('4242', '42424|', 'insertText'), '4242 4|');
  assert.equal(edit('', '4242424242424242|', 'insertFromPaste'), '4242 4242 4242 4242|');
});

test('typing in the middle keeps the caret behind what was typed', () => {
  assert.equal(edit('4242 4242', '4212|42 4242', 'insertText'), '4212| 4242 42');
  assert.equal(edit('4242 42', '1|4242 42', 'insertText'), '1|424 242');
});

test('deleting keeps the caret where it was', () => {
  assert.equal(edit('4242 4242', '422| 4242', 'deleteContentBackward'), '422|4 242');
  assert.equal(edit('4242 4', '4242 |', 'deleteContentBackward'), '4242|');
});

test('deleting a gap deletes the digit beyond it', () => {
  assert.equal(edit('4242 4242', '4242|4242', 'deleteContentBackward'), '424|4 242');
  assert.equal(edit('4242 1242', '4242|1242', 'deleteContentForward'), '4242| 242');
  assert.equal(edit('12/', '12|', 'deleteContentBackward', expiryGrouping), '1|');
});

test('what does not belong into the field does not get in', () => {
  assert.equal(edit('4242', '4242x|', 'insertText'), '4242|');
  assert.equal(edit('', '10 88 00|', 'insertFromPaste', sortCodeGrouping), '10-88-00|');
  assert.equal(edit('4242 4242 4242 4242', '4242 4242 4242 42425|', 'insertText', numberGrouping('5555')), '4242 4242 4242 4242|');
});

test('the last size repeats', () => {
  assert.equal(inGroups('123456789', [4, 2]), '1234 56 78 9');
  assert.equal(inGroups('', [4]), '');
});
