import { filesZhCN } from './files.zh-CN.ts';
import { pageZhCN } from './page.zh-CN.ts';
import { tableZhCN } from './table.zh-CN.ts';
import { viewsZhCN } from './views.zh-CN.ts';
import type { Messages } from './en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const zhCN = {
  app: {
    name: 'Quartermaster',
    home: 'Quartermaster，首页',
    skip: '跳到正文',
    searchOrRun: '搜索或运行',
    language: '语言',
    themeToDark: '切换到深色主题',
    themeToLight: '切换到浅色主题',
    contrastMore: '提高对比度',
    contrastLess: '恢复对比度'
  },
  files: filesZhCN,
  page: pageZhCN,
  views: viewsZhCN,
  table: tableZhCN,
  common: {
    close: '关闭',
    cancel: '取消',
    undo: '撤销',
    more: '更多',
    remove: '移除',
    add: '添加',
    run: '运行',
    stop: '停止',
    yes: '是',
    no: '否',
    missing: '缺失',
    emptyList: '空列表',
    emptyText: '空文本',
    nothingFound: '没有这个名称。',
    details: '详情'
  },
  state: {
    done: '完成',
    stale: '已过期',
    blocked: '被阻塞',
    queued: '排队中',
    paused: '已暂停',
    running: '运行中',
    live: '实时',
    error: '有问题',
    cancelled: '已取消',
    off: '已停用',
    warning: '注意',
    passed: '通过',
    pending: '待定',
    firing: '触发中',
    resolved: '已恢复',
    silenced: '已静音',
    'no-data': '无数据',
    unknown: '未知'
  },
  problem: {
    cause: '原因',
    remedy: '办法',
    line: (line: number) => `第 ${line} 行`
  },
  grid: {
    rows: (rows: number) => `${n(rows)} 行`,
    letGo: (rows: number) => `已放弃较早的 ${n(rows)} 行`,
    range: (from: number, to: number, of: number) => `第 ${n(from)} 至 ${n(to)} 行，共 ${n(of)} 行`,
    none: '没有行。',
    sortedUp: '已排序，从低到高',
    sortedDown: '已排序，从高到低',
    sortBy: (column: string) => `按 ${column} 排序`,
    resize: (column: string) => `${column} 的列宽`,
    menuOf: (column: string) => `${column} 的菜单`,
    keys: '方向键移动，Shift 加方向键选择，Ctrl C 复制，加 Shift 则复制为 Markdown。在表头，Enter 打开列菜单，空格排序，Shift 加方向键调整列宽。',
    copied: (cells: number) => `已复制 ${n(cells)} 个单元格`,
    tooMany: (limit: number) => `选中超过 ${n(limit)} 个单元格时不复制。可导出整张表。`,
    failed: '无法读取这些行。'
  },
  chart: {
    actual: '实际',
    fitted: '拟合',
    forecast: '预测',
    interval: (levels: string) => `${levels}%`,
    and: '与',
    expected: '预期',
    anomaly: '异常',
    gap: '缺口',
    flagged: '迟到或已更正',
    logScale: '对数刻度',
    threshold: '界限',
    time: '时间',
    low: (level: number) => `${level}% 下限`,
    high: (level: number) => `${level}% 上限`,
    asTable: '显示为表格',
    asChart: '显示为图表',
    drawing: '正在绘图',
    noRows: '没有可绘制的行。',
    cut: (shown: number, all: number) => `只绘制前 ${n(shown)} 行，共 ${n(all)} 行。`,
    keys: '左右方向键读取数值。',
    lastActual: '最后实际值',
    now: '现在'
  },
  form: {
    more: (count: number) => `其余 ${n(count)} 项设置`,
    otherwise: (fallback: string) => `不填时：${fallback}。`,
    choose: '选择',
    unset: '未设置',
    chooseTable: '选择表',
    chooseColumn: '选择列',
    addColumn: '添加列',
    addOption: '添加一项',
    removeItem: (name: string) => `移除 ${name}`,
    tables: '表',
    columns: '列',
    parameters: '参数',
    notInTable: '表中没有',
    notKnown: '未知',
    byParameter: '由参数决定。',
    unlink: '解除',
    linkTo: (label: string) => `让参数决定${label}`,
    name: '名称',
    value: '值',
    addEntry: '添加一条',
    yamlBroken: (why: string) => `不是有效的 YAML：${why}`,
    required: '必填',
    seconds: '写作 30s、5m、1h、1d 或 1w。'
  },
  editor: {
    label: (language: string, name: string) => `${name} 的 ${language}`,
    edit: '按 Enter 编辑',
    loading: '正在打开编辑器'
  },
  prose: {
    imageWithheld: (host: string) => `未加载来自 ${host} 的图片。`,
    diagram: '图示',
    diagramBroken: '无法绘制此图，保留其文本。'
  },
  drop: {
    anywhere: '把文件放在任意位置',
    hint: '文件不会离开本机。'
  },
  palette: {
    label: '搜索或运行',
    placeholder: '笔记本或命令',
    go: '前往',
    do: '执行',
    open: '打开'
  },
  gallery: {
    title: '从订单明细到下一张订单，全在自己的电脑上',
    lead: '供应链分析笔记本。清洗、预测、决策、监控都在这个浏览器标签页里完成，打开的数据不会离开。',
    newNotebook: '新建笔记本',
    openFile: '打开文件',
    dropTitle: '把文件拖到本页任意位置',
    dropPaste: '或粘贴从电子表格复制的行',
    startHere: '从这里开始',
    startTime: '约六分钟',
    steps: [
      { title: '打开它', text: '已附带一年的真实订单。' },
      { title: '改变预测期', text: '看哪些单元过期，以及每个单元过期的原因。' },
      { title: '拖入自己的订单', text: '列会自动对应；不合适的行会列出来。' },
      { title: '发给别人', text: '一个文件，或一个装下整个笔记本的链接。' }
    ],
    openLead: (title: string) => `打开 ${title}`,
    shipped: '自带笔记本',
    shippedCount: (count: number) => `${n(count)} 个笔记本`,
    yours: '我的笔记本',
    keptHere: '保存在此浏览器中',
    keptOf: (used: string, of: string) => `保存在此浏览器中 · 已用 ${used}，共 ${of}`,
    none: '还没有自己的笔记本',
    noneText: '打开一个笔记本或开始输入后，这里就会保留一份。',
    columnTitle: '标题',
    columnData: '数据',
    columnEdited: '修改时间',
    cells: (count: number) => `${n(count)} 个单元`,
    files: (names: readonly string[]) =>
      names.length === 0
        ? '示例或无'
        : names.length === 1
          ? (names[0] ?? '')
          : `${n(names.length)} 个文件`,
    today: (time: string) => `今天 ${time}`,
    yesterday: '昨天',
    untitled: '未命名',
    open: '打开',
    copy: '复制一份',
    remove: '删除',
    removed: (title: string) => `已删除“${title}”。`,
    notStored: '此浏览器不允许页面保存内容。关闭标签页后笔记本即消失。',
    unreadable: (name: string) => `无法读取 ${name}。`,
    moreFor: (title: string) => `${title} 的更多操作`
  }
} satisfies Messages;
