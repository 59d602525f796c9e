using System.Text;
using Quittance.Core.Ledger;

namespace Quittance.Core.Settlements;

/// <summary>
/// An imported statement. The value follows from its contents, so a second import finds it. After each import of them that was taken back
/// it is another one.
/// </summary>
public readonly record struct StatementId(MerchantId Merchant, Guid Value) : IId
{
    /// <summary>The id of a statement.</summary>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="contentHash">A hash of what it says.</param>
    /// <param name="undone">How many imports of it were taken back.</param>
    public static StatementId Of(
        MerchantId merchant, ReadOnlySpan<byte> accountHash, ReadOnlySpan<byte> contentHash, int undone = 0) => new(
        merchant, DerivedId.Of(
        [
            .. Encoding.UTF8.GetBytes($"statement {merchant.Value} {(undone == 0 ? "" : $"{undone} ")}"), .. accountHash, .. contentHash,
        ]));
}

/// <summary>The format of a statement's file.</summary>
public enum StatementSource
{
    /// <summary>A bank's statement as ISO 20022 camt.053.</summary>
    Camt,

    /// <summary>A bank's statement as CSV.</summary>
    Csv,

    /// <summary>A provider's report of what it pays out.</summary>
    Payout,

    /// <summary>A bank's statement in a text format of its own: SWIFT MT940, OFX or CODA.</summary>
    Mt940,
}

/// <summary>An imported statement of a bank, or a provider's payout report.</summary>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="Reference">Its own number or name; null for none.</param>
/// <param name="Currency">The currency of all its lines.</param>
/// <param name="OpeningMinor">The balance before, minor units; null for none.</param>
/// <param name="ClosingMinor">The balance after, minor units; for a payout report the payout. Null for none.</param>
public sealed record Statement(
    StatementId Id, StatementSource Source, string Account, string? Reference, Currency Currency, long? OpeningMinor, long? ClosingMinor,
    int Lines, string FileName, DateTimeOffset ImportedAt)
{
    private const int IdLength = 32;
    private const string Ofx = "ofx";

    /// <summary>The words for all formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. EnumWords.All<StatementSource>(), Ofx];

    /// <summary>The word for its format. Of the text formats, which are one source, OFX alone tells no balance before its lines.</summary>
    public string Format => Source == StatementSource.Mt940 && OpeningMinor is null ? Ofx : EnumWords.Of(Source);

    /// <summary>When its import was taken back; null where it counts.</summary>
    public DateTimeOffset? UndoneAt { get; init; }

    /// <summary>The name for people: its own, else its file's.</summary>
    public string Name => Reference ?? FileName;

    /// <summary>
    /// Whether it is the report of what a line of the bank is made of: debits and refunds of ours, which the bank collects, pays or takes
    /// back. Its name begins with the id of one of them, or of the line.
    /// </summary>
    public bool IsOfOwnDebits => Source == StatementSource.Payout && Account is ClearingProvider.Bank or ClearingProvider.BankTransfer
        && Reference is { Length: >= IdLength } name && Guid.TryParseExact(name[..IdLength], "N", out _);
}

/// <summary>The result of an import.</summary>
/// <param name="Id">The statement; where <paramref name="IsOtherFile"/>, the one that is in the way.</param>
/// <param name="WasKnown">Whether the same statement was imported before.</param>
/// <param name="NewLines">How many of its lines are new.</param>
/// <param name="IsOtherFile">Whether the same statement was imported before with other contents; then nothing was imported.</param>
public sealed record ImportedStatement(StatementId Id, bool WasKnown, int NewLines, bool IsOtherFile)
{
    /// <summary>
    /// The closing balance of the account's statement before it, where this one does not begin there, minor units; null where there is
    /// no gap.
    /// </summary>
    public long? EndedAtMinor { get; init; }

    /// <summary>When an earlier import of it was taken back, where it does not come again by itself: then nothing was imported.</summary>
    public DateTimeOffset? UndoneAt { get; init; }

    /// <summary>Whether the one that is in the way is taken back in part: the rest of it must be, before anything comes.</summary>
    public bool IsHalfUndone { get; init; }

    /// <summary>How many of its new lines an import had that was taken back.</summary>
    public int TakenBack { get; init; }

    /// <inheritdoc cref="ReadStatement.Part"/>
    public string? Part { get; init; }
}

/// <summary>A statement in a list.</summary>
public sealed record ListedStatement(Statement Statement, long Open, long Booked, long Ignored, long Undone)
{
    /// <summary>How many of its lines are still to be taken back: the act was interrupted, or a line could not be.</summary>
    public long Left => Statement.UndoneAt is null ? 0 : Open + Booked + Ignored;

    /// <summary>How many of its lines are listed under an earlier statement that has them too.</summary>
    public long Elsewhere => Statement.Lines - Open - Booked - Ignored - Undone;
}

