using System.Text.RegularExpressions;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>The names of a CSV file's columns, in the languages of the banks.</summary>
internal sealed partial class CsvColumns
{
    private static readonly string[] TextRoots =
    [
        "text", "zweck", "beschreib", "descri", "omschrijv", "kenmerk", "libelle", "motif", "concept", "causal", "opis", "tytul", "refer",
        "memo", "note", "nota", "notiz", "observ", "messag", "mensaje", "mensagem", "meddel", "mededel", "besked", "melding", "communic",
        "comunic", "kommentar", "comment", "info", "detail", "dettagli", "detalle", "datos", "movimiento", "rubrik", "label", "selgit",
        "paaiskin", "paskirt", "merkis", "poznam", "zprav", "sprav", "popis", "symbol", "viesti", "viite", "selite", "aciklama", "kozlem",
        "remark", "narrat", "particular", "grund",
    ];

    private static readonly string[] LaterTextRoots =
        ["tekst", "tittel", "titel", "emne", "vermerk", "bemerk", "betrifft", "assunto", "predmet"];

    private static readonly HashSet<string> NoTexts =
        ["id", "no", "nr", "type", "typ", "art", "tipo", "code", "kod", "bic", "iban", "card"];

    private static readonly string[] NoTextRoots =
        ["mandat", "machtiging", "creditor", "glaubiger", "konto", "account", "categor", "kategori", "currency", "wahrung", "schlussel"];

    private readonly string _name;
    private readonly string[] _names;
    private readonly Func<string, bool>? _isMeant;

    private CsvColumns(params string[] names) => (_name, _names) = (names[0], [.. names.Select(CsvWords.Plain)]);

    private readonly HashSet<string> _later = [];

    private CsvColumns(string name, Func<string, bool> isMeant) => (_name, _names, _isMeant) = (name, [name], isMeant);

    public static CsvColumns BookedOn { get; } = new(
        "booked_on", "booking date", "date booked", "posting date", "posted date", "completed date", "buchungstag", "buchungsdatum",
        "boekdatum", "boekingsdatum", "date comptable", "date de comptabilisation", "date operation", "date d operation", "fecha contable",
        "fecha operacion", "fecha de operacion", "data contabile", "data operazione", "bokföringsdag", "bokföringsdatum", "bokføringsdato",
        "bokføringsdag", "bogføringsdato", "bogført", "bokförd", "bokført", "bokført dato", "date", "datum", "dato", "fecha", "data",
        "transaction date", "transactiedatum", "transaktionsdatum", "transaktionsdag", "buchung", "data ksiegowania", "data operacji",
        "kirjauspaiva", "kirjauspaivamaara", "pvm", "data mov", "data movimento", "data do movimento", "data lancamento", "abschlussdatum",
        "date de l operation", "data registrazione", "dateop", "booked at", "date completed utc", "kuupaev", "datums",
        "date completed", "uitvoeringsdatum", "date d execution", "execution date", "ausführungsdatum", "data esecuzione",
        "data di esecuzione", "fecha de ejecucion", "datum zauctovani", "datum zuctovania", "datum provedeni", "konyveles datuma",
        "konyvelesi datum", "konyveles napja", "data transakcji", "date de transaction", "datum transakce", "tapahtumapaiva",
        "transaktionsdato", "transaksjonsdato", "date of booking", "date of transaction", "datum des abschlusses", "date de fin",
        "data di completamento", "fecha de finalizacion", "date comptabilisation");

    public static CsvColumns ValueOn { get; } = new(
        "value_on", "value date", "valutadatum", "wertstellung", "wertstellungstag", "wertstellungsdatum", "wert", "date de valeur",
        "date valeur", "fecha valor", "data valuta", "valutadag", "rentedatum", "rentedato", "valutadato", "data waluty", "arvopaiva",
        "data valor", "wertstellung valuta", "dateval", "valuta date", "valuta", "value", "valor");

    public static CsvColumns Amount { get; } = new(
        "amount", "betrag", "umsatz", "montant", "importe", "importo", "bedrag", "belopp", "beløp", "beløb", "transaction amount",
        "montant operation", "kwota", "kwota operacji", "maara", "valor", "montante", "castka", "objem", "osszeg", "tutar", "suma",
        "сумма", "summa", "insattningar uttag", "montant de l operation", "credit debit amount", "value");

    /// <summary>What a payment service moved where it tells the gross amount and its fee, too.</summary>
    public static CsvColumns Net { get; } = new("net", "netto", "net amount", "nettobetrag", "neto", "importo netto", "montant net");

