namespace Quittance.Core.Formats;

/// <summary>The order of day and month where slashes or dashes part them.</summary>
public enum DayOrder
{
    DayFirst,

    MonthFirst,
}

/// <summary>What a column of a bank's table has, as a person says it.</summary>
public enum ColumnUse
{
    /// <summary>It is not read.</summary>
    Unread,

    BookedOn,

    ValueOn,

    /// <summary>What moved, below zero where money went out, unless a column says the direction.</summary>
    Amount,

    PaidOut,

    PaidIn,

    /// <summary>Whether money came or went, by a word.</summary>
    Direction,

    Currency,

    Counterparty,

    CounterpartyAccount,

    Remittance,

    EndToEnd,

    BankReference,

    /// <summary>The merchant's own bank account.</summary>
    Account,

    Balance,

    /// <summary>Whether the bank has booked the row.</summary>
    Status,

    /// <summary>A fee beside the amount, or inside it.</summary>
    Fee,
}

/// <summary>A column of a bank's table: its name in the header line, and what it has.</summary>
public sealed record FormatColumn(string Name, ColumnUse Use);

/// <summary>What the columns of a bank's table are, said by a person, where their names do not tell.</summary>
/// <param name="Columns">All columns of the header line, in its order.</param>
public sealed record StatementFormat(IReadOnlyList<FormatColumn> Columns)
{
    private const int FewestColumns = 2;

    private static readonly ColumnUse[] Several = [ColumnUse.Unread, ColumnUse.Remittance, ColumnUse.Fee];

    /// <summary>The order in days such as 01/02/2027; null where the days of each file must show it.</summary>
    public DayOrder? Order { get; init; }

    /// <summary>What stands before the decimals; null where each amount must show it.</summary>
    public char? DecimalSign { get; init; }

    /// <summary>The currency, where no column has it.</summary>
    public Currency? Currency { get; init; }

    /// <summary>The merchant's bank account, where no column has it.</summary>
    public string? Account { get; init; }

    /// <summary>Why no file can be read by it; null where one can.</summary>
    public string? Problem
    {
        get
        {
            if (Columns.Count < FewestColumns)
                return $"a table has at least {FewestColumns} columns";
            var twice = Columns.Where(column => !Several.Contains(column.Use)).GroupBy(column => column.Use)
                .FirstOrDefault(uses => uses.Skip(1).Any());
            if (twice is not null)
                return $"'{twice.First().Name}' and '{twice.Last().Name}' are both {EnumWords.Of(twice.Key)}: only one of them can be";
            if (!Has(ColumnUse.BookedOn))
                return "no column is booked_on, the day of the line";
            if (Has(ColumnUse.PaidOut) != Has(ColumnUse.PaidIn))
                return "paid_out and paid_in go together: say which column the other one is";
            if (Has(ColumnUse.Amount) == Has(ColumnUse.PaidIn))
                return "the amount is in one column (amount), or in one for each direction (paid_out and paid_in)";
            if (Has(ColumnUse.Direction) && !Has(ColumnUse.Amount))
                return "a direction goes with an amount: paid_out and paid_in say it themselves";
            return Has(ColumnUse.Remittance) || Has(ColumnUse.EndToEnd) ? null
                : "no column is remittance, the text of the line, or end_to_end, the payer's reference";
        }
    }

    public bool Has(ColumnUse use) => Columns.Any(column => column.Use == use);

    /// <summary>Whether a header line is the one that the person has seen: the same names in the same order.</summary>
    public bool Fits(IReadOnlyList<string> header) =>
        header.SequenceEqual(Columns.Select(column => column.Name), StringComparer.OrdinalIgnoreCase);
}