/// <summary>The range of a statement, which decides whether two statements of one account share an equal line.</summary>
/// <param name="OpeningMinor">The balance before, minor units; null for none.</param>
/// <param name="ClosingMinor">The balance after, minor units; null for none.</param>
/// <param name="FirstOn">The day of its first line; null where it has none.</param>
/// <param name="LastOn">The day of its last line; null where it has none.</param>
public sealed record StatementSpan(long? OpeningMinor, long? ClosingMinor, DateOnly? FirstOn, DateOnly? LastOn)
{
    /// <summary>
    /// Whether two statements share an equal line; null where the range decides nothing, or where the chain of balances and the bank's
    /// own reference contradict each other. The chain decides first, then the reference, then a day that lies inside one of the two
    /// statements.
    /// </summary>
    /// <param name="earlier">The earlier statement.</param>
    /// <param name="day">The day of the line.</param>
    /// <param name="hasReference">Whether the bank gives the line a reference, which no other line of either statement has.</param>
    /// <param name="isChained">Whether one of the two ends where the other begins, directly or by statements between them.</param>
    public bool? Shares(StatementSpan earlier, DateOnly day, bool hasReference, bool isChained)
    {
        var meetsAtAnEnd = MeetsAtAnEnd(earlier);
        if (isChained != meetsAtAnEnd)
            return meetsAtAnEnd ? true : hasReference ? null : false;
        return hasReference || HasAllOf(day) || earlier.HasAllOf(day) ? true : null;
    }

    /// <summary>
    /// Whether two statements may have lines in common: their days overlap, and no balances say that they have none. Balances that neither
    /// meet nor follow one another nor lie within one another are of two statements of the same days.
    /// </summary>
    /// <param name="earlier">The earlier statement.</param>
    /// <param name="isChained">Whether one of the two ends where the other begins, directly or by statements between them.</param>
    /// <param name="own">The balances between the lines of this one; null where they are not known.</param>
    /// <param name="its">Those of the earlier one.</param>
    public bool MayShare(StatementSpan earlier, bool isChained, StatementBalances? own, StatementBalances? its)
    {
        if (!OverlapsDaysOf(earlier))
            return false;
        if (MeetsAtAnEnd(earlier))
            return true;
        if (!HasBalances || !earlier.HasBalances || own is null || its is null)
            return !isChained;
        var begins = its.Has(OpeningMinor) || own.Has(earlier.OpeningMinor);
        var ends = its.Has(ClosingMinor) || own.Has(earlier.ClosingMinor);
        return isChained ? begins && ends : begins || ends || MeetsAtADay(earlier, its) || earlier.MeetsAtADay(this, own);
    }

    /// <summary>Whether it goes on before or behind one of some statements without a gap.</summary>
    /// <param name="some">Statements that share lines with another one, whose days it has too.</param>
    /// <param name="all">All statements of the account around it.</param>
    public bool Continues(IReadOnlyCollection<StatementSpan> some, IReadOnlyCollection<StatementSpan> all) => Chain(all).Overlaps(some);

    public bool HasBalances => OpeningMinor is not null && ClosingMinor is not null;

    /// <summary>Whether two statements have a day in common, as far as the days of their lines tell.</summary>
    public bool OverlapsDaysOf(StatementSpan other) => FirstOn <= other.LastOn && other.FirstOn <= LastOn;

    private bool MeetsAtAnEnd(StatementSpan other) => (OpeningMinor is { } opening && opening == other.OpeningMinor)
        || (ClosingMinor is { } closing && closing == other.ClosingMinor);

    /// <summary>
    /// Whether it begins or ends where the other one is at the end of the day before, or of that day: however the bank orders the lines of
    /// a day.
    /// </summary>
    private bool MeetsAtADay(StatementSpan other, StatementBalances its) =>
        (other.FirstOn < FirstOn && its.Before(FirstOn!.Value) == OpeningMinor)
        || (LastOn < other.LastOn && its.Before(LastOn!.Value.AddDays(1)) == ClosingMinor);

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

/// <summary>
/// The balances between the lines of a statement, minor units. Banks order the lines of a day in several ways, and some files have the
/// newest first.
/// </summary>
/// <param name="Between">Those between two lines, in the order of the file and in the opposite one.</param>
/// <param name="DayEnds">Those at the end of each day but the last, in the order of the days.</param>
public sealed record StatementBalances(IReadOnlySet<Int128> Between, IReadOnlyList<(DateOnly Day, Int128 AtMinor)> DayEnds)
{
    /// <param name="openingMinor">The balance before the lines.</param>
    /// <param name="lines">The lines in the order of the file.</param>
    public static StatementBalances Of(long openingMinor, IReadOnlyList<(DateOnly Day, long AmountMinor)> lines)
    {
        var days = lines.GroupBy(line => line.Day, line => (Int128)line.AmountMinor).OrderBy(day => day.Key).ToList();
        var amounts = lines.Select(line => (Int128)line.AmountMinor).ToList();
        return new StatementBalances(
            Along(openingMinor, amounts).Concat(Along(openingMinor, amounts.AsEnumerable().Reverse())).ToHashSet(),
            [.. days.Select(day => day.Key).Zip(Along(openingMinor, days.Select(day => day.Aggregate((sum, amount) => sum + amount))))]);
    }

    /// <summary>Whether a balance is one of them.</summary>
    public bool Has(long? balanceMinor) =>
        balanceMinor is { } minor && (Between.Contains(minor) || DayEnds.Any(end => end.AtMinor == minor));

    /// <summary>The balance at the beginning of a day; null where the statement begins with it.</summary>
    public Int128? Before(DateOnly day) =>
        DayEnds.Where(end => end.Day < day).Select(end => (Int128?)end.AtMinor).LastOrDefault();

    private static IEnumerable<Int128> Along(Int128 at, IEnumerable<Int128> amounts) => amounts.SkipLast(1).Select(amount => at += amount);
}
