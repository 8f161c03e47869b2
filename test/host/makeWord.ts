import JSZip from 'jszip';

const contentTypes =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const relationships =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';

const withFootnotes =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>';
const namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document whose body is that XML, `w:` names and all; footnotes by their ids, from 1. */
export async function makeWord(body: string, footnotes: readonly string[] = []): Promise<Buffer> {
  const zip = new JSZip();
  zip.file('[Content_Types].xml', contentTypes);
  zip.file('_rels/.rels', relationships);
  zip.file(
    'word/document.xml',
    `<?xml version="1.0"?><w:document ${namespace}><w:body>${body}</w:body></w:document>`,
  );
  if (footnotes.length > 0) {
    const notes = footnotes.map(
      (text, index) => `<w:footnote w:id="${index + 1}">${wordParagraph(text)}</w:footnote>`,
    );
    zip.file('word/_rels/document.xml.rels', withFootnotes);
    zip.file(
      'word/footnotes.xml',
      `<?xml version="1.0"?><w:footnotes ${namespace}>${notes.join('')}</w:footnotes>`,
    );
  }
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' });
}

/** A paragraph, of a style such as `Heading1`. */
export function wordParagraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}
