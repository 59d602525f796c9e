using System.Text;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements.Banks;

/// <summary>A line as a row of a table, with the balance after it.</summary>
internal sealed record CsvLine(BankLine Line, BankAccount Account, long BalanceMinor, CsvTableOf Table)
{
    public string Currency => Account.Currency.Code;

    public string Signed => $"{(Line.AmountMinor < 0 ? Table.Minus : "")}{Bare}";

    public string Bare => Amount(Line.AmountMinor);

    public string Out => Line.AmountMinor < 0 ? Bare : "";

    public string In => Line.AmountMinor > 0 ? Bare : "";

    public string Balance => $"{(BalanceMinor < 0 ? Table.Minus : "")}{Amount(BalanceMinor)}";

    public string Direction(string wentOut, string came) => Line.AmountMinor < 0 ? wentOut : came;

    public string Booked(string format) => Line.BookedOn.Day(format);

    public string Value(string format) => Line.ValueOn.Day(format);

    private string Amount(long minor) => BankText.Amount(minor, Account.Currency, Table.DecimalSign, Table.Thousands);
}

/// <summary>The table of one bank.</summary>
internal sealed record CsvTableOf(string Header, char Separator, string Encoding, Func<CsvLine, string[]> Row)
{
    public char DecimalSign { get; init; } = ',';

    public string Thousands { get; init; } = "";

    public string Minus { get; init; } = "-";

    public bool IsNewestFirst { get; init; }

    public bool IsQuoted { get; init; }

    public Told Told { get; init; } = Told.ValueDay | Told.Party;

    /// <summary>Tables of ten banks: each has another way to say what came and what went.</summary>
    /// <summary>How a bank has posted a row, in a column of its own.</summary>
    public const string Posting = "UMSATZ";

