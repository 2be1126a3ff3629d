//! What the columns of a file mean: headings in the spellings and languages that exports use, and where they say
//! nothing, the cells. Everything else is kept as a custom attribute.

use super::{
    super::export::{OPPORTUNITY_HEADING, SEGMENT_HEADING},
    records::Row,
    refused::{LINE_HEADING, REASON_HEADING},
};
use domain::{
    email,
    import::{Column, ColumnTarget, DateOrder, FileFormat, ImportField},
    money::Currency,
};

/// Known headings, reduced to letters and digits. The earlier one in a line wins where two columns ask for one field.
const KNOWN: &[(ImportField, &str)] = &[
    (
        ImportField::Email,
        "email emailaddress customeremail useremail contactemail mail mailaddress emailadresse mailadresse courriel adressemail \
         correo correoelectronico emaildocliente enderecodeemail indirizzoemail posta epost adresemail 邮箱 电子邮件 电子邮箱 メール メールアドレス",
    ),
    (
        ImportField::Name,
        "name fullname customername displayname contactname customer client kunde kundenname vollstandigername nomcomplet nom \
         nombre nombrecompleto nome nomecompleto navn naam jmeno imieinazwisko 姓名 名前 氏名",
    ),
    (
        ImportField::FirstName,
        "firstname givenname forename vorname prenom primernombre primeironome imie",
    ),
    (
        ImportField::LastName,
        "lastname surname familyname nachname nomdefamille apellido apellidos sobrenome cognome nazwisko",
    ),
    (
        ImportField::TotalSpent,
        "totalspent totalspend amountpaid amountspent lifetimevalue ltv clv customerlifetimevalue totalamount totalrevenue revenue \
         totalpaid totalpayments totalsales totalpurchases spent spend paid sumpaid umsatz gesamtumsatz gesamtbetrag montanttotal \
         totaldepense depense chiffredaffaires totalgastado importetotal totalgasto valortotal totalpago total amount 总消费 总金额 合計金額",
    ),
    (
        ImportField::MonthlySpend,
        "monthlyspend monthlyspent monthlyrevenue mrr monthlyrecurringrevenue monthlyamount spendpermonth permonth monatlich \
         monatsumsatz depensemensuelle gastomensual gastomensal",
    ),
    (
        ImportField::PaymentCount,
        "paymentcount payments numberofpayments orders ordercount orderscount totalorders numberoforders purchases purchasecount \
         numberofpurchases transactions transactioncount invoices invoicecount bestellungen anzahlbestellungen zahlungen \
         commandes nombredecommandes nombredepaiements pedidos numerodepedidos pagos pagamentos compras 订单数 注文数",
    ),
    (
        ImportField::FirstPayment,
        "firstpayment firstpaymentdate firstorder firstorderdate firstpurchase firstpurchasedate firstinvoice firstpaid customersince \
         createdat created createdutc createddate datecreated signupdate signedupat registeredat since erstezahlung erstebestellung \
         kundeseit premierpaiement premierecommande clientdepuis primerpago primerpedido primeiropagamento primeiracompra",
    ),
    (
        ImportField::LastPayment,
        "lastpayment lastpaymentdate lastorder lastorderdate lastpurchase lastpurchasedate lastinvoice lastpaid lastpaidat latestpayment \
         latestorder letztezahlung letztebestellung dernierpaiement dernierecommande ultimopago ultimopedido ultimacompra ultimopagamento",
    ),
    (
        ImportField::RefundVolume,
        "refundvolume refunds refunded refundedvolume totalrefunds totalrefunded amountrefunded refundamount erstattungen erstattet \
         remboursements reembolsos",
    ),
    (
        ImportField::Currency,
        "currency currencycode iscurrency wahrung devise moneda moeda valuta waluta 货币 通貨",
    ),
    (
        ImportField::Company,
        "company companyname organization organisation organizationname account accountname firma unternehmen entreprise societe \
         empresa compania azienda 公司 会社 会社名",
    ),
    (
        ImportField::Country,
        "country countrycode billingcountry cardaddresscountry land pays pais paese kraj nation 国家 国",
    ),
    (
        ImportField::Notes,
        "notes note comment comments remark remarks description notizen bemerkung bemerkungen commentaire notas observacoes 备注 備考",
    ),
    (
        ImportField::Tags,
        "tags tag labels label groups group segments schlagworter etiquettes etiquetas 标签 タグ",
    ),
];

