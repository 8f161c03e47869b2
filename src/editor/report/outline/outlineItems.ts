import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { drawable } from '../../../ground/drawable';
import { byteCount, plural } from '../../../ground/figures';
import type { ReportSection } from '../../../rlm/report/reportProgress';
import type { SavedDocument } from '../../../rlm/report/savedDocuments';
import { commandId } from '../../manifestNames';
import { type OutlineNode, writtenIn } from './outlineNodes';
import type { OutlineRow } from './outlineRows';

/** The editor's item for a row of the outline. */
export function outlineItem(node: OutlineNode): TreeItem {
  const item = itemOf(node);
  item.id = node.id;
  return item;
}

function itemOf({ entry, nodes }: OutlineNode): TreeItem {
  switch (entry.kind) {
    case 'section':
      return sectionItem(entry.section, nodes.length > 0);
    case 'range':
      return rangeItem(entry);
    case 'documents':
      return documentsItem(entry.documents);
    case 'document':
      return documentItem(entry.document);
  }
}

/**
 * Also for sections that are not in the document yet: they may be by the time of a click. It has no arguments: the
 * editor would forget them, and the click, if the row is redrawn meanwhile.
 */
const openRow = { command: commandId('openOutlineRow'), title: 'Show' };

function sectionItem(section: ReportSection, hasRows: boolean): TreeItem {
  const { chars } = section;
  const title = drawable(section.title);
  const item = new TreeItem(
    title,
    hasRows ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None,
  );
  const state = stateOf(section);
  item.iconPath = icons[state];
  item.description = chars > 0 ? `${chars.toLocaleString('en-US')} chars` : states[state];
  const tooltip = new MarkdownString();
  tooltip.appendText(`${title}\n\n${states[state]} · ${plural(chars, 'character')}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = {
    label: `${title}, ${states[state]}, ${plural(chars, 'character')}`,
  };
  item.command = openRow;
  return item;
}

type SectionState = 'reserved' | 'open' | 'waiting' | 'done';

function stateOf({ open, chars, at }: ReportSection): SectionState {
  if (open) return chars === 0 ? 'reserved' : 'open';
  return at === null ? 'waiting' : 'done';
}

const states: Readonly<Record<SectionState, string>> = {
  reserved: 'to be written',
  open: 'being written',
  waiting: 'written, waiting for earlier sections',
  done: 'written',
};

const icons: Readonly<Record<SectionState, ThemeIcon>> = {
  reserved: new ThemeIcon('circle-outline', new ThemeColor('descriptionForeground')),
  open: new ThemeIcon('edit'),
  waiting: new ThemeIcon('circle-filled', new ThemeColor('descriptionForeground')),
  done: new ThemeIcon('check'),
};

function rangeItem({ from, to, rows }: Extract<OutlineRow, { kind: 'range' }>): TreeItem {
  const item = new TreeItem(`Sections ${from} to ${to}`, TreeItemCollapsibleState.Collapsed);
  const { all, done } = writtenIn(rows);
  item.iconPath = done === all ? icons.done : icons.reserved;
  item.description = done === all ? 'written' : `${done} of ${all} written`;
  return item;
}

function documentsItem(documents: readonly SavedDocument[]): TreeItem {
  const item = new TreeItem('Documents', TreeItemCollapsibleState.Expanded);
  item.iconPath = new ThemeIcon('files');
  item.description = String(documents.length);
  return item;
}

function documentItem({ title, path, bytes }: SavedDocument): TreeItem {
  const item = new TreeItem(drawable(title), TreeItemCollapsibleState.None);
  item.iconPath = new ThemeIcon('file');
  item.description = byteCount(bytes);
  item.tooltip = path;
  item.command = openRow;
  return item;
}
