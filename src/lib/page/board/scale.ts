/** Sizes of type for a board that is read from across a room, by the width of what it has to itself. */
export function boardType(width: number): Readonly<Record<string, string>> {
  const unit = Math.max(1, Math.min(3, width / 1280));
  const px = (size: number) => `${Math.round(size * unit)}px`;
  return width < 900
    ? {}
    : {
        '--t-micro': px(13),
        '--l-micro': px(18),
        '--t-small': px(14),
        '--l-small': px(20),
        '--t-ui': px(16),
        '--l-ui': px(24),
        '--t-h3': px(20),
        '--l-h3': px(28),
        '--t-kpi': px(46),
        '--l-kpi': px(52)
      };
}
