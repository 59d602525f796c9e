using System.Text;
using System.Text.RegularExpressions;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>The words of banks in columns and rows, in the spelling for comparing.</summary>
internal static class CsvWords
{
    /// <summary>In small letters without accents, with one blank for all that is no letter and no digit.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var letter = char.ToLowerInvariant(character);
            if (letter is >= '\u0300' and <= '\u036F')
                continue;
            if (char.IsAscii(letter) ? char.IsAsciiLetterOrDigit(letter) : char.IsLetter(letter))
                plain.Append(PlainOf(letter));
            else if (plain.Length > 0 && plain[^1] != ' ')
                plain.Append(' ');
        }

        return plain.ToString().TrimEnd();
    }

    /// <summary>
    /// A letter without its accent. Not by the runtime's normalisation, which does nothing where it has no data of languages.
    /// </summary>
    private static string PlainOf(char letter) => letter switch
    {
        'ä' or 'à' or 'á' or 'â' or 'ã' or 'å' or 'ą' or 'ă' or 'ā' => "a",
        'æ' => "ae",
        'ç' or 'č' or 'ć' => "c",
        'ď' or 'đ' => "d",
        'é' or 'è' or 'ê' or 'ë' or 'ę' or 'ě' or 'ē' or 'ė' => "e",
        'ğ' or 'ģ' => "g",
        'í' or 'ì' or 'î' or 'ï' or 'ī' or 'į' or 'ı' => "i",
        'ķ' => "k",
        'ł' or 'ľ' or 'ļ' => "l",
        'ñ' or 'ń' or 'ň' or 'ņ' => "n",
        'ó' or 'ò' or 'ô' or 'õ' or 'ö' or 'ø' or 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' or 'š' or 'ş' or 'ș' => "s",
        'ß' => "ss",
        'ť' or 'ţ' or 'ț' => "t",
        'ú' or 'ù' or 'û' or 'ü' or 'ů' or 'ű' or 'ū' or 'ų' => "u",
        'ý' => "y",
        'ź' or 'ż' or 'ž' => "z",
        _ => letter.ToString(),
    };

    public static bool Has(string plain, string word) => plain.Contains(word, StringComparison.Ordinal);
}

/// <summary>The status of a row in the bank's column: booked or not.</summary>
internal static class CsvStatus
{
    /// <summary>These say it wherever a word begins with them. A sort of booked rows has none of them in its name.</summary>
    private static readonly string[] Waiting = PlainOf(
        "vorgemerkt", "vormerk", "ungebucht", "ausstehend", "in bearbeitung", "pending", "unbooked", "uncleared", "disponiert", "on hold",
        "afventer", "väntande", "in afwachting", "en attente", "pendiente", "pendente", "in sospeso", "oczekuj");

    /// <summary>These say of a row that it will never be booked.</summary>
    private static readonly string[] Failed = PlainOf(
        "declined", "rejected", "failed", "reverted", "cancelled", "canceled", "refused", "expired", "unsuccessful", "aborted", "voided",
        "abgelehnt", "storniert", "fehlgeschlagen", "abgebrochen", "zurückgewiesen", "widerrufen",
        "geweigerd", "afgewezen", "mislukt", "geannuleerd", "refusé", "échou", "échec", "annulé", "rejeté", "rifiutat", "respint",
        "fallit", "annullat", "rechazad", "cancelad", "anulad", "fallid", "recusad", "rejeitad", "falhad", "falhou",
        "odrzucon", "anulowan", "nieudan", "zamítnut", "zrušen", "neúspěš", "zamietnut", "neúspeš", "elutasít", "sikertelen", "törölt",
        "avvisad", "misslyck", "avbruten", "makulera", "avvist", "mislykke", "kansell", "afvist", "annuller", "hylät", "peruttu",
        "epäonnist", "tühistat", "tagasi lükat", "noraidīt", "atcelt", "atmest", "atšaukt");

