/** Noto Sans SC for machines without a Chinese font; the browser fetches only the slices a page needs. */
import '@fontsource-variable/noto-sans-sc';
