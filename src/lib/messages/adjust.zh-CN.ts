import type { AdjustMessages } from './adjust.en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const adjustZhCn: AdjustMessages = {
  now: (target, value) => `${target} 现为 ${value}`,
  watches: (table) => `触发来自 ${table}`,
  waiting: (count) => (count === 0 ? '没有待定的提议' : `${n(count)} 项待定`),
  held: (count) => `${n(count)} 项被护栏拦下`,
  incident: (trigger) => `${trigger} 的事件`,
  shownDrift: (trigger) => `${trigger} 的图`,
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
  action: {
    set: (target) => `设定 ${target}`,
    refit: (target) => `重新拟合 ${target}`,
    propose: (target) => `提议 ${target}`
  },
  before: '之前',
  after: '之后',
  none: '无',
  gate: (said) => `关口：${said}`,
  effect: (said) => `效果：${said}`,
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
    none: '–'
  },
  said: {
    and: '；',
    plain: {
      passed: '通过',
      superseded: '之后已有改变',
      'no-number': '表达式在此没有数值',
      'no-change': '无变化',
      'no-replay': '只有数值能回放',
      first: '此前没有可比较的数字'
    },
    bounds: {
      max_change: (limit) => `最大变动 ${limit}%`,
      min: (limit) => `下限 ${limit}`,
      max: (limit) => `上限 ${limit}`
    },
    bounded: (rule, wanted) => `受${rule} 限制，原要 ${wanted}`,
    cooldown: (since, all) => `冷却：${all} 中已过 ${since}`,
    limit: (count, most) => `每天 ${n(most)} 项中已有 ${n(count)} 项`,
    items: ({ changed, of, held, percent }) =>
      `${n(of)} 项中 ${n(changed)} 项改变` +
      (held === 0 ? '' : `，其中 ${n(held)} 项受最大变动 ${percent}% 限制`),
    few: (windows) => `只有 ${n(windows)} 个窗口可比较`,
    tried: (items, of) => `${n(of)} 项中试了 ${n(items)} 项`,
    noModel: (forecast, model) => `${forecast} 没有试过 ${model}`,
    backtest: ({ reason, loss, windows, percent, lower, p }) => {
      const what = { cost: '成本', error: '误差', shortage: '缺货量' }[loss];
      const on = `最近 ${n(windows)} 个窗口`;
      if (reason === 'same') return `${on}${what}相同`;
      const found = `${on}${what}${lower ? '低' : '高'}${percent === null ? '' : ` ${percent}%`}`;
      const chance = p === null ? '' : `（p ${p}）`;
      const but =
        reason === 'too-little' ? '，未达要求' : reason === 'by-chance' ? '，可能出于偶然' : '';
      return found + chance + but;
    },
    state: (state, span) => `${span} 后${state}`,
    replayed: (since, periods, figures) =>
      `${since ? '此后' : '此前'} ${n(periods)} 期，采用（不采用）：${figures.join('，')}`,
    pair: (name, withIt, without) => `${name} ${withIt}（${without}）`,
    restored: '与之前的预测逐行相同',
    notRestored: (until) => `与之前的预测不同：${until} 之前的行后来有变动`
  },
  drift: {
    title: '漂移',
    test: '检验',
    score: '得分',
    threshold: '阈值',
    plot: '得分与阈值',
    at: (time) => `${time} 所见`,
    quiet: '无漂移',
    drifted: '漂移',
    count: (drifted, looks) => `${n(looks)} 次检查中 ${n(drifted)} 次有漂移`,
    tested: {
      'error-moved': '预测误差的均值',
      'error-grew': '预测误差的大小',
      biased: '预测的偏差',
      'values-moved': '数值',
      'shares-moved': '占比'
    },
    methods: {
      adwin: 'ADWIN',
      page_hinkley: 'Page–Hinkley',
      tracking_signal: '跟踪信号',
      psi: '稳定性指数',
      ks: 'Kolmogorov–Smirnov'
    },
    evidence: {
      held: (found, score, threshold) => `${found}（得分 ${score}，阈值 ${threshold}）`,
      'error-moved': (now, before) => `平均误差 ${now}，之前 ${before}`,
      'error-grew': (now, before) => `平均绝对误差 ${now}，之前 ${before}`,
      biased: (now, cumulative) => `平均偏差 ${now}，累计 ${cumulative} 个平均绝对偏差`,
      'values-moved': (column, now, before) => `${column} 的中位数 ${now}，之前 ${before}`,
      'shares-moved': (column, most) =>
        `${column} 的取值占比改变${most === null ? '' : `：${most}`}`,
      share: (name, now, before) => `${name} ${now}，之前 ${before}`,
      others: '其他值',
      missing: '缺失',
      upTo: (to) => `${to} 及以下`,
      above: (from) => `${from} 以上`,
      range: (from, to) => `${from} 至 ${to}`
    }
  }
};