    /// <summary>
    /// These say it in a column that is a state; in another one where they are all of the field, unlike <c>Unpaid DD</c>.
    /// </summary>
    private static readonly string[] Unbooked =
    [
        .. Waiting,
        .. Failed,
        .. PlainOf(
            "geplant", "authoris", "authoriz", "venter", "reserver", "processing", "scheduled",
            // English and German
            "incomplete", "in progress", "awaiting", "initiated", "blocked", "unpaid", "unprocessed", "unconfirmed", "unsettled",
            "wartend", "fehlerhaft", "gesperrt", "verfallen",
            // Dutch, French, Italian, Spanish and Portuguese
            "in behandeling", "gereserveerd", "gepland", "annulat", "en cours", "à venir", "in attesa", "in corso", "en curso",
            "en proceso", "em processamento",
            // Polish, Czech, Slovak and Hungarian
            "w trakcie", "w realizacji", "zablokowan", "čekaj", "čakaj", "neuskutečn", "függő", "függőben", "folyamatban",
            // The north and the Baltic
            "avbrut", "odotta", "ootel", "gaida", "laukia"),
    ];

    /// <summary>These say it where they are the whole field.</summary>
    private static readonly HashSet<string> WholeUnbooked =
        ["offen", "open", "void", "error", "fehler", "hold", "created", "draft", "new", "erreur", "errore", "refus"];

    private static readonly string[] Booked = PlainOf(
        "gebucht", "ausgeführt", "booked", "completed", "posted", "settled", "cleared", "executed",
        "udført", "gennemført", "utført", "genomförd", "bokförd", "bokført", "geboekt", "verwerkt", "comptabilisé", "contabilizad",
        "contabilizzat", "zrealizowan", "zaksięgowan", "kirjattu",
        "success", "succeeded", "complete", "done", "processed", "confirmed", "paid", "erfolgreich", "erledigt", "abgeschlossen",
        "verbucht",
        "bestätigt", "uitgevoerd", "voltooid", "exécuté", "effectué", "réalisé", "terminé", "validé", "eseguit", "completat", "completad",
        "realizad", "ejecutad", "efetuad", "executad", "liquidad", "wykonan", "zakończon", "zaúčtován", "provedeno", "proveden", "zúčtovan",
        "dokončen", "könyvelt", "teljesít", "sikeres", "slutförd", "fullført", "bogført", "suoritettu", "maksettu", "teostatud",
        "kinnitatud", "izpildīt", "įvykdyt",
        "accepte", "akzeptiert", "angenommen", "accettat", "aceptad", "aceit", "hyväksyt", "godkänd", "godkendt", "godkjent",
        "zaakceptowan", "elfogad");

    /// <summary>These say it where they are the whole field: of a transfer that the bank has sent.</summary>
    private static readonly HashSet<string> WholeBooked = ["sent", "gesendet", "verzonden", "envoye", "inviato", "enviado"];

    private static readonly string[] Not = [" nicht ", " not "];

    /// <summary>Before the word for booked they say that it is not.</summary>
    private static readonly string[] Negations =
        [" non ", " no ", " niet ", " ej ", " inte ", " ikke ", " nie ", " neni ", " nao ", " ei ", " nem "];

    private static readonly HashSet<string> Yes = ["1", "true", "yes", "y", "x", "ja", "j", "oui", "si", "tak", "ano", "igen"];

    private static readonly HashSet<string> No = ["0", "false", "no", "n", "nein", "non", "nee", "nej", "nie", "ne", "nem"];

    private static readonly string[] Pending =
        ["umsatz vorgemerkt", "vorgemerkt", "pending", "offen", "ausstehend", "reserverat", "reserveret", "reservert"];

    /// <summary>Whether the word means booked; null for an unknown word.</summary>
    public static bool? IsBooked(string word)
    {
        var plain = $" {CsvWords.Plain(word)} ";
        return Has(plain, Unbooked) || Has(plain, Not) ? false : WholeBooked.Contains(plain.Trim()) ? true
            : !Has(plain, Booked) ? null : !Has(plain, Negations);
    }

    /// <summary>Parts of the name of a column that is a state.</summary>
    private static readonly string[] States =
    [
        "status", "state", "statut", "stato", "estado", "zustand", "tilstand", "stav", "tila", "olek", "busena", "allapot", "situac",
        "result", "ergebnis", "bearbeitung",
    ];

