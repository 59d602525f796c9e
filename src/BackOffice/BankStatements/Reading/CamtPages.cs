namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>The pages of a statement that an element holds: banks part long statements.</summary>
/// <param name="IsLast">Whether no page follows.</param>
internal readonly record struct CamtPage(int First, int Last, bool IsLast)
{
    /// <summary>A statement without pages.</summary>
    public static CamtPage Whole { get; } = new(1, 1, IsLast: true);

    /// <summary>Whether there are pages before or after.</summary>
    public bool IsPart => First > 1 || !IsLast;

    public static CamtPage Of(MessageElement pagination) =>
        int.TryParse(pagination.TextOf("PgNb"), out var number) && number > 0
            ? new CamtPage(number, number, pagination.TextOf("LastPgInd") is not ("false" or "0")) : Whole;

    public override string ToString() => First == Last ? $"page {First}" : $"pages {First} to {Last}";
}

/// <summary>
/// The balances of a statement or a page of one: the booked ones at its ends, and the interim ones at the ends of a page or at an hour of
/// the day.
/// </summary>
internal sealed class CamtBalances
{
    private readonly List<long> _interim = [];
    private long? _openingMinor;
    private long? _beforeMinor;
    private long? _closingMinor;

    /// <summary>Whether a page has an interim balance, which is its own and not the whole statement's.</summary>
    public bool HasInterim => _interim.Count > 0;

    /// <summary>Whether a balance is one of booked entries.</summary>
    public static bool IsRead(MessageElement balance) => TypeOf(balance) is "OPBD" or "PRCD" or "CLBD" or "ITBD";

    public void Take(MessageElement balance, long amountMinor)
    {
        switch (TypeOf(balance))
        {
            case "OPBD":
                _openingMinor ??= amountMinor;
                break;
            case "PRCD":
                _beforeMinor ??= amountMinor;
                break;
            case "CLBD":
                _closingMinor = amountMinor;
                break;
            default:
                _interim.Add(amountMinor);
                break;
        }
    }

    /// <summary>The balances at the two ends; null for none.</summary>
    public (long? OpeningMinor, long? ClosingMinor) Of(CamtPage page)
    {
        var openingMinor = _openingMinor ?? _beforeMinor;
        var interim = _interim;
        if (openingMinor is null && interim.Count > 0 && (_closingMinor is not null || interim.Count > 1 || page.First > 1))
        {
            openingMinor = interim[0];
            interim = interim[1..];
        }

        return (openingMinor, _closingMinor ?? (interim.Count > 0 ? interim[^1] : null));
    }

    /// <summary>Takes the balances of the next page. Returns whether it begins where this one ends, as far as the two tell.</summary>
    public bool TryAppend(CamtBalances next)
    {
        var (openingMinor, endedMinor) = Of(CamtPage.Whole);
        // Where an interim balance stands alone, it is the page's first one or its last one.
        var isAlone = next._openingMinor is null && next._closingMinor is null && next._interim.Count == 1;
        var (beginsMinor, _) = isAlone ? (null, null) : next.Of(new CamtPage(2, 2, IsLast: true));
        // Some banks repeat the balances of the whole statement on each page.
        var isRepeated = next._openingMinor is not null && next._openingMinor == _openingMinor && next._closingMinor == _closingMinor;
        var isNext = isRepeated || endedMinor is null || beginsMinor is null || endedMinor == beginsMinor;
        var interim = next._interim.Skip(isAlone ? next._interim[0] == endedMinor ? 1 : 0 : next._openingMinor is null ? 1 : 0).ToList();
        _openingMinor ??= openingMinor;
        _interim.Clear();
        _interim.AddRange(interim);
        _closingMinor = next._closingMinor;
        return isNext;
    }

    private static string? TypeOf(MessageElement balance) => balance.TextOf("Tp", "CdOrPrtry", "Cd");
}