    /// <summary>The amount before the fee of a payment service.</summary>
    public static CsvColumns Gross { get; } = new(
        "gross", "brutto", "gross amount", "bruttobetrag", "bruto", "lordo", "brut", "avant commission");

    public static CsvColumns Currency { get; } = new(
        "currency", "währung", "waehrung", "currency code", "account currency", "devise", "divisa", "moneda", "munt", "muntsoort",
        "valutakod", "valutakode", "waluta", "valuutta", "moeda", "mena", "devizanem", "валюта", "valuuta", "valiuta", "valuta",
        "devies");

    public static CsvColumns Counterparty { get; } = new(
        "counterparty", "name", "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger", "auftraggeber/empfänger",
        "auftraggeber / begünstigter", "begünstigter / auftraggeber", "zahlungspartner", "name zahlungsbeteiligter", "beneficiary/payer",
        "payer/beneficiary", "name / description", "naam / omschrijving", "tegenpartij", "naam tegenpartij", "naam", "nom", "contrepartie",
        "tiers", "controparte", "mottagare/avsändare", "navn", "namn", "other party", "counter party", "counterparty name",
        "partner name", "partnername", "nadawca/odbiorca", "kontrahent", "saaja/maksaja", "saaja/maksja", "nimi",
        "ordenante/beneficiario", "beneficiario/ordenante", "nazev protiuctu", "sanemejs maksatajs", "gavejas", "merchant")
    {
        Later = ["sender/empfänger", "sender/receiver", "sender/receiver name", "tegenrekeninghouder", "name gegenkonto"],
    };

    /// <summary>Who paid. Where the other column is there too, it counts only for money that came.</summary>
    public static CsvColumns Payer { get; } = new(
        "payer", "payer name", "zahlungspflichtige*r", "zahlungspflichtiger", "auftraggeber", "absender", "ordenante", "ordinante",
        "avsändare", "avsender", "afsender", "nadawca", "maksaja", "nazwa nadawcy")
    {
        Later = ["auftraggebername", "name auftraggeber", "name des auftraggebers", "sender", "sender name", "zahler", "payor", "remitter"],
    };

    /// <summary>Who was paid. Where the other column is there too, it counts only for money that went.</summary>
    public static CsvColumns Payee { get; } = new(
        "payee", "payee name", "zahlungsempfänger*in", "zahlungsempfänger", "empfänger", "begünstigter", "beneficiario", "mottagare",
        "mottaker", "modtager", "odbiorca", "saaja", "nazwa odbiorcy")
    {
        Later =
        [
            "empfängername", "name empfänger", "name des empfängers", "recipient", "recipient name", "receiver", "receiver name",
            "beneficiary", "beneficiary name",
        ],
    };

    public static CsvColumns CounterpartyAccount { get; } = new(
        "counterparty_account", "iban", "kontonummer/iban", "iban/kontonummer", "iban / kontonummer", "iban zahlungsbeteiligter",
        "iban zahlungspartner", "iban des auftraggebers", "zahlungsempfängeriban", "tegenrekening", "tegenrekening iban/bban",
        "counterparty iban", "partner iban", "rekeningnummer tegenpartij", "compte contrepartie", "numer konta", "saajan tilinumero",
        "protiucet", "tegenrekeningnummer", "iban / konto-nr.", "iban gegenkonto");

    /// <summary>The account of who paid. Where no column has the other party's, it counts for money that came.</summary>
    public static CsvColumns PayerAccount { get; } = new(
        "payer_account", "auftraggeberkonto", "auftraggeber iban", "iban auftraggeber", "payer iban", "payer account", "sender iban",
        "sender account");

    /// <summary>The account of who was paid, which counts for money that went.</summary>
    public static CsvColumns PayeeAccount { get; } = new(
        "payee_account", "empfängerkonto", "empfänger iban", "iban empfänger", "payee iban", "payee account", "recipient iban",
        "recipient account", "receiver account", "beneficiary iban", "beneficiary account");

