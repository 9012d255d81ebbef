import type { liveProblems } from '../live.ts';
import { translationOf } from './translation.ts';

export const liveZh = translationOf<typeof liveProblems>()({
  'live.no-source': (p) => ({
    message: '此流没有事件来源。',
    cause: `流要写明 ${p.known} 之一。`,
    hint: '请写 `replay: { source: NAME, time: COLUMN }`，或实时数据源，例如 `websocket: ADDRESS`。'
  }),
  'live.many-sources': (p) => ({
    message: `此流有多个来源：${p.sources}。`,
    cause: '一个流只从一个来源取事件。',
    hint: '请保留其一，其余各用一个单独的 stream 单元。'
  }),
  'live.no-time': (p) => ({
    message: `不清楚 \`${p.relation}\` 的哪一列是事件时间。`,
    cause: p.found ? `有几列含有时间：${p.found}。` : '其中没有日期或时间戳列。',
    hint: p.found ? '请用 `time:` 指明一列。' : '请先在 clean 或 query 单元中把某列转换为时间戳。'
  }),
  'live.time-type': (p) => ({
    message: `\`${p.column}\` 不能作为事件时间。`,
    cause: `它的类型是 ${p.type}；事件时间是日期或时间戳。`,
    hint: `请先在 clean 或 query 单元中转换，例如 \`${p.column}::timestamp\`。`
  }),
  'live.time-text': (p) => ({
    message: `\`${p.column}\` 中的 \`${p.value}\` 不是时间。`,
    cause: `第 ${p.row} 行最先无法读作 2024-05-31 或 2024-05-31T14:05:00Z 这样的形式。`,
    hint: '请在 clean 单元中用 `parse_date` 说明日期的写法。'
  }),
  'live.from': (p) => ({
    message: `\`from\` 不能是 \`${p.value}\`。`,
    cause: '重放从某个时间开始，例如 2024-05-31 或 2024-05-31T14:05:00Z。',
    hint: '请写出要重放的第一个事件的时间，或去掉此行以重放全部。'
  }),
  'live.column': (p) => ({
    message: `\`${p.relation}\` 没有列 \`${p.column}\`。`,
    cause: `它有 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中一列的名称。'
  }),
  'live.arrival-taken': (p) => ({
    message: `\`${p.relation}\` 已有名为 \`arrival\` 的列。`,
    cause: '流用这个名称的列给事件编号。',
    hint: '请先在 clean 或 query 单元中重命名该列。'
  }),
  'live.untimed': (p) => ({
    message: `${p.rows} 行没有 \`${p.column}\`，已略去。`,
    cause: '没有时间的事件在流中没有位置。',
    hint: '请在 clean 单元中填补或去掉这些行。'
  }),
  'live.keys-crowded': (p) => ({
    message: '有事件未计入窗口，因为它们的键没有位置。',
    cause: `同时最多保留 ${p.most} 个键，而每个键都有尚未结束的窗口、告警或余额。`,
    hint: '请按取值较少的列监控，或调高 `retain: { keys: … }`。单元会统计这些事件，流的日志中也仍有它们。'
  }),
  'live.forecast': (p) => ({
    message: `\`${p.relation}\` 无法与窗口比较。`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.forecast-unmatched': (p) => ({
    message: `\`${p.relation}\` 没有预测到任何窗口。`,
    cause: '预测适用于同一个键、起始时间相同的窗口；其中没有这样的行。',
    hint: '请让窗口长度等于预测的步长，并让两者的起始时间和键名一致。窗口从 1970-01-01T00:00Z 起按其长度的整数倍开始。'
  }),
  'live.expression': (p) => ({
    message: `无法读懂 \`${p.text}\`。`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.text-number': (p) => ({
    message: `\`${p.column}\` 是文本，而这里需要数值。`,
    cause: '求和、均值以及与数值的比较都需要数值列。',
    hint: `请先转换，或用 \`distinct(${p.column})\`，或与 '…' 这样的文本比较。`
  }),
  'live.name': (p) => ({
    message: `没有度量 \`${p.name}\`。`,
    cause: `此监控有 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请在 `measures` 下添加。'
  }),
  'live.duplicate-name': (p) => ({
    message: `名称 \`${p.name}\` 用了两次。`,
    cause: `它们（${p.what}）同在一张表中，因此各需自己的名称。`,
    hint: '请重命名其中之一。'
  }),
  'live.window': (p) => ({
    message: p.detail,
    hint: p.remedy
  }),
  'live.silence': (p) => ({
    message: `静默中写的告警 \`${p.alert}\` 不在这里。`,
    cause: p.known ? `现有规则是 ${p.known}。` : '没有告警规则。',
    hint: '请更正名称，或去掉这条静默。'
  }),
  'live.matcher': (p) => ({
    message: `\`${p.matcher}\` 不是匹配条件。`,
    cause: p.detail,
    hint: '请写 `depot=north`、`depot!=north`、`severity=~"page|ticket"` 或 `severity!~"info.*"`。'
  }),
  'live.stream-missing': (p) => ({
    message: `没有可跟随的流 \`${p.stream}\`。`,
    cause: '它尚未运行，或在第一个事件之前已停止。',
    hint: `请先运行 \`${p.stream}\`。`
  }),
  'live.stream-ended': (p) => ({
    message: `流 \`${p.stream}\` 中断了。`,
    cause: '它因自身的问题而结束。',
    hint: `请修正 \`${p.stream}\` 并重新运行。`
  }),
  'live.opening': (p) => ({
    message: `\`${p.relation}\` 不能作为台账的期初库存。`,
    cause: p.detail,
    hint: p.remedy
  }),
  'live.late-counts': (p) => ({
    message: `${p.rows} 次盘点来得太迟，已略去。`,
    cause: '盘点设定当时的数量；这些盘点早于所有未关闭的窗口，其后的变动已累计。',
    hint: '请调高 `disorder` 或 `lateness`，让窗口等待盘点。'
  }),
  'live.not-led': (p: { cell: string }) => ({
    message: `\`${p.cell}\` 没有在持有此笔记本的标签页中运行。`,
    cause: '本标签页显示另一标签页中实时单元的结果。',
    hint: '请在那里运行该单元，或在这里接管笔记本。'
  }),
  'live.log-nowhere': () => ({
    message: '此流的事件只保存在内存中。',
    cause: '此浏览器不给本页存放文件的地方，某些隐私窗口便是如此。',
    hint: '如果重新加载后仍需要这些事件，请在普通窗口中打开笔记本。'
  }),
  'live.log-full': () => ({
    message: '磁盘已满：从此刻起，此流的事件只保存在内存中。',
    cause: '此浏览器不再给本站更多空间。',
    hint: '请在“内存与存储”中腾出空间，或给流写上 `retain`；然后停止并重新运行。此前写入的内容是安全的。'
  }),
  'live.log-failed': (p) => ({
    message: '此流的事件只保存在内存中。',
    cause: `其日志无法写入或读取：${p.detail}`,
    hint: '请停止并重新运行此流。如果没有改善，请从头开始。'
  }),
  'live.log-damaged': (p) => ({
    message: `日志中的 ${p.rows} 个事件无法再读出：第 ${p.from} 至 ${p.to} 个。`,
    cause: `文件 \`${p.file}\` 的一部分与写入的不同。其前后的事件都在。`,
    hint: '如果来源仍有这些事件，请让此流从头开始。'
  }),
  'live.orders-overflow': (p) => ({
    message: `${p.rows} 个订单没有自己的位置。`,
    cause: '最多逐个保留一百万个未完成订单；其余的不计入交付，在欠交中与其前一个订单合并计算。',
    hint: '请在一个监控中少看一些订单，或查明为何有这么多未完成。'
  }),
  'live.quantile-sketch': (p) => ({
    message: `\`${p.measure}\` 在大窗口中是近似值。`,
    cause: `窗口内 ${p.limit} 个值以内分位数是精确的；超出时误差为值的 ${p.error}。`,
    hint: '如果不够精确，请用更短的窗口或更多的键。'
  })
});
