/** Fields of CSV text by line (RFC 4180: fields in quotes may hold the delimiter, doubled quotes and line ends). Empty lines are left out. */
export function csvLines(text: string, delimiter = ','): string[][] {
  if (!text.includes('"')) {
    return text
      .split(/\r?\n|\r/)
      .filter((line) => line !== '')
      .map((line) => line.split(delimiter));
  }
  const lines: string[][] = [];
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  const endLine = () => {
    fields.push(field);
    if (fields.length > 1 || fields[0] !== '') lines.push(fields);
    fields = [];
    field = '';
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[i + 1] === '"') field += text[++i]!;
      else quoted = false;
    } else if (letter === '"' && field === '') quoted = true;
    else if (letter === delimiter) {
      fields.push(field);
      field = '';
    } else if (letter === '\n') endLine();
    else if (letter !== '\r') field += letter;
    else if (text[i + 1] !== '\n') endLine();
  }
  if (field !== '' || fields.length > 0) endLine();
  return lines;
}