    /// <summary>Beginnings in the name of a column that a bookkeeper fills in, where most is open.</summary>
    private static readonly string[] OfBooks =
    [
        "beleg", "kategor", "categor", "export", "review", "rechnung", "invoice", "receipt", "steuer", "tax", "reconcil", "zuordn", "label",
    ];

    /// <summary>Whether a column is one that a bookkeeper fills in, by its name in plain words.</summary>
    public static bool IsOfBooks(string name) =>
        name.Split(' ').Any(part => OfBooks.Any(word => part.StartsWith(word, StringComparison.Ordinal)));

    /// <summary>
    /// Whether a field of a column whose name is not known says that the row is booked: by its word, or where the name is a state, by yes
    /// or no. Null for other words.
    /// </summary>
    public static bool? IsBooked(string column, string value)
    {
        const int MostWords = 3;
        var (plain, name) = (CsvWords.Plain(value), CsvWords.Plain(column));
        var isWaiting = Waiting.Any(word => $" {plain}".Contains($" {word}", StringComparison.Ordinal));
        if (IsOfBooks(name))
            return isWaiting ? false : null;
        if (WholeUnbooked.Contains(plain))
            return false;
        if (WholeBooked.Contains(plain))
            return true;
        bool? flag = Yes.Contains(plain) ? true : No.Contains(plain) ? false : null;
        if (flag is not null)
            return IsBooked(column) is { } state ? state == flag : null;
        if (plain.Split(' ').Length > MostWords)
            return null;
        if (Has(name, States))
            return IsBooked(value);
        if (isWaiting || IsOrEndsWith(plain, Unbooked))
            return false;
        var padded = $" {plain} ";
        return Has(plain, Unbooked) || !Has(plain, Booked) ? null : !Has(padded, Negations) && !Has(padded, Not);
    }

    /// <summary>Whether a field is a clear word for a row that was refused, and will never be booked.</summary>
    public static bool IsFailed(string value) => IsOrEndsWith(CsvWords.Plain(value), Failed);

    /// <summary>Whether a column has the name of a state. A result may be one of something else.</summary>
    public static bool IsNamedAsState(string column) => CsvWords.Plain(column) is var name
        && States.Any(word => word is not ("result" or "ergebnis" or "bearbeitung") && CsvWords.Has(name, word));

    /// <summary>Whether a column has the state of a card or of an address, which is none of the row.</summary>
    public static bool IsOfAnotherThing(string column) => CsvWords.Plain(column) is var name
        && ((string[])["card", "karte", "carte", "kart", "tarjeta", "address", "adress", "indirizzo", "direccion", "adres"])
            .Any(word => CsvWords.Has(name, word));

    /// <summary>
    /// Whether a field is one of these words, or its last word is one: <c>Payment failed</c>, unlike <c>Failed payment fee</c>.
    /// </summary>
    private static bool IsOrEndsWith(string plain, string[] words)
    {
        var last = plain[(plain.LastIndexOf(' ') + 1)..];
        return words.Any(word => last.StartsWith(word, StringComparison.Ordinal)
            || (plain.StartsWith(word, StringComparison.Ordinal) && !plain[word.Length..].Contains(' ', StringComparison.Ordinal)));
    }

    /// <summary>Whether a free text says only that the row is not booked yet.</summary>
    public static bool IsPending(string text) => Pending.Contains(text, StringComparer.OrdinalIgnoreCase);

    private static string[] PlainOf(params string[] words) =>
        [.. words.Select(word => $"{CsvWords.Plain(word)}{(word.EndsWith(' ') ? " " : "")}")];

    private static bool Has(string plain, string[] words) => words.Any(one => plain.Contains(one, StringComparison.Ordinal));
}

/// <summary>The words for the direction of money, in the languages of the banks.</summary>
internal static partial class CsvDirection
{
    private static readonly string[] Columns =
    [
        "s h", "h s", "d c", "c d", "d k", "k d", "dr cr", "cr dr", "db cr", "cdtdbtind", "direction", "richtung", "sens", "af bij",
        "afbij", "bij af", "bijaf", "ut inn", "ut in", "ud ind", "in out", "zahlungsrichtung",
    ];

