namespace Quittance.Core.Settlements;

/// <summary>A line of the bank as one file tells it. Another file may tell the same line in other words.</summary>
/// <param name="Source">The format of the file.</param>
/// <param name="BookedOn">The day on which it was booked.</param>
/// <param name="AmountMinor">The amount that the line adds to the account; below zero for money out.</param>
public sealed record ToldLine(StatementSource Source, DateOnly BookedOn, long AmountMinor)
{
    /// <summary>What is cut off behind so many letters is still a word of the name.</summary>
    private const int ShortestBeginning = 3;

    /// <summary>What banks write for a letter that their character set does not have.</summary>
    private const string Unknown = "?\uFFFD";

    private const string None = "NOTPROVIDED";

    private const int LikenessOfReference = 1000;
    private const int LikenessOfAccount = 200;
    private const int LikenessOfName = 100;
    private const int LikenessOfText = 40;

    /// <summary>The day from which the bank counts the money; null where it names none.</summary>
    public DateOnly? ValueOn { get; init; }

    /// <summary>The payer or the payee.</summary>
    public string? Counterparty
    {
        get;
        init => (field, Names) = (value, PayerName.WordsOf(value));
    }

    /// <summary>A keyed hash of the other bank account; null for none.</summary>
    public ReadOnlyMemory<byte>? CounterpartyHash { get; init; }

    /// <summary>The transfer's text.</summary>
    public string? Remittance
    {
        get;
        init => (field, Signs, Words) = (value, SpelledText.SignsOf(value ?? ""), WordsOf(value ?? ""));
    }

    /// <summary>The payer's own reference. Banks write a word where there is none.</summary>
    public string? EndToEnd
    {
        get;
        init
        {
            field = None.Equals(value, StringComparison.OrdinalIgnoreCase) ? null : value;
            Reference = field is null ? null : SpelledText.SignsOf(field);
        }
    }

    /// <summary>Whether it says anything but its days and its amount: of a person whose data is erased it does not.</summary>
    public bool HasWords => (Counterparty ?? Remittance ?? EndToEnd) is not null;

    /// <summary>The value date, else the day of booking: some banks name only one of the two.</summary>
    public DateOnly EffectiveOn => ValueOn ?? BookedOn;

    /// <summary>Whether two lines have the same words. Days and amounts do not count.</summary>
    public bool HasWordsOf(ToldLine other) =>
        (Counterparty, Remittance, EndToEnd) == (other.Counterparty, other.Remittance, other.EndToEnd);

    /// <summary>
    /// Whether another file may tell this line: it has the day and the amount, and neither the payers' references nor the payers say that
    /// they are two.
    /// </summary>
    public bool MayBe(ToldLine other) => AmountMinor == other.AmountMinor
        && (BookedOn == other.BookedOn || EffectiveOn == other.EffectiveOn)
        && !HasOtherReference(other) && !HasOtherParty(other);

    /// <summary>
    /// Whether one of two lines has all of the other one's text, cut off or with more behind it: a bank that tells some lines in the same
    /// words in both files does no more to the rest.
    /// </summary>
    public bool IsCutOf(ToldLine other) => Has(this, other) || Has(other, this);

    /// <summary>Whether both have the payer's reference, and it is the same.</summary>
    public bool SharesReference(ToldLine other) =>
        Reference is { } own && other.Reference is { } its && IsOneReference(own, its);

    /// <summary>How much speaks for two lines being the same; to be compared.</summary>
    public int LikenessTo(ToldLine other)
    {
        var shared = Words.Count(other.Words.Contains);
        return (SharesReference(other) ? LikenessOfReference : 0)
            + (SharesAccount(other) == true ? LikenessOfAccount : 0)
            + (PayerName.Agree(Names, other.Names) ? LikenessOfName : 0)
            + (Signs.Length > 0 && other.Signs.Length > 0 && IsCutOf(other) ? LikenessOfText : 0)
            + Math.Min(shared, LikenessOfText - 1);
    }

    private IReadOnlySet<string> Names { get; init; } = PayerName.WordsOf(null);

    private IReadOnlySet<string> Words { get; init; } = WordsOf("");

