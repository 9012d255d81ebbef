/**
 * Whether this machine can draw Chinese: without a font every character is the same box, so two different
 * characters come out alike.
 */
export function drawsChinese(): boolean {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  if (!pen) return true;
  const picture = (character: string) => {
    pen.clearRect(0, 0, 24, 24);
    pen.font = '20px sans-serif';
    pen.textBaseline = 'top';
    pen.fillText(character, 1, 1);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  return picture('中') !== picture('文');
}