    /// <summary>The words of both sides, of which the name of such a column has one each, also without a sign between them.</summary>
    private static readonly (string[] Out, string[] In)[] Sides =
    [
        (["debit", "debet", "deebet", "debiet"], ["credit", "kredit", "kreedit"]), (["soll"], ["haben"]), (["debe"], ["haber"]),
        (["dare"], ["avere"]),
    ];

    /// <summary>Parts of the name of a column that says of which sort a row is.</summary>
    private static readonly string[] Sorts =
    [
        "type", "typ", "art", "tipo", "soort", "kind", "sens", "richtung", "direction", "kennzeichen", "indicator", "mutation",
        "mutatie", "transac", "transak", "transaz", "umsatz", "operation", "operacion", "operazione", "bewegung", "vorgang", "code",
        "zeichen", "sign", "betalning", "betaling", "rodzaj",
        "laji", "tuup", "tip", "druh", "natureza", "jelleg", "veids", "rusis", "vrsta", "islem", "movement", "mouvement", "movimento",
        "movimiento", "categor", "kategor", "mode", "booking", "class", "flow", "group", "gruppe", "vorzeichen",
    ];

    /// <summary>Parts of the name of a column that says nothing but the direction.</summary>
    private static readonly string[] Names =
    [
        "direction", "richtung", "sens", "sign", "zeichen", "retning", "riktning", "kierunek", "strona", "strana", "smer", "suunta",
        "irany", "segno", "signo", "sinal", "znak", "debit", "credit", "debet", "kredit",
    ];

    private static readonly HashSet<string> Outgoing =
    [
        "s", "d", "soll", "dr", "db", "debit", "debits", "dbit", "debet", "debe", "dare", "deb", "debiet", "deebet", "debito", "cargo",
        "cargos", "out", "outgoing", "outflow", "outbound", "ausgang", "ausgehend", "belastung", "lastschrift", "abbuchung", "auszahlung",
        "ausgabe", "zahlungsausgang", "withdrawal", "withdrawals", "paid out", "money out", "payment out", "transfer out", "expense",
        "sent", "spent", "af", "afschrijving", "afschrijvingen", "uit", "uitgaand", "uitgave", "depense", "retrait", "sortie", "sortant",
        "gasto", "salida",
        "retiro", "egreso", "addebito", "uscita", "uscite", "prelievo", "uttag", "ut", "utgaende", "utgift", "utbetalning", "utbetaling",
        "ud", "udgaende", "udgift", "udbetaling", "haevning", "uttak", "belastad", "belastet", "trukket", "minus", "send", "sending",
        "obciazenie", "wn", "wyplata", "wydatek", "wychodzacy", "veloitus", "valjaminek", "vydaj", "odchozi", "terheles", "saida",
        "abgang", "abgange", "ausgange", "ausgaben", "auszahlungen", "belastungen", "abbuchungen", "lastschriften", "udgifter", "utgifter",
        "expenses", "depenses", "gastos", "salidas", "uitgaven",
        "payment made", "payments made", "payment sent", "wydatki", "spending", "debitare", "plata", "borc", "giden", "дебет", "расход",
        "списание", "izdevums", "islaidos", "rashod", "isplata",
    ];