    public static CsvColumns Remittance { get; } = new(
        "remittance", "remittance information", "verwendungszweck", "buchungstext/verwendungszweck", "vorgang/verwendungszweck",
        "description", "purpose", "details", "payment details", "payment reference", "reference", "notifications", "mededelingen",
        "mededeling", "omschrijving", "omschrijving-1", "libellé", "communication", "motif", "concepto", "descripción", "causale",
        "descrizione", "meddelande", "beskrivning", "melding", "beskrivelse", "tekst", "besked", "beschreibung", "narrative", "memo",
        "message", "text", "vrije mededeling", "gestructureerde mededeling", "communication libre", "communication structuree", "tytul",
        "tytul operacji", "opis operacji", "opis transakcji", "opis", "viesti", "viite", "viitenumero", "selitys", "otsikko", "descricao",
        "descritivo", "popis", "zprava pro prijemce", "kozlemeny", "aciklama", "описание", "назначение платежа", "libelle operation",
        "libelle court", "forklaring", "avisierungstext", "text/mottagare", "buchungstext", "buchungs-details", "transaction description",
        "beschreibung1", "beschreibung2", "beschreibung3", "payer reference", "particulars", "additional information", "testo di notifica");

    /// <summary>Further columns of texts: banks put the number of a bill into each.</summary>
    public static CsvColumns MoreText { get; } = new(
        "text", plain => Array.Exists(TextRoots, root => CsvWords.Has(plain, root)) && IsNoOtherThing(plain));

    private static bool IsNoOtherThing(string plain) => !plain.Split(' ').Any(NoTexts.Contains)
        && !Array.Exists(NoTextRoots, root => CsvWords.Has(plain, root));

    /// <summary>Texts under names that say what they are about. A payment service has the number of a bill in any of them.</summary>
    public static CsvColumns SubjectText { get; } = new(
        "subject", "betreff", "hinweis", "objet", "oggetto", "asunto", "onderwerp", "item title", "artikelbezeichnung", "invoice number",
        "rechnungsnummer", "numero de facture", "numero fattura", "numero de factura", "factuurnummer");

    /// <summary>
    /// References that payers copy from a bill: the symbols of Czechia and Slovakia, and the numbers of Norway, Sweden and Denmark. Earlier
    /// versions did not read them, and knew a line without.
    /// </summary>
    public static CsvColumns PayersReference { get; } = new(
        "vs", "ss", "ks", "kid", "ocr", "invoice no", "invoice nr", "rechnungsnr", "rechnungs nr");

    /// <summary>Further texts that earlier versions did not read.</summary>
    public static CsvColumns LaterText { get; } = new(
        "text", plain => Array.Exists(LaterTextRoots, root => CsvWords.Has(plain, root)) && IsNoOtherThing(plain));

    public static CsvColumns EndToEnd { get; } =
        new("end_to_end", "end-to-end reference", "endtoendid", "ende-zu-ende-referenz", "kundenreferenz (end-to-end)", "kundenreferenz");

    public static CsvColumns BankReference { get; } =
        new("bank_reference", "transaction id", "bankreferenz", "buchungsreferenz", "transaktions-id", "transfer reference");

    /// <summary>A plain "IBAN" is the other party's, unless <see cref="CsvAccounts"/> finds that it is the statement's own.</summary>
    public static CsvColumns Account { get; } = new(
        "account", "auftragskonto", "konto", "iban auftragskonto", "client account", "own account", "rekening", "rekeningnummer",
        "iban/bban", "numéro de compte", "account number", "iban kontoinhaber", "accountnum", "kliendi konto", "klienta konts",
        "saskaitos nr");

    /// <summary>The names of accounts that do not say whose.</summary>
    public static CsvColumns AnyonesAccount { get; } = new(
        "account", "konto", "rekening", "rekeningnummer", "iban/bban", "numéro de compte", "account number");

    /// <summary>Words that are the account's number at some banks, and its name or kind at others.</summary>
    public static CsvColumns AccountByWord { get; } =
        new("compte", "conto", "cuenta", "conta", "numero de cuenta", "numero conto", "numero de conta");

    private static readonly string[] PartyWords =
        ["tegenpartij", "contrepartie", "counterparty", "partner", "controparte", "contraparte", "gegenpartei", "zahlungspartner"];

    /// <summary>Words beside them that tell of something else.</summary>
    private static readonly HashSet<string> NoParties = ["type", "typ", "code", "bic", "bank", "banque", "banca", "banco", "banken"];

    private static readonly string[] NameWords = ["naam", "nom", "name", "nome", "nombre"];

    private static readonly string[] AccountWords =
        ["rekening", "rekeningnummer", "compte", "iban", "account", "konto", "kontonummer", "conto", "cuenta", "conta"];

