import type { EventTimeMessages } from './event-time.en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const eventTimeZhCn: EventTimeMessages = {
  learned: (disorder) => `水位线比最新事件落后 ${disorder}（由事件学得）`,
  pin: '固定',
  partitions: (count, idle) => `${n(count)} 个分区${idle > 0 ? `，${n(idle)} 个空闲` : ''}`,
  idle: (span) => `空闲：事件时间上已静默 ${span}，不再等待`,
  upTo: (time) => `至 ${time}`,
  quarantined: (count) => `${count} 个来自未来的事件被隔离`,
  ahead: (time, span) => `最近一个的时间为 ${time}，比到达早 ${span}`,
  open: '打开'
};