    private static readonly HashSet<string> Incoming =
    [
        "h", "c", "k", "haben", "cr", "credit", "credits", "crdt", "kredit", "haber", "avere", "cred", "kreedit", "credito", "abono",
        "abonos", "in", "incoming", "inflow", "inbound", "eingang", "eingehend", "gutschrift", "einzahlung", "einnahme",
        "zahlungseingang", "deposit", "deposits", "paid in", "money in", "payment in", "transfer in", "income", "received", "bij",
        "bijschrijving", "bijschrijvingen", "inkomend", "inkomst", "recette", "depot", "versement", "entree", "entrant", "ingreso",
        "entrada",
        "deposito", "accredito", "entrata", "entrate", "versamento", "insattning", "inn", "ingaende", "inbetalning", "innbetaling",
        "ind", "indgaende", "indtaegt", "indbetaling", "indsaetning", "innskudd", "inntekt", "krediterad", "kreditert", "plus", "receive",
        "receiving", "uznanie", "ma", "wplata", "przychod", "przychodzacy", "pano", "hyvitys", "laekumine", "prijem", "prichozi",
        "zugang", "zugange", "eingange", "einnahmen", "einzahlungen", "gutschriften", "indtaegter", "intakter", "inntekter", "recettes",
        "ingresos", "inkomsten", "receipt",
        "receipts", "payment received", "payments received", "przychody", "wplaty", "jovairas", "creditare", "incasare", "alacak",
        "gelen", "кредит", "приход", "поступление", "зачисление", "ienemums", "pajamos",
        "uplata",
    ];

    /// <summary>Whether a column of this name has the direction of the amount, not of the balance.</summary>
    /// <param name="plain">The name in the spelling for comparing.</param>
    public static bool IsColumn(string plain) => !CsvBalanceRow.IsBalance(plain) && (Columns.Contains(plain)
        || Sides.Any(side => side.Out.Any(word => CsvWords.Has(plain, word)) && side.In.Any(word => CsvWords.Has(plain, word))));

    /// <summary>Whether a column of this name says of which sort a row is.</summary>
    public static bool IsOfSorts(string plain) => Sorts.Any(word => CsvWords.Has(plain, word));

    /// <summary>Whether a column has the name of a direction, such as <c>T/K</c>, in whatever language.</summary>
    public static bool IsNamedAsOne(string name) => CsvWords.Plain(name) is var plain
        && (IsColumn(plain) || plain.Split(' ').Any(IsName) || Pair().IsMatch(name));