    /// <summary>The other party by the parts of a name, such as <c>Naam van de tegenpartij</c>.</summary>
    public static CsvColumns CounterpartyByParts { get; } = new("counterparty", plain => IsOfParty(plain, NameWords));

    /// <summary>Its account by the parts of a name, such as <c>Compte contrepartie</c>.</summary>
    public static CsvColumns CounterpartyAccountByParts { get; } =
        new("counterparty_account", plain => IsOfParty(plain, AccountWords) && !IsOfParty(plain, NameWords));

    /// <summary>The columns of the other party's name.</summary>
    public static IReadOnlyList<CsvColumns> Parties { get; } = [Counterparty, Payer, Payee, CounterpartyByParts];

    private static bool IsOfParty(string plain, string[] parts)
    {
        var words = plain.Split(' ');
        // A text stays one.
        return words.Any(PartyWords.Contains) && words.Any(parts.Contains) && !words.Any(NoParties.Contains)
            && !Array.Exists(TextRoots, root => CsvWords.Has(plain, root));
    }

    /// <summary>Whether the bank has booked the row.</summary>
    public static CsvColumns Status { get; } = new("status", "state", "buchungsstatus", "umsatzstatus");

    /// <summary>The account or the pocket of it that a row is of, at banks that write all of them into one file.</summary>
    public static CsvColumns Product { get; } = new("product", "produkt", "produit", "producto", "prodotto", "produto");

    /// <summary>Some banks say here whether they have booked the row, others something else.</summary>
    public static CsvColumns Info { get; } = new("info");

    /// <summary>The direction of an amount without a sign.</summary>
    public static CsvColumns Direction { get; } = new("debit_credit", CsvDirection.IsColumn);

    /// <summary>Amounts of money that went out.</summary>
    public static CsvColumns PaidOut { get; } = new(
        "debit", "soll", "debits", "debit amount", "belastung", "belastungen", "lastschrift", "débit", "débit euros", "debe", "cargo",
        "cargos", "dare", "addebiti", "addebito", "uscite", "uscita", "af", "debet", "uttag", "ut", "ut av konto", "ut fra konto", "ud",
        "paid out", "money out", "withdrawal", "withdrawals", "withdrawn", "ausgaben", "ausgang", "auszahlung", "hævet", "debito",
        "obciazenia", "obciazenie");

    /// <summary>Amounts of money that came in.</summary>
    public static CsvColumns PaidIn { get; } = new(
        "credit", "haben", "credits", "credit amount", "gutschrift", "gutschriften", "crédit", "crédit euros", "haber", "abono", "abonos",
        "avere", "accrediti", "accredito", "entrate", "entrata", "bij", "kredit", "insättning", "insättningar", "inn", "inn på konto",
        "in", "ind", "paid in", "money in", "deposit", "deposits", "einnahmen", "eingang", "einzahlung", "indsat", "credito",
        "uznania", "uznanie");

    /// <summary>The balance after the row.</summary>
    public static CsvColumns Balance { get; } = new(
        "balance", plain => CsvBalanceRow.IsBalance(plain) && !CsvWords.Has(plain, "soll") && !CsvWords.Has(plain, "credit")
            && !CsvWords.Has(plain, "kredit") && !CsvWords.Has(plain, "available") && !CsvWords.Has(plain, "disponi")
            && !CsvWords.Has(plain, "currency") && !CsvWords.Has(plain, "wahrung"));

    /// <summary>A fee beside the amount of the row, or inside it.</summary>
    public static CsvColumns Fees { get; } = new(
        "fee", plain => plain.Split(' ').Any(word => word is "fee" or "fees" or "gebuhr" or "gebuhren" or "gebuehr" or "gebuehren"
            or "charge" or "charges" or "cost" or "costs" or "frais" or "commission" or "commissions" or "commissione" or "commissioni"
            or "spese" or "comision" or "comisiones" or "gastos" or "kosten" or "avgift" or "avgifter" or "gebyr" or "gebyrer"
            or "omkostninger" or "omkostning" or "provision" or "entgelt" or "entgelte" or "auslagenersatz" or "spesen" or "oplata"
            or "oplaty" or "prowizja" or "poplatek" or "poplatky" or "poplatok" or "dij" or "jutalek"));

    /// <summary>A further amount of the row.</summary>
    public static CsvColumns OtherAmount { get; } = new(
        "amount", plain => plain.Split(' ').Any(word => word is "amount" or "betrag" or "umsatz" or "montant" or "importe" or "importo"
            or "bedrag" or "belopp" or "belop" or "belob" or "ursprungsbetrag" or "originalbetrag" or "gesamtbetrag" or "total"
            || Gross._names.Contains(word) || Net._names.Contains(word)));

