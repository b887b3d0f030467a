import type { DocumentFacts } from '../../documents/document.ts';
import { ToolFailure } from '../../tool-failure.ts';

/** Which pages or which sheet a caller wants. */
export interface WantedUnits {
  /** `3`, `3-5` or `3-`. */
  readonly pages?: string | undefined;
  /** A name, or a number from 1. */
  readonly sheet?: string | undefined;
}

/** Units of a document, counted from 1, both included. */
export interface Selection {
  readonly from: number;
  readonly to: number;
}

/** Reads which units are wanted; of a workbook that is one sheet. Throws `ToolFailure` for what is not there. */
export function readSelection(facts: DocumentFacts, { pages, sheet }: WantedUnits): Selection {
  const { kind, unit, count, sheets = [] } = facts;
  if (sheet !== undefined && unit !== 'sheet')
    throw new ToolFailure(`a ${kind} has no sheets: leave sheet out`);
  if (pages !== undefined && (unit === 'sheet' || unit === 'text')) {
    const instead = unit === 'sheet' ? 'pass sheet' : 'pass offset and limit';
    throw new ToolFailure(`a ${kind} has no pages: leave pages out, or ${instead}`);
  }
  if (unit === 'sheet') {
    const number = toSheetNumber(sheets, sheet);
    return { from: number, to: number };
  }
  const [, first = '1', dash, last = ''] = /^(\d{1,7})(-?)(\d{0,7})$/.exec(pages ?? '1-') ?? [];
  const from = Number(first);
  const to = Math.min(dash === '' ? from : last === '' ? count : Number(last), count);
  const isPages = pages === undefined || /^\d{1,7}(-\d{0,7})?$/.test(pages);
  if (!isPages || from < 1 || from > count || to < from) {
    throw new ToolFailure(
      `pages "${pages ?? ''}" are not there: it has ${count} ${unit}s; pass "3", "3-5" or "3-"`,
    );
  }
  return { from, to };
}

function toSheetNumber(sheets: readonly string[], sheet: string | undefined): number {
  if (sheet === undefined) return 1;
  const named = sheets.indexOf(sheet) + 1;
  if (named > 0) return named;
  const number = /^\d{1,6}$/.test(sheet) ? Number(sheet) : 0;
  if (number >= 1 && number <= sheets.length) return number;
  const names = sheets.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 60)));
  throw new ToolFailure(`there is no sheet "${sheet}": there are ${names.join(', ')}`);
}