    /// <summary>Whether a word is such a part, or ends with a longer one, as <c>Betalingsretning</c> does.</summary>
    private static bool IsName(string word)
    {
        const int Longer = 6;
        return Names.Any(part => word == part || (part.Length >= Longer && word.EndsWith(part, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"^\P{L}*\p{L}{1,3}\s*[/|\\]\s*\p{L}{1,3}\P{L}*$|^\W*[+]\s*/?\s*[-\u2212]\W*$", RegexOptions.None, 1000)]
    private static partial Regex Pair();

    /// <summary>Whether money went out; null for an unknown word.</summary>
    public static bool? IsOutgoing(string? word)
    {
        if (word is null)
            return null;
        switch (word.Trim())
        {
            case "-" or "\u2212":
                return true;
            case "+":
                return false;
        }

        var plain = CsvWords.Plain(word);
        return Outgoing.Contains(plain) ? true : Incoming.Contains(plain) ? false : null;
    }

    /// <summary>The first words of a bank's posting of money that went out, which no payer writes.</summary>
    private static readonly string[] Postings =
    [
        "lastschr", "folgelastschr", "erstlastschr", "einzellastschr", "basislastschr", "sepa lastschr", "rucklastschr", "belastung",
        "abbuchung", "kartenzahlung", "kartenverfugung", "barabhebung", "bargeldausz", "geldautomat", "card payment", "card purchase",
        "card transaction", "direct debit", "standing order", "withdrawal", "cash withdrawal", "cash machine", "debit card", "bill payment",
        "payment to ", "transfer to ", "sent to ", "zahlung an ", "uberweisung an ", "prelevement", "prlv", "retrait", "paiement carte",
        "paiement par carte", "virement emis", "vir emis", "addebito", "prelievo", "pagamento carta", "pagamento pos", "bonifico disposto",
        "adeudo", "recibo domiciliado", "pago con tarjeta", "transferencia emitida", "betaalautomaat", "geldopname", "automatische incasso",
        "kortkop", "kortbetalning", "varekjop", "kortkob", "platba kartou", "odchozi", "platnosc karta", "obciazenie", "przelew wychodzacy",
        "korttiosto", "debito direto", "levantamento",
    ];

    /// <summary>The same where a column has nothing but a bank's words for sorts of rows.</summary>
    private static readonly string[] SortsOfOutgoing =
    [
        "dauerauftrag ", "girocard", "uberweisungsauftrag", "sepa uberweisungsauftrag", "atm ", "outgoing", "faster payment to ", "achat",
        "carte ", "cb ", "compra", "cargo", "retirada", "incasso", "betaalpas", "uttag", "wyplata", "trvaly prikaz", "zlecenie stale",
        "otto ", "purchase", "card ", "pos ",
    ];

    /// <summary>Whether a field begins with the words of a bank for money that went out.</summary>
    /// <param name="isOfSorts">Whether its column has nothing but a bank's words.</param>
    public static bool IsPostingOfOutgoing(string text, bool isOfSorts = false)
    {
        var plain = $"{CsvWords.Plain(text)} ";
        return Postings.Concat(isOfSorts ? SortsOfOutgoing : []).Any(words => plain.StartsWith(words, StringComparison.Ordinal));
    }

    /// <summary>What the bank of a credit card writes when its holder has paid.</summary>
    private static readonly string[] Thanks = ["payment thank you", "paiement recu merci"];

    /// <summary>The same, which within a text may be a payer's own words.</summary>
    private static readonly string[] Paid = ["payment received", "zahlung erhalten"];

    /// <summary>Whether a text says that a payment has come.</summary>
    public static bool SaysPaymentCame(string text) => CsvWords.Plain(text) is var plain
        && (Thanks.Any(words => CsvWords.Has(plain, words)) || Paid.Any(words => plain.StartsWith(words, StringComparison.Ordinal)));

    /// <summary>Beginnings of words beside a word for money that went out, by which it came: back, or from a debtor.</summary>
    private static readonly string[] Returns =
    [
        "ruck", "zuruck", "return", "revers", "refund", "storno", "einreich", "einzug", "collect", "rejet", "reject", "impag", "erstatt",
        "chargeback", "abgelehnt", "declin", "fail", "unpaid",
    ];

    /// <summary>
    /// Whether a field of a bank's sorts of rows says of an amount without a sign that money went out: it is the word for it
    /// (<c>Debit</c>), or has it among others (<c>Direct debit</c>) and none of what came back.
    /// </summary>
    public static bool SaysOutgoing(string text) => IsWordOfOutgoing(text) || (TellsOfOutgoing(text)
        && !CsvWords.Plain(text).Split(' ').Any(word => Returns.Any(part => word.StartsWith(part, StringComparison.Ordinal))));

    /// <summary>Whether a field is a word for money that went out, and no sign in the place of nothing.</summary>
    public static bool IsWordOfOutgoing(string text) => text.Any(char.IsLetter) && IsOutgoing(text) == true;

    /// <summary>Whether a text has a word of at least three letters that says that money went out.</summary>
    public static bool TellsOfOutgoing(string text) =>
        CsvWords.Plain(text).Split(' ').Any(word => word.Length >= 3 && (Outgoing.Contains(word) || word is "made" or "paid"));
}

/// <summary>The rows of a bank's table that are no lines: balances and sums.</summary>
internal static partial class CsvBalanceRow
{
    private static readonly string[] OpeningWords =
    [
        "anfangssaldo", "anfangsbestand", "alter kontostand", "alter saldo", "startsaldo", "opening balance", "starting balance",
        "balance brought forward", "brought forward", "balance b f", "bal b f", "beginning balance", "beginsaldo", "vorige saldo",
        "oud saldo",
        "solde initial",
        "solde precedent", "ancien solde", "saldo inicial", "saldo anterior", "saldo iniziale", "saldo precedente", "ingaende saldo",
        "inngaende saldo", "inngaaende saldo", "indgaende saldo", "primosaldo", "vortrag", "saldovortrag", "saldo vortrag",
        "saldo alt", "saldo poczatkowe", "algsaldo", "likutis pradziai", "sakuma atlikums", "pocatecni zustatek", "pociatocny stav",
        "pociatocny zostatok", "nyito egyenleg", "alkusaldo",
    ];

    private static readonly string[] ClosingWords =
    [
        "endsaldo", "schlusssaldo", "endbestand", "neuer kontostand", "neuer saldo", "kontostand", "aktueller kontostand",
        "closing balance", "ending balance", "final balance", "current balance", "balance carried forward", "carried forward",
        "balance c f", "bal c f",
        "eindsaldo", "nieuw saldo", "solde final", "nouveau solde", "solde actuel", "saldo final", "saldo finale", "saldo actual",
        "saldo attuale", "utgaende saldo", "udgaende saldo", "slutsaldo", "ultimosaldo", "saldo neu", "saldo koncowe", "loppsaldo",
        "likutis pabaigai", "beigu atlikums", "konecny zustatek", "konecny stav", "konecny zostatok", "zaro egyenleg", "loppusaldo",
    ];

    private static readonly string[] SumWords =
    [
        "turnover", "total", "totals", "summe", "gesamt", "gesamtsumme", "zwischensumme", "subtotal", "sum", "totaal", "totale", "totali",
        "totalt", "totaux", "total debits", "total credits", "total debit", "total credit", "saldo", "balance", "solde", "umsatzsumme",
        "total bookings", "total turnover", "total for period", "total amount", "total transactions", "total movements", "grand total",
        "ubertrag", "saldo per", "summe soll", "summe haben", "omslutning", "i alt", "kaive", "apgrozijums", "apyvarta",
    ];

    /// <summary>Each of the words has one of these.</summary>
    private static readonly string[] Stems =
    [
        "sald", "balance", "bal", "solde", "kontostand", "tot", "sum", "gesamt", "vortrag", "bestand", "forward", "turnover", "omsl",
        "i alt",
        "übertrag", "käive", "apgroz", "apyvart", "likut", "atlikum", "zůstat", "zostat", "stav", "egyenleg",
    ];

    /// <summary>Words beside the word of a balance, which leave it what it is.</summary>
    private static readonly HashSet<string> Fillers =
    [
        "a", "al", "am", "as", "at", "au", "contabile", "comptable", "contable", "d", "date", "de", "debut", "den", "der", "des", "du",
        "en", "eur", "fecha", "fin", "il", "la", "le", "of", "on", "op", "per", "periode", "periodo", "pr", "the", "vom", "zum",
    ];

    private static readonly string[] BalanceParts =
        ["saldo", "balance", "solde", "kontostand", "bakiye", "zustatek", "egyenleg", "guthaben"];

    /// <summary>Whether a column of this name has a balance.</summary>
    public static bool IsBalance(string plain) =>
        !CsvWords.Has(plain, "impact") && !CsvWords.Has(plain, "auswirkung")
        && (BalanceParts.Any(word => CsvWords.Has(plain, word)) || plain.Split(' ').Contains("bal"));

    /// <summary>Whether a text is a word for a sum alone. With a day or another word beside it no payer writes it.</summary>
    public static bool IsWordOfSum(string text) => SumWords.Contains(CsvWords.Plain(text));

    /// <summary>The kind of balance or sum that a text names; null for none.</summary>
    public static CsvBalanceKind? Of(string text)
    {
        if (text.Length is < 3 or > 40 || !Stems.Any(stem => text.Contains(stem, StringComparison.OrdinalIgnoreCase)))
            return null;
        // Banks write the day behind it: Solde au 30/11/2027. Another number is none of a balance: TOTAL 4412 is a petrol station.
        var plain = string.Join(
            ' ', CsvWords.Plain(Day().Replace(text, " ")).Split(' ').Where(word => !Fillers.Contains(word)));
        return OpeningWords.Contains(plain) ? CsvBalanceKind.Opening : ClosingWords.Contains(plain) ? CsvBalanceKind.Closing
            : SumWords.Contains(plain) ? CsvBalanceKind.Sum : null;
    }

    [GeneratedRegex(
        @"\b([0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2})\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Day();
}

/// <summary>A row that is no line.</summary>
internal enum CsvBalanceKind
{
    /// <summary>The balance before the lines.</summary>
    Opening,

    /// <summary>The balance after the lines.</summary>
    Closing,

    /// <summary>A sum of lines, or a balance of an unknown day.</summary>
    Sum,
}
