using System.Text;

namespace Quittance.Core.Settlements;

/// <summary>A statement that was imported. The value follows from its contents, so that the same one is known again.</summary>
public readonly record struct StatementId(MerchantId Merchant, Guid Value)
{
    /// <summary>The id of a statement.</summary>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="contentHash">A hash of the file.</param>
    public static StatementId Of(MerchantId merchant, ReadOnlySpan<byte> accountHash, ReadOnlySpan<byte> contentHash) => new(
        merchant, DerivedId.Of([.. Encoding.UTF8.GetBytes($"statement {merchant.Value} "), .. accountHash, .. contentHash]));
}

/// <summary>What kind of file a statement came in.</summary>
public enum StatementSource
{
    /// <summary>A bank's statement as ISO 20022 camt.053.</summary>
    Camt,

    /// <summary>A bank's statement as CSV.</summary>
    Csv,

    /// <summary>A provider's report of what it pays out.</summary>
    Payout,
}

/// <summary>A bank's statement or a provider's payout report, as it was imported.</summary>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="Reference">Its own number or name; null where it has none.</param>
/// <param name="Currency">The currency of all its lines.</param>
/// <param name="OpeningMinor">The balance before, minor units; null where it tells none.</param>
/// <param name="ClosingMinor">The balance after, minor units; for a payout report what is paid out. Null where it tells none.</param>
public sealed record Statement(
    StatementId Id, StatementSource Source, string Account, string? Reference, Currency Currency, long? OpeningMinor, long? ClosingMinor,
    int Lines, string FileName, DateTimeOffset ImportedAt);

/// <summary>What became of the import of a statement.</summary>
/// <param name="Id">The statement; of the one that is in the way, where <paramref name="IsOtherFile"/>.</param>
/// <param name="WasKnown">Whether the very same statement had been imported before.</param>
/// <param name="NewLines">How many of its lines no statement had before.</param>
/// <param name="IsOtherFile">Whether another file was imported before under this statement's own reference; then nothing was imported.</param>
public sealed record ImportedStatement(StatementId Id, bool WasKnown, int NewLines, bool IsOtherFile)
{
    /// <summary>The balance at which the account's statement before it ended, where this one does not begin there, minor units; null where there is no gap.</summary>
    public long? EndedAtMinor { get; init; }
}

/// <summary>A statement in a list.</summary>
/// <param name="Open">How many of its lines are open.</param>
/// <param name="Booked">How many are booked.</param>
/// <param name="Ignored">How many were left out.</param>
public sealed record ListedStatement(Statement Statement, long Open, long Booked, long Ignored)
{
    /// <summary>How many of its lines an earlier statement had, under which they are listed.</summary>
    public long Elsewhere => Statement.Lines - Open - Booked - Ignored;
}

/// <summary>What a statement covers: what tells whether an equal line of two statements of one account is the same line.</summary>
/// <param name="OpeningMinor">The balance before, minor units; null where it tells none.</param>
/// <param name="ClosingMinor">The balance after, minor units; null where it tells none.</param>
/// <param name="FirstOn">The day of its first line; null where it has none.</param>
/// <param name="LastOn">The day of its last line; null where it has none.</param>
public sealed record StatementSpan(long? OpeningMinor, long? ClosingMinor, DateOnly? FirstOn, DateOnly? LastOn)
{
    /// <summary>
    /// Whether an equal line of an earlier statement is this statement's line too; null where nothing tells, or where the chain of
    /// balances and the bank's own reference contradict each other. The chain decides first, then the reference, then days of which one of the
    /// two has all lines.
    /// </summary>
    /// <param name="earlier">The earlier statement.</param>
    /// <param name="day">The day of the line.</param>
    /// <param name="hasReference">Whether the bank gives the line a reference, which no other line of either statement has.</param>
    /// <param name="isChained">Whether one of the two ends where the other begins, directly or by statements between them.</param>
    public bool? Shares(StatementSpan earlier, DateOnly day, bool hasReference, bool isChained)
    {
        var meetsAtAnEnd = (OpeningMinor is { } opening && opening == earlier.OpeningMinor) || (ClosingMinor is { } closing && closing == earlier.ClosingMinor);
        if (isChained != meetsAtAnEnd)
            return meetsAtAnEnd ? true : hasReference ? null : false;
        return hasReference || HasAllOf(day) || earlier.HasAllOf(day) ? true : null;
    }

    /// <summary>The statements of an account that this one follows or leads to without a gap: they share nothing with it.</summary>
    /// <param name="others">Other statements of the account.</param>
    public IReadOnlySet<StatementSpan> Chain(IReadOnlyCollection<StatementSpan> others)
    {
        HashSet<StatementSpan> chained = [];
        Walk(OpeningMinor, at => others.Where(other => other.ClosingMinor == at && other.LastOn <= FirstOn), other => other.OpeningMinor);
        Walk(ClosingMinor, at => others.Where(other => other.OpeningMinor == at && other.FirstOn >= LastOn), other => other.ClosingMinor);
        return chained;

        void Walk(long? at, Func<long, IEnumerable<StatementSpan>> neighbours, Func<StatementSpan, long?> next)
        {
            if (at is not { } balanceMinor)
                return;
            foreach (var neighbour in neighbours(balanceMinor))
            {
                if (chained.Add(neighbour))
                    Walk(next(neighbour), neighbours, next);
            }
        }
    }

    /// <summary>Whether it goes on before and after a day: then it has all lines of that day.</summary>
    private bool HasAllOf(DateOnly day) => FirstOn < day && day < LastOn;
}