/// A heading reduced to what spellings share: `Customer_E-Mail ` → `customeremail`.
fn reduced(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(without_accent)
        .collect()
}

fn without_accent(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' | 'č' => 'c',
        'ñ' => 'n',
        'ł' => 'l',
        other => other,
    }
}

/// The field of a heading and how well it fits: smaller is better.
fn known(heading: &str) -> Option<(ImportField, usize)> {
    let reduced = reduced(heading);
    KNOWN
        .iter()
        .find_map(|(field, words)| words.split_whitespace().position(|word| word == reduced).map(|rank| (*field, rank)))
}

/// Whether any of the cells is a heading that exports use.
#[must_use]
pub fn has_known_heading(row: &Row) -> bool {
    row.cells().any(|cell| known(cell).is_some())
}

/// Targets for the columns. Each field goes to the column that fits best; without a telling heading the address is
/// looked for in the cells.
#[must_use]
pub fn guess(headings: &[String], samples: &[Row]) -> Vec<ColumnTarget> {
    let found: Vec<Option<(ImportField, usize)>> = headings.iter().map(|heading| known(heading)).collect();
    let best = |field: ImportField| {
        let ranked = found
            .iter()
            .enumerate()
            .filter_map(|(i, hit)| hit.filter(|hit| hit.0 == field).map(|hit| (hit.1, i)));
        ranked.min().map(|(_, i)| i)
    };
    let mut targets = vec![ColumnTarget::Attribute; headings.len()];
    for field in ImportField::ALL {
        if let Some(column) = best(*field) {
            targets[column] = ColumnTarget::Field(*field);
        }
    }
    if best(ImportField::Email).is_none_or(|column| addresses(column, samples) == 0)
        && let Some(column) = (0..headings.len()).max_by_key(|column| (addresses(*column, samples), std::cmp::Reverse(*column)))
        && addresses(column, samples) * 2 > samples.len()
    {
        let email = ColumnTarget::Field(ImportField::Email);
        targets
            .iter_mut()
            .filter(|target| **target == email)
            .for_each(|target| *target = ColumnTarget::Attribute);
        targets[column] = email;
    }
    // A heading without a name says nothing as an attribute, nor does what our own files add.
    for (target, heading) in targets.iter_mut().zip(headings) {
        let added = [LINE_HEADING, REASON_HEADING, SEGMENT_HEADING, OPPORTUNITY_HEADING].contains(&heading.as_str());
        if *target == ColumnTarget::Attribute && (added || heading.trim().is_empty()) {
            *target = ColumnTarget::Skip;
        }
    }
    targets
}

fn addresses(column: usize, samples: &[Row]) -> usize {
    samples.iter().filter(|row| email::normalise(row.cell(column)).is_some()).count()
}

/// The columns as a page shows them.
#[must_use]
pub fn describe(headings: &[String], targets: Vec<ColumnTarget>, samples: &[Row], format: &FileFormat, currency: &Currency) -> Vec<Column> {
    let column = |(i, (heading, target)): (usize, (&String, ColumnTarget))| {
        let example = samples
            .iter()
            .map(|row| row.cell(i).trim())
            .find(|cell| !cell.is_empty())
            .unwrap_or_default();
        Column {
            heading: clipped(heading, 200),
            example: clipped(example, 80),
            read_as: read_as(&target, example, format, currency),
            target,
        }
    };
    headings.iter().zip(targets).enumerate().map(column).collect()
}

