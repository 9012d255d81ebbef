import { ident } from '../core/sql.ts';
import { isNumeric, isTimed, readingOf } from './columns.ts';
import type { ColumnFacts } from './measure.ts';

/** What columns mean in a supply table, guessed from name and type. A guess that finds nothing is null. */
export interface Roles {
  readonly quantity: ColumnFacts | null;
  readonly price: ColumnFacts | null;
  readonly amount: ColumnFacts | null;
  readonly sku: ColumnFacts | null;
  readonly order: ColumnFacts | null;
  readonly customer: ColumnFacts | null;
  readonly site: ColumnFacts | null;
  readonly time: ColumnFacts | null;
  readonly stock: readonly ColumnFacts[];
  /** An amount per row as SQL: an amount column, or quantity × price. */
  readonly money: string | null;
  /** The same as an analyst would write it. */
  readonly moneyWords: string | null;
}

const names = {
  quantity:
    /^(qty|quantity|units?|units?sold|sold|pieces|pcs|salesqty|salesquantity|demand|volume|menge|数量|.*(quantity|qty))$/,
  price: /^(unit|selling|sales|list|net|pack)?(price|preis)$|^(unit)?cost$|^单价$/,
  amount:
    /^(sales|salesvalue|revenue|turnover|amount|netamount|grossamount|linetotal|lineamount|ordervalue|lineitemvalue|netvalue|金额)$/,
  sku: /^(sku|skuid|skucode|stockcode|productcode|productid|product|itemcode|itemid|itemno|item|material|materialno|partid|partno|part|article|articleno|ean|upc|gtin|商品编码)$/,
  order:
    /^(invoice|invoiceno|invoicenumber|invoiceid|order|orderno|orderid|ordernumber|basketid|transactionid|transaction|receipt|receiptno|salesorder|订单号)$/,
  customer:
    /^(customer|customerid|customerno|customernumber|client|clientid|household|householdid|account|accountid|buyer|客户)$/,
  site: /^(store|storeid|storeno|shop|warehouse|warehouseid|site|plant|location|branch|depot|dc|region|state|country|file|market|仓库|门店)$/,
  stock:
    /^(stock|onhand|stockonhand|qtyonhand|onhandqty|inventory|inventorylevel|stocklevel|stockqty|stockquantity|closingstock|openingstock|balance|available|库存)$/
};

export function rolesOf(columns: readonly ColumnFacts[]): Roles {
  const like = (role: keyof typeof names, fits: (c: ColumnFacts) => boolean) =>
    columns.filter((c) => fits(c) && names[role].test(plainName(c.column)));
  const numeric = (c: ColumnFacts) => isNumeric(c.field);
  const coded = (c: ColumnFacts) => c.field.type === 'text' || c.field.type === 'integer';
  const stock = like('stock', numeric);
  const quantity = like('quantity', (c) => numeric(c) && !stock.includes(c))[0] ?? null;
  const price = like('price', numeric)[0] ?? null;
  const amount = like('amount', numeric)[0] ?? null;
  return {
    quantity,
    price,
    amount,
    sku: like('sku', coded)[0] ?? null,
    order: like('order', coded)[0] ?? null,
    customer: like('customer', (c) => coded(c) || numeric(c))[0] ?? null,
    site: like('site', coded)[0] ?? null,
    time: timeOf(columns),
    stock,
    money: moneyOf(quantity, price, amount, (c) => readingOf(c.field).present),
    moneyWords: moneyOf(quantity, price, amount, (c) => bare(c.column))
  };
}

/** The name without case, blanks and marks: `Unit Price` and `unit_price` are the same. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function timeOf(columns: readonly ColumnFacts[]): ColumnFacts | null {
  const timed = columns.filter((c) => isTimed(c.field) && c.distinct > 1);
  const named = timed.find((c) => /date|time|day|week|month|period|日期/i.test(c.column));
  return named ?? timed[0] ?? null;
}

function moneyOf(
  quantity: ColumnFacts | null,
  price: ColumnFacts | null,
  amount: ColumnFacts | null,
  number: (c: ColumnFacts) => string
): string | null {
  if (amount) return number(amount);
  return quantity && price ? `${number(quantity)} * ${number(price)}` : null;
}

/** Quoted only where SQL needs it. */
function bare(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : ident(name);
}
