import type { Field } from '#lib/base/columns.ts';
import { letters } from './xlsx-cells.ts';

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const parcels = 'http://schemas.openxmlformats.org/package/2006';
const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The parts of a workbook besides its sheets. Styles: 0 as it is, 1 a date, 2 a time, 3 the header. */
export function frame(sheets: readonly string[]): readonly (readonly [string, string])[] {
  const numbers = sheets.map((_, i) => i + 1);
  return [
    [
      '[Content_Types].xml',
      `${head}<Types xmlns="${parcels}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>${numbers.map((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${kind}.worksheet+xml"/>`).join('')}</Types>`
    ],
    [
      '_rels/.rels',
      `${head}<Relationships xmlns="${parcels}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
    ],
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${numbers.map((n) => `<sheet name="${xml(sheets[n - 1]!)}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${head}<Relationships xmlns="${parcels}/relationships">${numbers.map((n) => `<Relationship Id="rId${n}" Type="${office}/worksheet" Target="worksheets/sheet${n}.xml"/>`).join('')}<Relationship Id="rId${numbers.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`
    ],
    ['xl/styles.xml', styles]
  ];
}

const styles = `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf xfId="0"/><xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" xfId="0" applyNumberFormat="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs></styleSheet>`;

/** A sheet down to its first row: the header frozen, the columns as wide as `widths` letters. */
export function sheetStart(widths: readonly number[]): string {
  const columns = widths.map(
    (width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`
  );
  return `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
}

export const sheetEnd = '</sheetData></worksheet>';

export function headerRow(fields: readonly Field[]): string {
  const cells = fields.map(
    ({ name }, i) =>
      `<c r="${letters(i)}1" s="3" t="inlineStr"><is><t xml:space="preserve">${xml(name)}</t></is></c>`
  );
  return `<row r="1">${cells.join('')}</row>`;
}

/** A sheet's name: at most 31 letters, none of `[]:*?/\`, no quote at its ends. */
export function sheetName(relation: string, index: number): string {
  const suffix = index === 0 ? '' : ` (${index + 1})`;
  const plain = relation.replace(/[[\]:*?/\\\p{Cc}]/gu, ' ').replace(/^'|'$/g, ' ');
  const name = plain.trim().slice(0, 31 - suffix.length) || 'Sheet';
  return name.toLowerCase() === 'history' ? `${name} ` + suffix : name + suffix;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/_(x[0-9A-Fa-f]{4}_)/g, '_x005F_$1')
    .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (letter) => {
      const hex = letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      return `_x${hex}_`;
    });
}
