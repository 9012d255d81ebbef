import type { PageMessages } from './page.en.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

/** 笔记本页面的用语。 */
/** What progress counts. */
const units: Readonly<Record<string, string>> = {
  bytes: '字节',
  rows: '行',
  series: '个序列',
  passes: '遍',
  steps: '步',
  events: '个事件',
  checks: '项检查'
};

export const pageZhCN = {
  title: {
    label: '笔记本标题',
    untitled: '未命名的笔记本',
    saved: (time: string) => `已保存 ${time}`,
    saving: '正在保存',
    notSaved: '未保存',
    unchanged: '尚无改动',
    readOnly: '只读'
  },
  engine: {
    off: '引擎未启动',
    starting: '正在启动引擎',
    failed: '引擎启动失败',
    memory: (used: string, limit: string) => `${used} / ${limit}`,
    memoryOf: (used: string, limit: string) => `SQL 引擎内存：已用 ${used}，上限 ${limit}`
  },
  bar: {
    runAll: '全部运行',
    runStale: (count: number) => `运行 ${n(count)} 个过期单元`,
    stop: '停止',
    share: '分享',
    more: '此笔记本的更多操作',
    panels: '工作台'
  },
  action: {
    connections: '连接',
    sqlScript: '下载为 SQL 脚本',
    run: '运行',
    runNext: '运行并前往下一个',
    runForce: '重新运行，即使没有改动',
    runAll: '运行全部单元',
    runStale: '运行过期单元',
    stop: '停止此单元',
    pause: '暂停此单元',
    resume: '继续此单元',
    stopAll: '全部停止',
    insertAbove: '在上方插入',
    insertBelow: '在下方插入',
    cut: '剪切单元',
    copy: '复制单元',
    paste: '粘贴到下方',
    delete: '删除单元',
    duplicate: '再制单元',
    moveUp: '上移',
    moveDown: '下移',
    rename: '在所有单元中重命名',
    next: '下一块',
    previous: '上一块',
    edit: '编辑',
    leave: '离开编辑器',
    undo: '撤销',
    redo: '重做',
    save: '保存',
    palette: '搜索或运行',
    shortcuts: '键盘快捷键',
    download: '下载为 .qm.md',
    copyLink: '复制包含整个笔记本的链接',
    copyText: '复制笔记本文本',
    text: '编辑整个文本',
    document: '返回文档',
    autoRun: '轻量单元自动运行',
    addFiles: '添加文件',
    reset: '恢复自带文本',
    newNotebook: '新建笔记本',
    gallery: '全部笔记本',
    setRun: (flag: string) =>
      flag === 'off' ? '停用此单元' : flag === 'manual' ? '仅在要求时运行' : '自动运行',
    setRefresh: (pace) =>
      pace === null ? '随流刷新' : pace === 'manual' ? '仅按需刷新' : `每 ${pace} 刷新一次`,
    formBesideText: '表单与文本并排',
    bin: '取回已删除的单元'
  },
  group: { run: '运行', edit: '编辑', notebook: '笔记本', go: '前往', insert: '插入' },
  face: {
    label: '显示内容',
    form: '表单',
    both: '并排',
    result: '结果',
    code: '代码',
    view: '视图',
    tables: '数据表'
  },
  state: {
    neverRun: '尚未运行',
    edited: '已编辑，未运行',
    stale: '已过期',
    lastRun: '上次访问的结果',
    waitsFor: (names: string) => `等待 ${names}`,
    place: (place: number) => `排队中，第 ${n(place)} 位`,
    running: '运行中',
    paused: '已暂停',
    live: '实时',
    following: '跟随中',
    refresh: (pace) =>
      pace === null ? '随到随新' : pace === 'manual' ? '按需刷新' : `每 ${pace} 刷新`,
    problem: '有问题',
    problemOnLine: (line: number) => `第 ${n(line)} 行有问题`,
    failedCheck: '检查未通过',
    stopped: (after: string) => `${after}后由你停止`,
    off: '已停用',
    newer: '由更新的版本制作',
    broken: '不完整',
    rows: (count: number) => `${n(count)} 行`,
    columns: (count: number) => `${n(count)} 列`,
    events: (count: number) => `${n(count)} 条事件`,
    progress: (done: string, total: string, unit: string) =>
      `${done} / ${total} ${units[unit] ?? unit}`.trim(),
    pace: (pace: string, unit: string) => `每秒 ${pace} ${units[unit] ?? unit}`,
    left: (time: string) => `约剩 ${time}`,
    changed: (name: string, state: string) => `${name}：${state}`
  },
  reason: {
    inputs: (names: string) => `输入已变：${names}。`,
    edited: '上次运行后已编辑。',
    restarted: '引擎已重启，数据表不在了。已输入的内容没有丢失。',
    manual: '此单元在你要求时才运行。',
    blocked: (names: string) => `需先解决 ${names} 的问题，此单元等待中。`,
    cancelled: '已停止，保留上次的正确结果。',
    kept: '下面是上次正确运行的结果。',
    goTo: (name: string) => `前往 ${name}`,
    about: (time: string) => `运行，约 ${time}`
  },
  cell: {
    label: (kind: string, name: string) => `${kind} ${name}`,
    nameLabel: '单元名称',
    renameTitle: '在所有读取它的单元中重命名',
    reads: '读取',
    readBy: '被读取',
    moreFor: (name: string) => `${name} 的更多操作`,
    runName: (name: string) => `运行 ${name}`,
    stopName: (name: string) => `停止 ${name}`,
    pauseName: (name: string) => `暂停 ${name}`,
    resumeName: (name: string) => `继续 ${name}`,
    endEarly: '停止并保留已完成的结果',
    endingEarly: '正在整理已完成的结果',
    progressOf: (name: string) => `${name} 的进度`,
    unclosed: '此单元没有结束围栏，一直延续到文件末尾。',
    badName: '冒号后不是有效名称：只用字母、数字和下划线，不以数字开头。',
    badFlags: '名称后的标志不是 键=值 的形式。',
    unknownKind: (kind: string) => `这里不认识 ${kind} 类单元。原文逐字节保留，不会运行。`,
    conflict: '此单元合并了两个不同的版本。',
    ours: '我方',
    theirs: '对方',
    keep: (side: string) => `保留${side}`,
    noResult: '还没有行。',
    fix: (word: string) => `改用 ${word} 并运行`,
    showTable: (name: string) => `显示 ${name}`,
    allowScripts: '允许此笔记本运行脚本',
    allowNetwork: '允许此笔记本访问网络',
    makeConnection: (name: string) => `建立连接 ${name}`,
    connections: '连接',
    export: '导出',
    exportAs: {
      csv: (relation: string) => `${relation}，CSV 格式`,
      csvExcel: (relation: string) => `${relation}，适合 Excel 的 CSV（分号、字节顺序标记）`,
      xlsx: (relation: string) => `${relation}，Excel 工作簿`,
      parquet: (relation: string) => `${relation}，Parquet 格式`,
      json: (relation: string) => `${relation}，JSON 格式`,
      ndjson: (relation: string) => `${relation}，NDJSON 格式，每行一个对象`,
      arrow: (relation: string) => `${relation}，Arrow 格式`,
      sql: (relation: string) => `${relation}，SQL 语句`
    },
    copyAs: (format: string) => `复制为 ${format}`,
    settings: (kind: string, name: string) => `${kind} ${name} 的设置`,
    help: (kind: string) => `关于 ${kind} 单元`,
    viewFailed: '无法绘制此结果。'
  },
  guide: {
    title: '指南',
    page: '页面',
    kinds: '单元种类',
    documents: {
      'notebook-format': '笔记本文件',
      'live-sources': '实时数据源',
      alerting: '告警如何通知',
      'kept-here': '此浏览器中保存的内容',
      networks: '在别处使用已保存的网络',
      'beyond-one-tab': '超出一个标签页'
    },
    english: '指南目前只有英文。',
    failed: '无法加载此页。请重新加载笔记本后再试。',
    close: '关闭'
  },
  flags: {
    run: '是否自动运行',
    show: '显示哪些部分',
    refresh: '实时流进行时多久再运行一次',
    reads: '脚本读取的表',
    timeout: '脚本最多运行多久'
  },
  prose: { label: '文字', empty: '在此书写', edit: '编辑文字' },
  insert: {
    label: '在此插入单元',
    text: '文字',
    all: (count: number) => `全部 ${n(count)} 种`,
    search: '搜索单元种类',
    groups: { data: '数据', behaviour: '行为', demand: '需求', supply: '供应', live: '实时' },
    textSummary: 'Markdown 文字，可含公式和图示',
    none: '没有这个名称的单元种类。'
  },
  side: {
    files: '文件',
    tables: '数据表',
    tablesRows: '行数',
    outline: '大纲',
    graph: '单元关系图',
    problems: '问题',
    noFiles: '拖入 CSV、Parquet、JSON 或 Arrow 文件。',
    noTables: '还没有单元运行过。',
    noProblems: '没有。',
    noOutline: '没有标题。',
    noGraph: '没有单元。',
    choose: '选择文件',
    chooseFor: (pattern: string) => `选择 ${pattern}`,
    needed: (pattern: string) => `需要 ${pattern}`,
    removeFile: (name: string) => `取出 ${name}`,
    columnsOf: (name: string) => `${name} 的列`,
    insertName: (name: string) => `插入 ${name}`,
    openTable: (name: string) => `前往 ${name}`,
    queryTable: (name: string) => `查询 ${name}`
  },
  notice: {
    deleted: (name: string) => `已删除 \`${name}\`，可在回收站取回。`,
    deletedText: '已删除一段文字，可在回收站取回。',
    undone: (what: string) => `已撤销：${what}`,
    redone: (what: string) => `已重做：${what}`,
    saved: '已保存在此浏览器中。下载笔记本可留存文件。',
    linkCopied: (bytes: string) => `链接已复制：${bytes}，含整个笔记本，不含数据。`,
    textCopied: '文本已复制。',
    secretInside: (cell: string | null, line: number, what: string) =>
      `未执行：${cell === null ? '正文' : `单元格 ${cell}`}第 ${line} 行含有机密（${what}），会一并带出。请把它存入连接（菜单中的“连接”），在单元格中只写连接名。`,
    notCopied: '浏览器不允许复制。',
    exported: (name: string) => `已写出 ${name}。`,
    exportedSheets: (name: string, sheets: number) =>
      `已写出 ${name}。Excel 工作表最多 1,048,576 行，因此分成 ${n(sheets)} 张工作表。`,
    rowsCopied: (rows: number) => `已复制 ${n(rows)} 行。`,
    rowsCopiedOf: (copied: number, rows: number) =>
      `已复制前 ${n(copied)} 行，共 ${n(rows)} 行：再多会让粘贴的程序卡住。要全部数据请导出文件。`,
    exporting: (name: string, share: string) => `正在写出 ${name}${share}`,
    restarted: '数据引擎内存不足或崩溃，已重启。已输入的内容没有丢失。',
    filesGiven: (count: number) => `已添加 ${n(count)} 个文件。`,
    fileUnmatched: (name: string) => `没有数据源单元需要 \`${name}\`。`,
    addSource: '添加数据源单元',
    reset: '已恢复自带文本。',
    recovered: '标签页关闭前输入的内容已找回。',
    pasted: (rows: number) => `粘贴的 ${n(rows)} 行已成为数据单元。`
  },
  lead: {
    follower: '此笔记本已在另一个标签页打开，这里只读。',
    streams: (cells) =>
      `另一个标签页正在运行此笔记本及其实时单元 ${cells}。这里跟随显示，文本只读；该标签页关闭或崩溃后，由本页接续。`,
    lost: '另一个标签页接管了此笔记本，这里只读。',
    takeOver: '在此接管'
  },
  connections: {
    title: '连接',
    text: '单元可以连接的外部引擎和实时来源。地址、密码和令牌只保存在此浏览器中，笔记本里只写连接名。',
    none: '还没有连接。',
    add: '新建连接',
    edit: '编辑',
    editName: (name: string) => `编辑连接 ${name}`,
    forget: '删除',
    forgetName: (name: string) => `删除连接 ${name}`,
    name: '名称',
    nameHint: '单元中写作 connection: 名称',
    kind: '类型',
    kinds: {
      clickhouse: 'ClickHouse',
      websocket: 'WebSocket',
      http: 'HTTP（SSE、NDJSON、轮询）',
      mqtt: 'MQTT（WebSocket）',
      nats: 'NATS（WebSocket）',
      prometheus: 'Prometheus'
    },
    url: '地址',
    urlHints: {
      clickhouse: 'ClickHouse 服务器的 HTTP 接口：端口 8123，启用 TLS 时为 8443',
      websocket: '例如 wss://example.org/orders',
      http: '例如 https://example.org；单元再加路径',
      mqtt: '代理的 WebSocket 监听地址，例如 wss://broker.example:8884/mqtt',
      nats: '服务器的 WebSocket 监听地址，例如 wss://nats.example:8443',
      prometheus: '例如 https://prometheus.example'
    },
    badUrl: (schemes: string) => `不是 ${schemes} 地址`,
    user: '用户',
    password: '密码',
    database: '数据库',
    token: '令牌',
    tokenHint: '代替用户和密码发送',
    firstMessage: '首条消息',
    firstMessageHint: '连接打开后立即发送，例如 {"token": "…"}',
    test: '测试',
    testing: '正在测试',
    answers: (what: string) => `有应答：${what}。`,
    save: '保存',
    back: '返回',
    close: '关闭'
  },
  trust: {
    text: (count: number) =>
      `此笔记本来自别处。${n(count)} 个脚本单元在你允许前不会运行，其余内容可安全运行。`,
    allow: '允许脚本',
    network: (count: number) =>
      `此笔记本来自别处。${n(count)} 个单元在你允许前不会访问网络或你的连接，其余内容可安全运行。`,
    allowNetwork: '允许访问网络'
  },
  reconnect: {
    text: (count: number) => `可重新读取上次访问的 ${n(count)} 个文件。`,
    button: (count: number) => `重新连接 ${n(count)} 个文件`,
    needs: (names: string) => `此笔记本读取过 ${names}。再次添加后可重新运行数据源。`
  },
  open: { failed: '无法打开此笔记本', toGallery: '返回首页' },
  undo: {
    typing: '输入',
    prose: '文字',
    field: (key: string) => `设置 ${key}`,
    flag: (key: string) => `标志 ${key}`,
    rename: (from: string, to: string) => `将 ${from} 改名为 ${to}`,
    insert: (what: string) => `插入 ${what}`,
    delete: (what: string) => `删除 ${what}`,
    move: (what: string) => `移动 ${what}`,
    duplicate: (what: string) => `再制 ${what}`,
    title: '标题',
    text: '整个文本',
    reset: '恢复文本',
    decision: (what: string) => `对 ${what} 的决定`,
    conflict: '解决冲突'
  },
  keys: {
    title: '键盘快捷键',
    basic: '只显示基本快捷键',
    editMode: '任何位置',
    commandMode: '选中单元但未编辑时'
  },
  textFace: {
    label: '笔记本文本',
    hint: '这是整个文件。运行笔记本不会改动其中任何一个字节。'
  }
} satisfies PageMessages;
