using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>A column of a table, for a person who says what it is.</summary>
/// <param name="Name">Its name in the header line; empty where it has none.</param>
/// <param name="Values">What its first rows have, cut.</param>
/// <param name="Guess">What it probably is.</param>
/// <param name="Order">The order in its days, where they show it.</param>
/// <param name="IsOfTwoReadings">Whether it has days such as 01/02/2027, and none that shows which comes first.</param>
public sealed record SeenColumn(string Name, IReadOnlyList<string> Values, ColumnUse Guess, DayOrder? Order, bool IsOfTwoReadings);

/// <summary>The beginning of a bank's table, for a person who says what its columns are.</summary>
public sealed record SeenTable(IReadOnlyList<SeenColumn> Columns)
{
    private const int ShownRows = 5;
    private const int LongestValue = 40;
    private const int RowsLookedAt = 200;

    /// <summary>Whether its columns have names in a header line, and not those of their places.</summary>
    public bool HasHeader { get; private init; } = true;

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <returns>Null where it is no table.</returns>
    public static async Task<SeenTable?> OfAsync(Stream file, CancellationToken cancel)
    {
        if (await FileKinds.OfAsync(file, cancel) is not (FileKind.Table, null))
            return null;
        var found = new Findings(new ReadingOptions());
        SeenTable? seen = null;
        await BoundedFile.ReadAsync(file, found, async inTime => seen = await OfAsync(file, found, inTime), cancel);
        return found.Faults.Count == 0 ? seen : null;
    }

    private static async Task<SeenTable?> OfAsync(Stream file, Findings found, CancellationToken cancel)
    {
        using var text = await CsvText.OfAsync(file, found, cancel);
        if (await CsvLayout.HeaderAsync(text, cancel) is { } known)
            return await WithRowsAsync(text, known, found, cancel);
        // Above the header line banks write about the account, in fewer columns.
        SeenTable? best = null;
        for (var nth = 0; ; nth++)
        {
            var before = nth;
            if (await CsvTable.HeaderAsync(text, columns => MayBeHeader(columns) && before-- == 0, cancel) is not { } header)
                break;
            if ((best is null || header.Columns.Count > best.Columns.Count)
                && await WithRowsAsync(text, header, found, cancel) is { } table)
            {
                best = table;
            }
        }

        return best ?? (await CsvFirstRows.OfAsync(text, cancel) is { Header: var places }
            ? await WithRowsAsync(text, places, found, cancel) : null);
    }

    /// <summary>Names have letters, and are no days and no amounts.</summary>
    private static bool MayBeHeader(IReadOnlyList<string> columns) =>
        columns.Count <= StatementFormat.MostColumns && columns.Count(name => name.Any(char.IsLetter)) * 2 > columns.Count
        && columns.All(name => name.Length <= StatementFormat.LongestName && CsvDay.Of(name, DayOrder.DayFirst) is null
            && !(name.Any(char.IsAsciiDigit) && !name.Any(char.IsLetter)));

    /// <summary>The table with its first rows; null where the row behind the header is none of it.</summary>
    private static async Task<SeenTable?> WithRowsAsync(StreamReader text, CsvHeader header, Findings found, CancellationToken cancel)
    {
        List<string[]> rows = [];
        var isFirstFull = true;
        await CsvTable.RowsAsync(
            text, header, found, row =>
            {
                isFirstFull &= rows.Count > 0 || row.IsBlank || row.IsFull;
                if (!row.IsBlank && row.IsFull)
                    rows.Add([.. row.Fields, .. Enumerable.Repeat("", Math.Max(0, header.Columns.Count - row.Fields.Count))]);
                return isFirstFull && rows.Count < RowsLookedAt;
            },
            cancel);
        return isFirstFull && rows.Count > 0
            ? new SeenTable([.. ColumnsOf(header.Columns, rows, found)]) { HasHeader = header.Line > 0 } : null;
    }

    private static IEnumerable<SeenColumn> ColumnsOf(IReadOnlyList<string> names, List<string[]> rows, Findings found)
    {
        List<ColumnFacts> facts = [.. names.Select(_ => new ColumnFacts(found.IsTooLate))];
        for (var at = 0; at < names.Count; at++)
        {
            foreach (var value in rows.Select(row => row[at]).Where(value => value.Length > 0))
                facts[at].Take(value);
        }

        var guesses = ColumnGuess.Of(names, facts, rows);
        for (var at = 0; at < names.Count; at++)
        {
            var its = facts[at];
            var isOfTwo = its is { Filled: > 0, AreDays: true, Order: null } && its.Values.Any(value => CsvDay.Of(value, null) is null);
            yield return new SeenColumn(
                names[at], [.. rows.Take(ShownRows).Select(row => Cut(row[at])).Where(value => value.Length > 0)], guesses[at],
                its.AreDays ? its.Order : null, isOfTwo);
        }
    }

