/**
 * How values are written for people. Numbers follow the language; dates and times follow ISO 8601 and are
 * read as the wall clock of the data, so the reader's time zone never moves them. The minus sign is U+2212.
 */
const cache = new Map<string, Intl.NumberFormat>();

function numberFormat(lang: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${lang} ${JSON.stringify(options)}`;
  let format = cache.get(key);
  if (!format) {
    format = new Intl.NumberFormat(lang, options);
    cache.set(key, format);
  }
  return format;
}

/** The hyphen that Intl writes, as a true minus sign. */
export function minus(written: string): string {
  return written.replaceAll('-', '−');
}

export function formatInteger(value: number, lang = 'en'): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  return minus(numberFormat(lang, { maximumFractionDigits: 0 }).format(value));
}

/** A number with as many decimals as it needs, at most `digits`; very large and very small ones in powers of ten. */
export function formatNumber(value: number, lang = 'en', digits = 6): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 10 ** -digits)) {
    return minus(value.toExponential(3).replace('e+', ' × 10^').replace('e', ' × 10^'));
  }
  return minus(numberFormat(lang, { maximumFractionDigits: digits }).format(value));
}

/** A number with a fixed count of decimals, so that a column of them lines up. */
export function formatFixed(value: number, decimals: number, lang = 'en'): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  return minus(
    numberFormat(lang, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals
    }).format(value)
  );
}

/** A share of one as a percentage: 0.249 is 24.9 %. */
export function formatPercent(share: number, lang = 'en', decimals = 1): string {
  const written = formatFixed(share * 100, decimals, lang);
  return lang.startsWith('zh') ? `${written}%` : `${written} %`;
}

/** Short numbers for axes and small charts: 60k, 1.2M. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return formatInfinite(value);
  const size = Math.abs(value);
  for (const [step, sign] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k']
  ] as const) {
    if (size >= step) return minus(trimZeros(value / step)) + sign;
  }
  return minus(trimZeros(value));
}

function trimZeros(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function formatInfinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
}

/** Milliseconds since 1970 as `2011-12-09`. */
export function formatDate(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().slice(0, 10);
}

/** Milliseconds since 1970 as `2011-12-09 09:15`, with seconds and parts of them only where there are any. */
export function formatTimestamp(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const iso = date.toISOString();
  const micros = Math.round((ms - Math.floor(ms)) * 1000);
  const minutes = `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  const fraction = `${iso.slice(20, 23)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '');
  if (fraction) return `${minutes}${iso.slice(16, 19)}.${fraction}`;
  return iso.slice(17, 19) === '00' ? minutes : `${minutes}${iso.slice(16, 19)}`;
}

/** How long something took: 12 ms, 0.64 s, 18 s, 3 min 20 s, 2 h 5 min, 997 d 6 h. */
export function formatSpan(ms: number, lang = 'en'): string {
  const zh = lang.startsWith('zh');
  const unit = zh
    ? { ms: '毫秒', s: '秒', min: '分', h: '小时', d: '天' }
    : { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' };
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ${unit.ms}`;
  if (ms < 1000) return `${(ms / 1000).toFixed(2)} ${unit.s}`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} ${unit.s}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} ${unit.s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const rest = seconds % 60;
    return rest ? `${minutes} ${unit.min} ${rest} ${unit.s}` : `${minutes} ${unit.min}`;
  }
  const rest = minutes % 60;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) {
    const left = hours % 24;
    const days = `${Math.floor(hours / 24)} ${unit.d}`;
    return left ? `${days} ${left} ${unit.h}` : days;
  }
  return rest ? `${hours} ${unit.h} ${rest} ${unit.min}` : `${hours} ${unit.h}`;
}

/** 512 B, 840 kB, 4.1 MB, 2.0 GB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = -1;
  do {
    size /= 1000;
    unit++;
  } while (size >= 999.5 && unit < units.length - 1);
  return `${size < 100 && unit > 0 ? size.toFixed(1) : size.toFixed(0)} ${units[unit]}`;
}
