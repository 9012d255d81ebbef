import type { AdjustMessages } from './adjust.en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const adjustZhCn: AdjustMessages = {
  now: (target, value) => `${target} 现为 ${value}`,
  watches: (table) => `触发来自 ${table}`,
  waiting: (count) => (count === 0 ? '没有待定的提议' : `${n(count)} 项待定`),
  held: (count) => `${n(count)} 项被护栏拦下`,
  nothing: '还没有什么要求改变。',
  nothingText: (target) => `一旦有，对 ${target} 的提议及其缘由会显示在这里。`,
  older: (count) => `更早的 ${n(count)} 项在表中。`,
  word: {
    proposed: '已提议',
    approved: '已批准',
    rejected: '已拒绝',
    reverted: '已撤回',
    failed: '失败',
    held: '拦下'
  },
  by: (who) => (who === 'auto' ? '按规则' : who === 'human' ? '由人决定' : `由 ${who} 决定`),
  before: '之前',
  after: '之后',
  none: '无',
  gate: '关口',
  effect: '此后',
  note: '备注',
  notePlaceholder: '原因，供日志的读者参考',
  approve: '批准',
  reject: '拒绝',
  revert: '撤回',
  approveOf: (trigger) => `批准 ${trigger} 引起的改变`,
  rejectOf: (trigger) => `拒绝 ${trigger} 引起的改变`,
  revertOf: (trigger) => `撤回 ${trigger} 引起的改变`,
  moved: (value, back) => `现在是 ${value}；撤回仍会恢复为 ${back}。`,
  trial: {
    title: { loop: '采用已批准的改变与不采用', proposal: '采用提议与不采用' },
    with: '采用',
    without: '不采用',
    stock: '在手库存，全部物料',
    fillRate: '满足率',
    cycleService: '周期服务水平',
    averageStock: '平均库存',
    costPerPeriod: '每期成本',
    none: '–',
    since: (periods) => `此后 ${periods} 期，采用（不采用）`,
    before: (periods) => `此前 ${periods} 期，采用（不采用）`
  },
  said: {
    passed: '通过',
    bounded: (rule, wanted) => `受 ${rule} 限制；原要 ${wanted}`,
    cooldown: (since, all) => `冷却：${all} 中已过 ${since}`,
    limit: (count, most) => `每天 ${most} 项中已有 ${count} 项`,
    superseded: '之后已有改变',
    noNumber: '表达式在此没有数值',
    noChange: '无变化',
    backtest: ({ what, lower, size, windows, p, but }) =>
      `最近 ${windows} 个窗口${what === 'cost' ? '成本' : '误差'}${lower ? '低' : '高'} ${size}` +
      (p === null ? '' : `（p ${p}）`) +
      (but === null ? '' : but === 'too-little' ? '，未达要求' : '，可能出于偶然'),
    state: (state, span) => `${span} 后${state}`
  }
};