    /// <summary>A value for people, without numbers of accounts and cards.</summary>
    private static string Cut(string value)
    {
        var shown = OneLine.WithoutMarks(NumberMask.Apply(value) ?? "");
        return shown.Length <= LongestValue ? shown
            : $"{shown[..(LongestValue - (char.IsHighSurrogate(shown[LongestValue - 1]) ? 1 : 0))]}…";
    }
}

/// <summary>Guesses what columns are, by their names and by what is in them. A person sees it before anything follows from it.</summary>
internal static class ColumnGuess
{
    private static readonly (ColumnUse Use, CsvColumns Known)[] Names =
    [
        (ColumnUse.BookedOn, CsvColumns.BookedOn), (ColumnUse.Amount, CsvColumns.Amount), (ColumnUse.PaidOut, CsvColumns.PaidOut),
        (ColumnUse.PaidIn, CsvColumns.PaidIn), (ColumnUse.Direction, CsvColumns.Direction), (ColumnUse.Currency, CsvColumns.Currency),
        (ColumnUse.ValueOn, CsvColumns.ValueOn), (ColumnUse.Balance, CsvColumns.Balance), (ColumnUse.Status, CsvColumns.Status),
        (ColumnUse.Counterparty, CsvColumns.Counterparty), (ColumnUse.Counterparty, CsvColumns.CounterpartyByParts),
        (ColumnUse.EndToEnd, CsvColumns.EndToEnd),
        (ColumnUse.BankReference, CsvColumns.BankReference), (ColumnUse.Remittance, CsvColumns.Remittance),
        (ColumnUse.Fee, CsvColumns.Fees),
    ];

    /// <summary>More columns of amounts than these are no table of balances, and all triples of them would take long.</summary>
    private const int MostMoved = 8;

    private static readonly Currency AnyOfTwoDecimals = Currency.Parse("EUR");

    // Parts of names, in the languages of the banks.
    private static readonly (ColumnUse Use, string[] Parts)[] Hints =
    [
        (ColumnUse.BookedOn, ["buchung", "booked", "posted", "datum", "date", "fecha", "data", "dato", "dag", "tag", "day", "wann",
            "when"]),
        (ColumnUse.ValueOn, ["wertst", "valuta", "value d", "valeur"]),
        (ColumnUse.Balance, ["saldo", "balance", "solde", "kontostand", "stand"]),
        (ColumnUse.Amount, ["betrag", "amount", "umsatz", "summe", "montant", "importe", "importo", "bedrag", "belop", "wie viel",
            "how much", "value"]),
        (ColumnUse.CounterpartyAccount, ["iban", "account no", "kontonummer"]),
        (ColumnUse.Counterparty, ["partner", "party", "wer", "who", "from", "sender", "payer", "payee", "zahler", "kunde", "customer",
            "empfanger", "auftraggeber", "name", "merchant"]),
        (ColumnUse.Remittance, ["zweck", "wofur", "text", "betreff", "detail", "subject", "what", "memo", "note", "info", "reference",
            "description", "beschreibung", "vermerk", "kommentar", "comment"]),
    ];

    /// <summary>The guess for each column.</summary>
    public static ColumnUse[] Of(IReadOnlyList<string> names, IReadOnlyList<ColumnFacts> facts, IReadOnlyList<string[]> rows)
    {
        var guesses = new ColumnUse[names.Count];
        List<string> plain = [.. names.Select(CsvColumns.PlainOf)];
        var (own, other) = new CsvAccounts(names, facts, rows.Count, said: null).Find(_ => true, areSaid: false);
        Take(ColumnUse.Account, Places(at => at == own));
        Take(ColumnUse.CounterpartyAccount, Places(at => at == other));
        foreach (var (use, known) in Names)
            Take(use, known.AllIn(names));
        Take(ColumnUse.Amount, Places(at => at == CsvLayout.AmountIn(names)));
        // What nothing stands in is no guess: another column has it.
        foreach (var (use, parts) in Hints)
            Take(use, Places(at => facts[at].Filled > 0 && parts.Any(part => plain[at].Contains(part, StringComparison.Ordinal))));
        // Beside two balances, the amount is what leads from one to the other.
        if (!guesses.Contains(ColumnUse.Amount) && !guesses.Contains(ColumnUse.Balance) && MovedIn(rows, names.Count) is var (moved, after))
        {
            Take(ColumnUse.Amount, [moved]);
            Take(ColumnUse.Balance, [after]);
        }

        foreach (var use in (ColumnUse[])[ColumnUse.BookedOn, ColumnUse.Currency, ColumnUse.Account, ColumnUse.CounterpartyAccount,
            ColumnUse.Amount])
        {
            Take(use, Places(at => facts[at].Filled > 0 && LooksLike(use, facts[at])));
        }

        // Of what is left, the column with the most different values is the text.
        if (!guesses.Contains(ColumnUse.Remittance) && !guesses.Contains(ColumnUse.EndToEnd))
        {
            Take(ColumnUse.Remittance, Places(at => facts[at].Values.Any(value => value.Any(char.IsLetter)))
                .OrderByDescending(at => facts[at].Values.Count));
        }

        Without(ColumnUse.PaidOut, !guesses.Contains(ColumnUse.PaidIn) || guesses.Contains(ColumnUse.Amount));
        Without(ColumnUse.PaidIn, !guesses.Contains(ColumnUse.PaidOut));
        Without(ColumnUse.Direction, !guesses.Contains(ColumnUse.Amount));
        return guesses;

        IEnumerable<int> Places(Func<int, bool> isIt) => Enumerable.Range(0, names.Count).Where(isIt);

        void Take(ColumnUse use, IEnumerable<int> candidates)
        {
            if (guesses.Contains(use) || (use == ColumnUse.Amount && guesses.Contains(ColumnUse.PaidIn)))
                return;
            var at = candidates.Where(at => guesses[at] == ColumnUse.Unread && MayBe(use, facts[at])).FirstOrDefault(-1);
            if (at >= 0)
                guesses[at] = use;
        }

        void Without(ColumnUse use, bool isWrong)
        {
            if (isWrong && Array.IndexOf(guesses, use) is >= 0 and var at)
                guesses[at] = ColumnUse.Unread;
        }
    }

