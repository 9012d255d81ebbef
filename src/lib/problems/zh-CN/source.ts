import type { sourceProblems } from '../source.ts';
import { translationOf } from './translation.ts';

const count = (n: number) => n.toLocaleString('zh-CN');

export const sourceZh = translationOf<typeof sourceProblems>()({
  'source.no-file': (p) => ({
    message: `没有文件 \`${p.file}\`。`,
    cause: p.given ? `已给出的文件有 ${p.given}。` : '此笔记本还没有得到文件。',
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请把文件拖到页面任意处，或在文件面板中选择。'
  }),
  'source.no-example': (p) => ({
    message: `没有附带的数据集 \`${p.example}\`。`,
    cause: `附带的数据集有 ${p.known}。`,
    hint: p.nearest ? `是否指 \`${p.nearest}\`？` : '请写其中之一。'
  }),
  'source.example-unreachable': (p) => ({
    message: `附带的文件 \`${p.path}\` 无法读取。`,
    cause: p.detail,
    hint: '请检查网站是否完整复制（包括 `data` 文件夹），并重新加载页面。'
  }),
  'source.file-lost': (p) => ({
    message: `文件 \`${p.file}\` 已无法读取。`,
    cause: p.detail,
    hint: '请再次给出文件：拖到页面上，或在文件面板中选择。若此浏览器中有副本，它就还在。'
  }),
  'source.out-of-memory': (p) => ({
    message: `此标签页的内存容纳不下 \`${p.file}\`。`,
    cause: `${p.rows > 0 ? `读了 ${count(p.rows)} 行之后` : '读取时'}，引擎可用的 ${p.limit} 已满。其他单元的表都还在。`,
    hint: '请只加载需要的列（`only: [day, sku, qty]`）、需要的行（`filter: qty > 0`）或样本（`sample: 0.1`）。其他的表可在内存面板中放弃。'
  }),
  'source.empty': (p) => ({
    message: `文件 \`${p.file}\` 是空的。`,
    cause: '它有 0 字节，或只有换行。',
    hint: '请从其来源重新导出。没有行的表也有标题行。'
  }),
  'source.not-a-table': (p) => ({
    message: `文件 \`${p.file}\` 不是表。`,
    cause: `它是 ${p.what}。`,
    hint: '请把数据存为 CSV 或 Parquet，再给出该文件。'
  }),
  'source.wrong-format': (p) => ({
    message: `文件 \`${p.file}\` 不是 ${p.format}。`,
    cause: `其字节显示为 ${p.what}。`,
    hint: '请去掉 `format:` 行，或给出正确的文件。'
  }),
  'source.broken-file': (p) => ({
    message: `${p.format} 文件 \`${p.file}\` 已损坏。`,
    cause: p.detail,
    hint: '请重新复制或下载文件；它可能被截断。'
  }),
  'source.json': (p) => ({
    message: `文件 \`${p.file}\` 不是表所需的 JSON。`,
    cause: `第 ${p.line} 行：${p.detail}。`,
    hint: '表是对象的列表：`[{"sku": "a", "qty": 1}, …]`，或每行一个对象。'
  }),
  'source.json-path': (p) => ({
    message: `\`${p.file}\` 的 \`${p.path}\` 处没有内容。`,
    cause: p.known
      ? `应有 \`${p.key}\` 之处，键是 ${p.known}。`
      : `应有 \`${p.key}\` 之处，没有键。`,
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请更正 `options` 下的 `path`，或去掉它以自动查找各行。'
  }),
  'source.encoding-unknown': (p) => ({
    message: `没有编码 \`${p.encoding}\`。`,
    cause: '可用的有 utf-8、utf-16le、utf-16be、windows-1252、gbk 以及其他网络通用名称。',
    hint: '请去掉此行以自动识别编码。'
  }),
  'source.encoding-contradicted': (p) => ({
    message: `文件 \`${p.file}\` 不是 ${p.encoding}。`,
    cause: `文件中：${p.detail}。`,
    hint: `请写 \`encoding: ${p.instead}\`，或去掉此行以自动识别。`
  }),
  'source.encoding-guessed': (p) => ({
    message: `\`${p.file}\` 按 ${p.encoding} 读取。`,
    cause: '它不是 UTF-8，也没有注明编码。',
    hint: '请查看带重音的词。如果不对，请在 `options` 下写明 `encoding`。'
  }),
  'source.header-doubtful': (p) => ({
    message: `\`${p.file}\` 的第一行被当作列名。`,
    cause: `其中有 \`${p.value}\`，看起来像数据。`,
    hint: '如果文件没有列名，请在 `options` 下写 `header: false`。'
  }),
  'source.ambiguous-date': (p) => ({
    message: `\`${p.column}\` 中的日期有两种读法，因此保留为文本。`,
    cause: '每一行的日和月都不大于 12。',
    hint: '请写明次序：在 `options` 下写 `date_format: "%d/%m/%Y"` 或 `"%m/%d/%Y"`。'
  }),
  'source.column-missing': (p) => ({
    message: `文件 \`${p.file}\` 没有列 \`${p.column}\`。`,
    cause: `它的列是 ${p.columns}。`,
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请更正 `columns` 下的名称，或给出有该列的文件。'
  }),
  'source.type-unknown': (p) => ({
    message: `\`${p.type}\` 不能作为列 \`${p.column}\` 的类型。`,
    cause: '类型有 integer、number、text、boolean、date、timestamp 和 decimal(18,2)。',
    hint: '请在 `columns` 下写其中之一。'
  }),
  'source.bad-row': (p) => ({
    message: `\`${p.file}\` 的第 ${p.line} 行不符。`,
    cause: p.column
      ? `\`${p.column}\` 是 \`${p.value}\`。${p.reason}`
      : `${p.reason} \`${p.value}\``,
    hint: '请修正文件，或写 `on_bad_rows: reject` 把这样的行放在一边。'
  }),
  'source.rejected': (p) => ({
    message: `${p.rejected} 行被放在一边。`,
    cause: '它们与文件的列或 `columns` 下的类型不符。',
    hint: `请在 \`${p.relation}\` 中查看。`
  }),
  'source.unsettled': (p) => ({
    message: `\`${p.file}\` 各列的类型无法确定。`,
    cause: '每次读取都出现别的值。',
    hint: '请在 `columns` 下写明类型。'
  }),
  'source.too-large': (p) => ({
    message: `文件 \`${p.file}\` 解压后太大。`,
    cause: `它超过 ${p.limit}。`,
    hint: '请解压，并给出需要的部分。'
  }),
  'source.archive-locked': (p) => ({
    message: `压缩包 \`${p.file}\` 有密码保护。`,
    cause: `其中的 \`${p.member}\` 已加密。`,
    hint: '请用密码解压，再给出文件。'
  }),
  'source.archive-no-member': (p) => ({
    message: `压缩包 \`${p.file}\` 中没有 \`${p.wanted}\`。`,
    cause: p.members ? `其中有 ${p.members}。` : '它是空的。',
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请在压缩包之后写出成员：`file: "orders.zip/*.csv"`。'
  }),
  'source.archive-left-out': (p) => ({
    message: `\`${p.file}\` 没有全部读取。`,
    cause: `已读：${p.read}。略去：${p.left}。`,
    hint: '要读取其他成员，请写在压缩包之后：`file: "orders.zip/*.csv"`。'
  }),
  'source.old-office': (p) => ({
    message: `文件 \`${p.file}\` 是旧版 Office 文件，例如 .xls。`,
    cause: '只能读取 Excel 2007 及以后的工作簿（.xlsx、.xlsm）。',
    hint: '请用电子表格程序打开，并存为 .xlsx 或 CSV。'
  }),
  'source.book-locked': (p) => ({
    message: `工作簿 \`${p.file}\` 有密码保护。`,
    cause: '其内容已加密。',
    hint: '请打开它，去掉密码（文件、信息、保护工作簿），再保存。'
  }),
  'source.no-sheet': (p) => ({
    message: `工作簿 \`${p.file}\` 没有工作表 \`${p.sheet}\`。`,
    cause: `它的工作表有 ${p.sheets}。`,
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请在 `options` 下的 `sheet` 中写其中之一的名称或编号。'
  }),
  'source.empty-book': (p) => ({
    message: `工作簿 \`${p.file}\` 没有数据。`,
    cause: p.sheets ? `其工作表 ${p.sheets} 都是空的。` : '它没有含单元格的工作表。',
    hint: '请给出含有该表的工作簿。'
  }),
  'source.empty-sheet': (p) => ({
    message: `\`${p.file}\` 的工作表 \`${p.sheet}\` 在那里没有数据。`,
    cause: '在略过的行以下，区域中没有一个单元格有值。',
    hint: '请写别的工作表，或更正 `options` 下的 `range` 和 `skip`。'
  }),
  'source.bad-range': (p) => ({
    message: `\`${p.range}\` 不是单元格区域。`,
    cause: '区域的写法与电子表格相同：`A1:F200`、`A:F` 或 `3:200`。',
    hint: '请更正 `options` 下的 `range`，或去掉它以读取整张工作表。'
  }),
  'source.sheet-chosen': (p) => ({
    message: `读取了 \`${p.file}\` 的工作表 \`${p.sheet}\`。`,
    cause: `工作簿中有 ${p.sheets}；这是第一张有数据的。`,
    hint: '请在 `options` 下写明 `sheet`，以求确定或读取别的。'
  }),
  'source.sheet-header': (p) => ({
    message: `\`${p.file}\` 中 \`${p.sheet}\` 的标题由合并的单元格拼成。`,
    cause: [
      p.titles ? `第 ${p.titles} 行是标题，已略去。` : '',
      p.header > 1 ? `${p.header} 行合并为列名。` : ''
    ].join(''),
    hint: '如果不对，请在 `options` 下写明 `skip`（标题上方的行数）或 `range`。'
  }),
  'source.sheet-merged': (p) => ({
    message: `\`${p.file}\` 的 \`${p.sheet}\` 在数据中有合并的单元格。`,
    cause: `共 ${p.merged} 处，第一处在 ${p.first}。值位于左上角的单元格；其余缺失。`,
    hint: '要向下重复该值，请在 clean 单元中用 `fill` 和 `with: forward`。'
  }),
  'source.sheet-errors': (p) => ({
    message: `\`${p.file}\` 中 \`${p.sheet}\` 有 ${p.cells} 个单元格显示错误，按缺失处理。`,
    cause: `第一个是 ${p.first}。`,
    hint: '如果需要该值，请修正工作簿中的公式。'
  }),
  'source.sheet-unreckoned': (p) => ({
    message: `\`${p.file}\` 中 \`${p.sheet}\` 有 ${p.unreckoned} 个公式没有值。`,
    cause: '写出工作簿的程序没有计算它们。',
    hint: '请用电子表格程序打开工作簿并再次保存。'
  }),
  'source.no-table': (p) => ({
    message: `数据库 \`${p.file}\` 没有表 \`${p.table}\`。`,
    cause: p.tables ? `它的表和视图有 ${p.tables}。` : '它没有表。',
    hint: p.nearest
      ? `是否指 \`${p.nearest}\`？`
      : '请在 `options` 下的 `table` 中写其中之一的名称。'
  }),
  'source.empty-database': (p) => ({
    message: `数据库 \`${p.file}\` 没有表。`,
    cause: '其中既没有表也没有视图。',
    hint: '请给出含有数据的数据库。'
  }),
  'source.table-chosen': (p) => ({
    message: `读取了 \`${p.file}\` 的表 \`${p.table}\`。`,
    cause: `数据库中有 ${p.tables}；这是第一个。`,
    hint: '请在 `options` 下写明 `table`，以求确定或读取别的。'
  }),
  'source.sqlite-wal': (p) => ({
    message: `\`${p.file}\` 最近的更改可能缺失。`,
    cause: `数据库在关闭之前把它们放在第二个文件 \`${p.file}-wal\` 中。`,
    hint: '请关闭正在写它的程序，或运行 `PRAGMA wal_checkpoint(TRUNCATE)`，再给出文件。'
  }),
  'source.sqlite-blobs': (p) => ({
    message: `\`${p.file}\` 中的字节已转换为文本。`,
    cause: `它们位于 ${p.columns}，以十六进制写出。`,
    hint: '如果不需要，请在 clean 单元中用 `select` 略去这些列。'
  }),
  'source.url-bad': (p) => ({
    message: `\`${p.url}\` 不是可读取的地址。`,
    cause: '地址以 https:// 或 http:// 开头。',
    hint: '请更正 `url`。自己的文件请用 `file` 写其名称。'
  }),
  'source.url-mixed': (p) => ({
    message: `浏览器不允许本页读取 \`${p.url}\`。`,
    cause: '本页经 https 加载，而该地址是普通 http：浏览器拒绝这种混合内容。',
    hint: '请试用 https:// 地址；否则请下载文件并拖到这里，用 `file:` 代替 `url:`。'
  }),
  'source.url-offline': (p) => ({
    message: `无法连接 \`${p.host}\`。`,
    cause: '此浏览器没有网络连接。',
    hint: '请连接网络并重新运行单元，或把文件的副本拖到这里，用 `file:` 代替 `url:`。'
  }),
  'source.url-unreachable': (p) => ({
    message: `\`${p.url}\` 无法读取。`,
    cause: `\`${p.host}\` 没有应答，或不允许其他网站的页面读取其文件（CORS）。浏览器不告诉页面是哪一种。`,
    hint: `如果该地址能在单独的标签页中打开，请其所有者发送标头 \`Access-Control-Allow-Origin: ${p.site}\`，或下载文件并拖到这里，用 \`file:\` 代替 \`url:\`。`
  }),
  'source.url-status': (p) => ({
    message: `服务器对 \`${p.url}\` 返回 ${p.status}。`,
    cause: `${p.words}。`,
    hint:
      p.status === 401 || p.status === 403
        ? '请求不带登录信息。请在已登录的标签页中下载文件并拖到这里，用 `file:` 代替 `url:`。'
        : p.status >= 500 || p.status === 429
          ? '请过一会儿重新运行单元。'
          : '请在标签页中打开该地址并更正。'
  }),
  'source.url-page': (p) => ({
    message: `\`${p.url}\` 给出的是网页，不是数据。`,
    cause: '它可能要求登录，或显示文件而不给出文件。',
    hint: '请使用其下载按钮背后的地址（GitHub 上为 Raw），或下载文件并拖到这里，用 `file:` 代替 `url:`。'
  }),
  'source.duckdb-file': (p) => ({
    message: `DuckDB 数据库 \`${p.file}\` 无法在这里打开。`,
    cause: p.detail,
    hint: "请在 DuckDB 中把表写成文件并给出该文件：`COPY my_table TO 'my_table.parquet'`。"
  })
});
