namespace Quittance.Core.Formats;

/// <summary>The order of day and month where slashes or dashes part them.</summary>
public enum DayOrder
{
    DayFirst,

    MonthFirst,

    /// <summary>A year of two digits stands first, as in <c>26-11-27</c>.</summary>
    YearFirst,
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

/// <summary>Why no file can be read by a format.</summary>
/// <param name="At">The place of the column that is wrong; null where it is no single one.</param>
public sealed record FormatProblem(int? At, string Text)
{
    public override string ToString() => Text;
}

/// <summary>What the columns of a bank's table are, said by a person, where their names do not tell.</summary>
/// <param name="Columns">
/// All columns of the header line, in its order; of a table without one all columns by their places, see <see cref="NamesOf"/>.
/// </param>
public sealed record StatementFormat(IReadOnlyList<FormatColumn> Columns)
{
    /// <summary>The most columns of a table.</summary>
    public const int MostColumns = 100;

    /// <summary>The most characters of a column's name.</summary>
    public const int LongestName = 200;

    /// <summary>The most characters of a bank account.</summary>
    public const int LongestAccount = 64;

    private const int FewestColumns = 2;
    private const string Place = "column ";

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
    public FormatProblem? Problem
    {
        get
        {
            if (Columns.Count is < FewestColumns or > MostColumns)
                return Of($"a table has {FewestColumns} to {MostColumns} columns");
            if (Columns.Index().FirstOrDefault(column => column.Item.Name.Length > LongestName) is { Item: not null } endless)
                return new FormatProblem(endless.Index, $"the name of a column has at most {LongestName} characters");
            var twice = Columns.Index().Where(column => !Several.Contains(column.Item.Use)).GroupBy(column => column.Item.Use)
                .FirstOrDefault(uses => uses.Skip(1).Any());
            if (twice is not null)
            {
                var (first, last) = (twice.First(), twice.Last());
                return new FormatProblem(
                    last.Index, $"'{first.Item.Name}' and '{last.Item.Name}' are both {EnumWords.Of(twice.Key)}: only one of them can be");
            }

            if (!Has(ColumnUse.BookedOn))
                return Of("no column is booked_on, the day of the line");
            if (Has(ColumnUse.PaidOut) != Has(ColumnUse.PaidIn))
                return At(ColumnUse.PaidOut, ColumnUse.PaidIn, "paid_out and paid_in go together: say which column the other one is");
            if (Has(ColumnUse.Amount) == Has(ColumnUse.PaidIn))
            {
                return At(
                    ColumnUse.Amount, ColumnUse.Amount,
                    "the amount is in one column (amount), or in one for each direction (paid_out and paid_in)");
            }

            if (Has(ColumnUse.Direction) && !Has(ColumnUse.Amount))
            {
                return At(
                    ColumnUse.Direction, ColumnUse.Direction,
                    "a direction goes with an amount: paid_out and paid_in say it themselves");
            }

            return Has(ColumnUse.Remittance) || Has(ColumnUse.EndToEnd) ? null
                : Of("no column is remittance, the text of the line, or end_to_end, the payer's reference");
        }
    }

    /// <summary>Whether it is of a table without a header line.</summary>
    public bool IsWithoutHeader => Fits(NamesOf(Columns.Count));

    /// <summary>The names of the columns of a table without a header line: their places, from 1.</summary>
    public static IReadOnlyList<string> NamesOf(int count) => [.. Enumerable.Range(1, count).Select(place => $"{Place}{place}")];

    public bool Has(ColumnUse use) => Columns.Any(column => column.Use == use);

    /// <summary>Whether a header line is the one that the person has seen: the same names in the same order.</summary>
    public bool Fits(IReadOnlyList<string> header) =>
        header.SequenceEqual(Columns.Select(column => column.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether it has the header line of another one.</summary>
    public bool LooksLike(StatementFormat other) => Fits([.. other.Columns.Select(column => column.Name)]);

    public bool Equals(StatementFormat? other) => other is not null && Columns.SequenceEqual(other.Columns) && Order == other.Order
        && DecimalSign == other.DecimalSign && Currency == other.Currency && Account == other.Account;

    public override int GetHashCode() => HashCode.Combine(Columns.Count, Order, DecimalSign, Currency, Account);

    private static FormatProblem Of(string text) => new(null, text);

    private FormatProblem At(ColumnUse one, ColumnUse other, string text) =>
        new(Columns.Index().FirstOrDefault(column => column.Item.Use == one || column.Item.Use == other) is { Item: not null } its
            ? its.Index : null, text);
}

/// <summary>A format that a merchant keeps: every file with its header line is read by it.</summary>
/// <param name="Number">Its number, by which people name it; 0 before it has one.</param>
/// <param name="Name">Its name, for people.</param>
public sealed record KeptFormat(MerchantId Merchant, int Number, string Name, StatementFormat Format)
{
    /// <summary>How many a merchant has at once.</summary>
    public const int Most = 200;

    /// <summary>Its number and its name.</summary>
    public string Title => $"Format {Number} ({Name})";
}