    public static CsvColumns Type { get; } = new("type");

    public static CsvColumns Reference { get; } = new("reference");

    public static CsvColumns Fee { get; } = new("fee");

    /// <summary>The columns of a file of mandates.</summary>
    public static CsvColumns Customer { get; } = new("account", "customer", "kunde", "mitglied");

    public static CsvColumns Iban { get; } = new("iban");

    public static CsvColumns Bic { get; } = new("bic");

    public static CsvColumns Holder { get; } = new("holder", "kontoinhaber");

    public static CsvColumns Mandate { get; } = new("mandate", "mandate reference", "mandatsreferenz", "mandat");

    public static CsvColumns SignedOn { get; } = new("signed_on", "unterschrieben am", "mandatsdatum");

    public static CsvColumns LastUsedOn { get; } = new("last_used_on", "zuletzt verwendet am");

    public static CsvColumns FormerMandate { get; } = new("former_mandate");

    public static CsvColumns FormerCreditor { get; } = new("former_creditor");

    public static CsvColumns Sequence { get; } = new("sequence", "sequenz");

    public static CsvColumns Source { get; } = new("source");

    /// <summary>The first name.</summary>
    public string Name => _name;

    /// <summary>Names that earlier versions did not know: they knew a line without what stands in such a column.</summary>
    private IEnumerable<string> Later
    {
        init
        {
            _later = [.. value.Select(CsvWords.Plain)];
            _names = [.. _names, .. _later];
        }
    }

    /// <summary>Whether earlier versions did not know a column.</summary>
    public bool IsLater(string column) => _later.Contains(PlainOf(column));

    /// <summary>The position; below zero for none. Of several names the first one counts.</summary>
    public int In(IReadOnlyList<string> columns) => AllIn(columns).DefaultIfEmpty(-1).First();

    /// <summary>The positions of all columns that it means, the best name first.</summary>
    public IEnumerable<int> AllIn(IReadOnlyList<string> columns)
    {
        var plain = columns.Select(PlainOf).ToList();
        if (_isMeant is { } isMeant)
            return Enumerable.Range(0, plain.Count).Where(at => plain[at].Length > 0 && isMeant(plain[at]));
        // A name as it stands goes before one of which a word is cut.
        var whole = columns.Select(PlainWithoutCurrency).ToList();
        return Named(whole).Concat(Named(plain)).Distinct();

        IEnumerable<int> Named(List<string> names) =>
            _names.SelectMany(name => Enumerable.Range(0, names.Count).Where(at => names[at] == name));
    }

    /// <summary>
    /// The name of a column in the spelling for comparing, without the currency or the time zone that stands behind it.
    /// </summary>
    public static string PlainOf(string column)
    {
        var name = Zone().Replace(column, "");
        var plain = PlainWithoutCurrency(name);
        // Credit in CHF, and not Paid in CHF or In (CHF).
        return CurrencyOf(name) is var (at, _) && name[at] == ' ' && plain.LastIndexOf(' ') is > 0 and var last
            && plain[(last + 1)..] is "in" or "en" or "em" or "i" or "w" or "v" && plain[..last] is not ("paid" or "money")
            ? plain[..last] : plain;
    }

    private static string PlainWithoutCurrency(string column) =>
        CsvWords.Plain(CurrencyOf(column) is { } behind ? column[..behind.At] : column);

    [GeneratedRegex(
        @"\s*[(\[]\s*(UTC|GMT|CET|CEST|MEZ|MESZ|EET|EEST|WET|BST|ET|EST|EDT|CT|PT|PST|PDT|local( time)?|Ortszeit|heure locale)"
            + @"\s*([+-][0-9:]+)?\s*[)\]]\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Zone();

    /// <summary>The currency in the name of a column, such as <c>Amount (EUR)</c>, and where it begins; null for none.</summary>
    public static (int At, string Code)? CurrencyOf(string column)
    {
        var name = column.TrimEnd(' ', ')', ']');
        var at = name.LastIndexOfAny([' ', '(', '[']);
        var code = at > 0 ? name[(at + 1)..] : "";
        code = code switch { "€" or "euro" or "euros" or "EUROS" or "EUROA" => "EUR", "£" => "GBP", _ => code };
        return at > 0 && Core.Currency.TryParse(code, out _) ? (at, code) : null;
    }
}