    public static IReadOnlyList<CsvTableOf> All { get; } =
    [
        new(
            "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;Kontonummer/IBAN;"
                + "Betrag;Waehrung;Info", ';', "iso-8859-1",
            one =>
            [
                one.Account.Iban, one.Booked("dd.MM.yy"), one.Value("dd.MM.yy"), Posting, one.Line.Text, one.Line.Party, "", one.Signed,
                one.Currency, "Umsatz gebucht",
            ]) { IsQuoted = true, IsNewestFirst = true },
        new(
            "Konto;Buchung;Wertstellung;Auftraggeber/Empfänger;Verwendungszweck;Umsatz;Währung;Soll/Haben;Saldo", ';', "utf-8-bom",
            one =>
            [
                one.Account.Iban, one.Booked("dd.MM.yyyy"), one.Value("d.M.yyyy"), one.Line.Party, one.Line.Text, one.Bare, one.Currency,
                one.Direction("S", "H"), one.Balance,
            ]) { Thousands = "." },
        new(
            "Date,Description,Name,Money Out,Money In,Balance,Account,Currency", ',', "utf-8",
            one =>
            [
                one.Booked("dd MMM yyyy"), one.Line.Text, one.Line.Party, one.Out, one.In, one.Balance, one.Account.Iban, one.Currency,
            ]) { DecimalSign = '.', Thousands = ",", Told = Told.Party, IsNewestFirst = true },
        new(
            "Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag;Munt;Mutatiesoort;Mededelingen", ';', "utf-8",
            one =>
            [
                one.Booked("yyyyMMdd"), one.Line.Party, one.Account.Iban, "", "GT", one.Direction("Af", "Bij"), one.Bare, one.Currency,
                "Online bankieren", one.Line.Text,
            ]) { IsQuoted = true, Told = Told.Party },
        new(
            "Date comptable;Date de valeur;Libellé;Débit;Crédit;Devise", ';', "iso-8859-1",
            one => [one.Booked("dd/MM/yyyy"), one.Value("dd/MM/yyyy"), one.Line.Text, one.Out, one.In, one.Currency])
            { Thousands = " ", Told = Told.ValueDay },
        new(
            "Fecha operación\tFecha valor\tConcepto\tBeneficiario\tImporte\tSaldo\tDivisa", '\t', "utf-8",
            one =>
            [
                one.Booked("dd/MM/yyyy"), one.Value("dd/MM/yyyy"), one.Line.Text, one.Line.Party, one.Signed, one.Balance, one.Currency,
            ]) { Thousands = ".", Minus = "\u2212" },
        new(
            "Data contabile;Data valuta;Descrizione;Controparte;Dare;Avere;Divisa", ';', "utf-8",
            one =>
            [
                one.Booked("d/M/yyyy"), one.Value("d/M/yyyy"), one.Line.Text, one.Line.Party, one.Out.Length > 0 ? $"-{one.Out}" : "",
                one.In, one.Currency,
            ]) { IsQuoted = true },
        new(
            "Bokföringsdag\tValutadag\tMottagare/Avsändare\tMeddelande\tBelopp\tSaldo\tValuta", '\t', "utf-16",
            one =>
            [
                one.Booked("yyyy-MM-dd"), one.Value("yyyy-MM-dd"), one.Line.Party, one.Line.Text, one.Signed, one.Balance, one.Currency,
            ]) { Thousands = "\u00A0", IsNewestFirst = true },
        new(
            "Bokført dato;Rentedato;Melding;Avsender;Ut fra konto;Inn på konto;Saldo;Valuta", ';', "utf-8",
            one =>
            [
                one.Booked("dd.MM.yyyy"), one.Value("dd.MM.yyyy"), one.Line.Text, one.Line.Party, one.Out, one.In, one.Balance,
                one.Currency,
            ]),
        new(
            "Dato;Tekst;Afsender;Beløb;Ud Ind;Valuta", ';', "utf-16be",
            one =>
            [
                one.Booked("dd-MM-yyyy"), one.Line.Text, one.Line.Party, one.Bare, one.Direction("Ud", "Ind"), one.Currency,
            ]) { Thousands = ".", Told = Told.Party },
        new(
            "booked_on,value_on,counterparty,remittance,amount,currency,account,bank_reference,end_to_end", ',', "utf-8",
            one =>
            [
                one.Booked("yyyy-MM-dd"), one.Value("yyyy-MM-dd"), one.Line.Party, one.Line.Text,
                $"{one.Bare} {one.Direction("DR", "CR")}", one.Currency, one.Account.Iban, one.Line.Reference, one.Line.EndToEnd ?? "",
            ]) { DecimalSign = '.', Told = Told.All },
    ];
}

/// <summary>A bank that writes tables.</summary>
internal sealed class CsvBank(CsvTableOf table) : IBankWriter
{
    public bool HasDetails => false;

    public IEnumerable<BankDocument> Write(IReadOnlyList<BankStatement> statements)
    {
        foreach (var statement in statements)
        {
            var minor = statement.OpeningMinor;
            List<(BankLine Line, string Row)> rows = [];
            foreach (var line in statement.Lines)
            {
                minor += line.AmountMinor;
                rows.Add((line, RowOf(table.Row(new CsvLine(line, statement.Account, minor, table)))));
            }

            if (table.IsNewestFirst)
                rows.Reverse();
            var text = $"{RowOf(table.Header.Split(table.Separator))}{string.Concat(rows.Select(row => row.Row))}";
            yield return new BankDocument(Encoded(text), table.Told, [[.. rows.Select(row => row.Line)]])
            {
                Options = new ReadingOptions
                {
                    Account = statement.Account.Iban,
                    // Three decimals look like thousands, and thousands like decimals.
                    DecimalSign = statement.Account.Currency.MinorUnits == 2 ? null : table.DecimalSign,
                },
            };
        }
    }

    private string RowOf(IEnumerable<string> fields) => $"{string.Join(table.Separator, fields.Select(Field))}\r\n";

    private string Field(string text) => table.IsQuoted || text.AsSpan().IndexOfAny(table.Separator, '"') >= 0
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    private byte[] Encoded(string text)
    {
        Encoding encoding = table.Encoding switch
        {
            "utf-8-bom" => Encoding.UTF8,
            "utf-8" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            var name => Encoding.GetEncoding(name),
        };
        return [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
    }
}