    /// <summary>
    /// The columns of the amount and of the balance after it, where each row has a balance before it, too, and both lead from row to row;
    /// null for none, where several can be it, and of more columns than a bank has balances in. Of one row the smaller number is the
    /// amount.
    /// </summary>
    private static (int Amount, int Balance)? MovedIn(IReadOnlyList<string[]> rows, int width)
    {
        List<(int At, List<long> Minor)> columns = [];
        for (var at = 0; at < width; at++)
        {
            List<long> minor = [];
            foreach (var value in rows.Select(row => row[at]))
            {
                if (value.IndexOfAny(['.', ',']) >= 0 && AmountText.Read(value, AnyOfTwoDecimals, null, out var read) is null)
                    minor.Add(read);
            }

            if (minor.Count == rows.Count)
                columns.Add((at, minor));
        }

        if (columns.Count > MostMoved)
            return null;
        List<(int Amount, int Balance)> found =
        [
            .. from before in columns
               from amount in columns
               from after in columns
               where before.At != amount.At && after.At != amount.At && before.At != after.At && Enumerable.Range(0, rows.Count).All(row =>
                   before.Minor[row] + amount.Minor[row] == after.Minor[row]
                   && (row == 0 || before.Minor[row] == after.Minor[row - 1] || after.Minor[row] == before.Minor[row - 1]))
               orderby Math.Abs(amount.Minor[0])
               select (amount.At, after.At),
        ];
        return found.Count > 0 && found.TrueForAll(one => one.Balance == found[0].Balance) ? (found[0].Amount, found[0].Balance) : null;
    }

    private static bool MayBe(ColumnUse use, ColumnFacts its) => its.Filled == 0
        || (its.Values.All(value => MayHave(use, value)) && use switch
        {
            ColumnUse.Direction => its.AreDirections,
            ColumnUse.Status => its.Values.All(value => CsvStatus.IsBooked(value) is not null),
            ColumnUse.Counterparty or ColumnUse.Remittance => !its.AreDays && !its.Values.All(IsAmount),
            _ => true,
        });

    /// <summary>Whether a column of days, amounts or currencies can have such a value; other columns can have any.</summary>
    public static bool MayHave(ColumnUse use, string value) => use switch
    {
        ColumnUse.BookedOn or ColumnUse.ValueOn => CsvDay.IsOne(value),
        ColumnUse.Amount or ColumnUse.PaidOut or ColumnUse.PaidIn or ColumnUse.Balance or ColumnUse.Fee =>
            IsAmount(value) && !CsvDay.IsOne(value),
        ColumnUse.Currency => Currency.TryParse(value, out _),
        _ => true,
    };

    private static bool LooksLike(ColumnUse use, ColumnFacts its) => use switch
    {
        ColumnUse.Account => its is { AreAccounts: true, Filled: > 1, Values.Count: 1 },
        ColumnUse.CounterpartyAccount => its.AreAccounts,
        // A number of the row has no decimals.
        ColumnUse.Amount => its.Values.Any(value => value.IndexOfAny(['.', ',']) >= 0),
        _ => true,
    };

    /// <summary>Digits with signs, and words for a currency or a direction alone.</summary>
    private static bool IsAmount(string value)
    {
        var words = string.Concat(value.Select(character => char.IsLetter(character) ? character : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return value.Any(char.IsAsciiDigit)
            && value.All(character => char.IsAsciiDigit(character) || char.IsLetter(character) || char.IsWhiteSpace(character)
                || "+-\u2212.,'\u2019()€$£".Contains(character))
            && words.All(word => Currency.TryParse(word.ToUpperInvariant(), out _) || CsvDirection.IsOutgoing(word) is not null
                || word is "kr" or "Kr" or "Fr" or "SFr");
    }
}