    private string Signs { get; init; } = "";

    private string? Reference { get; init; }

    private static HashSet<string> WordsOf(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Select(SpelledText.SignsOf).Where(word => word.Length > 0).ToHashSet(StringComparer.Ordinal);

    private static bool Has(ToldLine longer, ToldLine shorter) => longer.Signs.Contains(shorter.Signs, StringComparison.Ordinal)
        || shorter.Words.All(word => longer.Words.Any(one => one.StartsWith(word, StringComparison.Ordinal)));

    /// <summary>MT940 has another reference of the payer than other formats at some banks.</summary>
    private bool HasOtherReference(ToldLine other) =>
        (Source == other.Source || (Source != StatementSource.Mt940 && other.Source != StatementSource.Mt940))
        && Reference is { } own && other.Reference is { } its && !IsOneReference(own, its);

    private static bool IsOneReference(string own, string its) =>
        own.StartsWith(its, StringComparison.Ordinal) || its.StartsWith(own, StringComparison.Ordinal);

    /// <summary>Two formats may have one account's number in two forms, which have two hashes: there the names go before.</summary>
    private bool HasOtherParty(ToldLine other) => SharesAccount(other) switch
    {
        true => false,
        false when Source == other.Source => !PayerName.Agree(Names, other.Names),
        _ => !IsGarbled && !other.IsGarbled && Names.Count > 0 && other.Names.Count > 0
            && !Names.Any(name => other.Names.Any(said => IsBeginning(name, said) || IsBeginning(said, name))),
    };

    private bool IsGarbled => Counterparty?.AsSpan().ContainsAny(Unknown) == true;

    private bool? SharesAccount(ToldLine other) => CounterpartyHash is { } own && other.CounterpartyHash is { } its
        ? own.Span.SequenceEqual(its.Span) : null;

    private static bool IsBeginning(string name, string said) =>
        name == said || (name.Length >= ShortestBeginning && said.StartsWith(name, StringComparison.Ordinal));
}

/// <summary>Finds lines of a file that earlier files may tell in other words.</summary>
public static class OtherWords
{
    /// <summary>
    /// Gives each line the earlier one that it may be, by its place; null for a line that no earlier one can be. An earlier line is one
    /// line: it holds the likest of the lines, and the others that are as like it in words of their own.
    /// </summary>
    /// <param name="lines">The lines of the new file.</param>
    /// <param name="earlier">The lines of earlier files.</param>
    /// <param name="mayBe">What else tells an earlier line (second place) from a new one (first place).</param>
    public static int?[] Find(IReadOnlyList<ToldLine> lines, IReadOnlyList<ToldLine> earlier, Func<int, int, bool> mayBe)
    {
        var found = new int?[lines.Count];
        var booked = lines.Index().ToLookup(line => (line.Item.AmountMinor, line.Item.BookedOn), line => line.Index);
        var effective = lines.Index().ToLookup(line => (line.Item.AmountMinor, line.Item.EffectiveOn), line => line.Index);
        List<(int Earlier, int Line, int Likeness)> held = [];
        foreach (var (at, one) in earlier.Index())
        {
            if (FreeOf(at).Aggregate(((int Line, int Likeness)?)null, Likest) is not var (line, likeness))
                continue;
            found[line] = at;
            held.Add((at, line, likeness));
        }

        foreach (var (at, line, likeness) in held)
        {
            foreach (var free in FreeOf(at).Where(free => free.Likeness == likeness && !lines[free.Line].HasWordsOf(lines[line])).ToList())
                found[free.Line] = at;
        }

        return found;

        static (int Line, int Likeness)? Likest((int Line, int Likeness)? most, (int Line, int Likeness) free) =>
            most is { } one && one.Likeness >= free.Likeness ? most : free;

        IEnumerable<(int Line, int Likeness)> FreeOf(int at)
        {
            var one = earlier[at];
            return booked[(one.AmountMinor, one.BookedOn)].Union(effective[(one.AmountMinor, one.EffectiveOn)])
                .Where(line => found[line] is null && lines[line].MayBe(one) && mayBe(line, at))
                .Select(line => (line, lines[line].LikenessTo(one)));
        }
    }
}
