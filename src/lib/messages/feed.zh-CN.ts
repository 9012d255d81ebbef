import type { FeedMessages } from './feed.en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const feedZhCn: FeedMessages = {
  state: {
    connecting: (place) => (place ? `正在连接 ${place}` : '正在连接'),
    open: (place) => (place ? `已连接 ${place}` : '已连接'),
    waiting: (seconds) => `未连接；${n(seconds)} 秒后重试`,
    ended: '来源已结束',
    closed: '未连接'
  },
  reconnects: (times) => `已重新连接 ${n(times)} 次`,
  perSecond: '每秒事件',
  lag: '延迟',
  byClock: '没有事件到来：事件时间随时钟前进。',
  queued: '等待',
  dropped: '放弃',
  missing: '缺失',
  unreadable: '无法读取',
  misfits: '类型不符的值',
  overTime: '按到达时间的事件数；断线期间留空',
  paused: '已暂停：到来的事件在来源或队列中等待。',
  gaps: '缺口',
  gapBreak: (from, to) => `${from} 至 ${to} 断线`,
  gapSequence: (from, to, producer, at) =>
    `${producer ? `${producer} 的` : ''}序号 ${from === to ? from : `${from} 至 ${to}`} 缺失（${at}）`,
  nothing: '尚未收到任何内容。',
  kept: {
    disk: (bytes) => `已存于本机：${bytes}`,
    found: (events) => `此前的 ${n(events)} 个事件`,
    memory: '仅在内存中：关闭页面即丢失',
    elsewhere: '另一个标签页正在运行此数据流。该标签页关闭或崩溃后，由本页接续。',
    about: '事件先写入磁盘，再显示和确认。下次运行时仍在，并从停止处继续。',
    afresh: '从零开始',
    afreshHelp: '忘记已保留的全部事件（包括监视器由此得出的结果），并重新连接。'
  }
};
