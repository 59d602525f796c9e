namespace Quittance.Core.Ledger;

/// <summary>The number that one line of the chart has at DATEV.</summary>
/// <param name="Line">
/// The line as <see cref="LedgerAccountName.OfLine"/> names it, such as <c>assets:clearing:cash</c>, or the beginning of several, such as
/// <c>assets:clearing</c>.
/// </param>
public sealed record DatevAccount(string Line, int Number);

/// <summary>What an accountant's DATEV has to know of a merchant's books.</summary>
/// <param name="Consultant">The accountant's number at DATEV.</param>
/// <param name="Client">The merchant's number at the accountant.</param>
/// <param name="FirstMonth">The month with which the fiscal year begins, from 1.</param>
/// <param name="Length">How many digits an account has; those of customers have one more.</param>
/// <param name="Accounts">The numbers, each line once.</param>
public sealed record DatevChart(
    MerchantId Merchant, int Consultant, int Client, int FirstMonth, int Length, IReadOnlyList<DatevAccount> Accounts)
{
    /// <summary>The bounds that DATEV has for its numbers.</summary>
    public const int LeastConsultant = 1001;
    public const int MostConsultant = 9_999_999;
    public const int MostClient = 99_999;
    public const int LeastLength = 4;
    public const int MostLength = 8;

    /// <summary>The number of a line: its own, or that of the longest beginning of its name; null where it has none.</summary>
    public int? NumberOf(string line) => Accounts
        .Where(account => line == account.Line || line.StartsWith($"{account.Line}:", StringComparison.Ordinal))
        .MaxBy(account => account.Line.Length)?.Number;

    /// <summary>The first day of the fiscal year of a day.</summary>
    public DateOnly YearOf(DateOnly day) => new(day.Month < FirstMonth ? day.Year - 1 : day.Year, FirstMonth, 1);

    public bool Equals(DatevChart? other) => other is not null
        && (Merchant, Consultant, Client, FirstMonth, Length)
            == (other.Merchant, other.Consultant, other.Client, other.FirstMonth, other.Length)
        && Accounts.SequenceEqual(other.Accounts);

    public override int GetHashCode() => HashCode.Combine(Merchant, Consultant, Client, FirstMonth, Length, Accounts.Count);
}
