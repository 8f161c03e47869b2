/** What a page of a test's PDF has: lines of text, or none, as a scanned page. */
export type PdfPage = readonly string[];

export interface PdfOptions {
  /** Says that a password is needed to read it. */
  readonly encrypted?: boolean;
}

/** A small, valid PDF with those pages, of letters in Latin-1. */
export function makePdf(pages: readonly PdfPage[], { encrypted = false }: PdfOptions = {}): Buffer {
  const objects: string[] = [];
  const first = 4;
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`);
  objects.push('<< /Type /Catalog /Pages 2 0 R >>');
  objects.push(`<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, lines] of pages.entries()) {
    const content = `${first + 2 * index + 1} 0 R`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    const shown = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`);
    const stream = `BT /F1 10 Tf 12 TL 50 800 Td\n${shown.join('\n')}\nET`;
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  }
  const lock = '<28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A>';
  if (encrypted) {
    objects.push(`<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ${lock} /U ${lock} >>`);
  }
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const start = file.length;
  const security = encrypted ? ` /Encrypt ${objects.length} 0 R /ID [<01> <01>]` : '';
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${security} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