/// How the cells of a column are read, in words.
#[must_use]
pub fn read_as(target: &ColumnTarget, example: &str, format: &FileFormat, currency: &Currency) -> String {
    let ColumnTarget::Field(field) = target else { return String::new() };
    match field {
        ImportField::TotalSpent | ImportField::MonthlySpend | ImportField::RefundVolume => {
            let named = super::cells::amount(example, format.decimal_comma)
                .ok()
                .flatten()
                .and_then(|amount| amount.named);
            let currency = named.map_or_else(|| currency.clone(), |named| named.resolve(currency));
            let mark = if format.decimal_comma { "comma" } else { "point" };
            format!("{}, {mark} as decimal", currency.as_str())
        }
        ImportField::FirstPayment | ImportField::LastPayment => {
            let four = |text: &str| text.len() >= 4 && text.bytes().take(4).all(|b| b.is_ascii_digit());
            if four(example) {
                DateOrder::YearMonthDay.label()
            } else {
                format.date_order.label()
            }
            .to_owned()
        }
        ImportField::Email
        | ImportField::Name
        | ImportField::FirstName
        | ImportField::LastName
        | ImportField::PaymentCount
        | ImportField::Currency
        | ImportField::Company
        | ImportField::Country
        | ImportField::Notes
        | ImportField::Tags => String::new(),
    }
}

/// At most so many characters.
#[must_use]
pub fn clipped(text: &str, max: usize) -> String {
    text.char_indices()
        .nth(max)
        .map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ImportField as F;

    fn fields(headings: &[&str]) -> Vec<Option<ImportField>> {
        let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let field = |target| match target {
            ColumnTarget::Field(field) => Some(field),
            ColumnTarget::Attribute | ColumnTarget::Skip => None,
        };
        guess(&headings, &[]).into_iter().map(field).collect()
    }

    #[test]
    fn the_sample_files_map_by_themselves() {
        assert_eq!(
            fields(&[
                "Email",
                "Name",
                "Company",
                "Country",
                "City",
                "Phone",
                "Total Spent",
                "Payment Count",
                "First Payment Date",
                "Last Payment Date",
                "Currency"
            ]),
            [
                Some(F::Email),
                Some(F::Name),
                Some(F::Company),
                Some(F::Country),
                None,
                None,
                Some(F::TotalSpent),
                Some(F::PaymentCount),
                Some(F::FirstPayment),
                Some(F::LastPayment),
                Some(F::Currency)
            ]
        );
        assert_eq!(
            fields(&[
                "customer_email",
                "full name",
                "amount paid",
                "orders",
                "created at",
                "last order",
                "seat_pref"
            ]),
            [
                Some(F::Email),
                Some(F::Name),
                Some(F::TotalSpent),
                Some(F::PaymentCount),
                Some(F::FirstPayment),
                Some(F::LastPayment),
                None
            ]
        );
    }

    #[test]
    fn other_spellings_and_languages_are_known() {
        assert_eq!(
            fields(&["E-Mail-Adresse", "Vorname", "Nachname", "Umsatz", "Währung", "Letzte Bestellung"]),
            [
                Some(F::Email),
                Some(F::FirstName),
                Some(F::LastName),
                Some(F::TotalSpent),
                Some(F::Currency),
                Some(F::LastPayment)
            ]
        );
        assert_eq!(
            fields(&["Prénom", "Société", "メールアドレス"]),
            [Some(F::FirstName), Some(F::Company), Some(F::Email)]
        );
        assert_eq!(
            fields(&["Total", "Total Spent", "created", "First payment"]),
            [None, Some(F::TotalSpent), None, Some(F::FirstPayment)],
            "the better one wins"
        );
    }

    #[test]
    fn every_known_heading_means_one_thing() {
        let mut all: Vec<&str> = KNOWN.iter().flat_map(|(_, words)| words.split_whitespace()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|word| reduced(word) == *word), "stored as reduced");
    }
}
