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
        init => (field, Signs, Words) = (value, PayerName.SignsOf(value ?? ""), WordsOf(value ?? ""));
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
    /// words in both files does no more to the rest. A text with letters that a file could not write may be any.
    /// </summary>
    public bool IsCutOf(ToldLine other) =>
        IsGarbled(Remittance) || IsGarbled(other.Remittance) || Has(this, other) || Has(other, this);

    /// <summary>Whether both have the payer's reference, and it is the same.</summary>
    public bool SharesReference(ToldLine other) =>
        Reference is { } own && other.Reference is { } its && IsOneReference(own, its);

    /// <summary>
    /// By what lines that may be each other are found: they share one of these, unless one of them names nobody
    /// (<see cref="NamesNobody"/>).
    /// </summary>
    public IEnumerable<string> PartyKeys =>
        [
            .. Names.Select(name => name[..Math.Min(ShortestBeginning, name.Length)]).Distinct(),
            .. CounterpartyHash is { } hash ? [Convert.ToHexString(hash.Span)] : (string[])[],
        ];

    /// <summary>Whether it has no name that tells it from other lines.</summary>
    public bool NamesNobody => Names.Count == 0 || IsGarbled(Counterparty);

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
        .Select(PayerName.SignsOf).Where(word => word.Length > 0).ToHashSet(StringComparer.Ordinal);

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
        _ => !NamesNobody && !other.NamesNobody
            && !Names.Any(name => other.Names.Any(said => IsBeginning(name, said) || IsBeginning(said, name))),
    };

    private static bool IsGarbled(string? text) => text?.AsSpan().ContainsAny(Unknown) == true;

    private bool? SharesAccount(ToldLine other) => CounterpartyHash is { } own && other.CounterpartyHash is { } its
        ? own.Span.SequenceEqual(its.Span) : null;

    private static bool IsBeginning(string name, string said) =>
        name == said || (name.Length >= ShortestBeginning && said.StartsWith(name, StringComparison.Ordinal));
}

/// <summary>Finds lines of a file that earlier files may tell in other words.</summary>
public sealed class OtherWords
{
    private readonly IReadOnlyList<ToldLine> _lines;
    private readonly IReadOnlyList<ToldLine> _earlier;
    private readonly Func<int, int, bool> _mayBe;
    private readonly ILookup<(long, DateOnly), int> _ofDay;
    private readonly ILookup<(long, DateOnly, string), int> _ofParty;
    private readonly ILookup<(long, DateOnly), int> _ofNobody;
    private readonly int?[] _found;
    private readonly int?[] _lineOf;

    private OtherWords(IReadOnlyList<ToldLine> lines, IReadOnlyList<ToldLine> earlier, Func<int, int, bool> mayBe)
    {
        (_lines, _earlier, _mayBe) = (lines, earlier, mayBe);
        (_found, _lineOf) = (new int?[lines.Count], new int?[earlier.Count]);
        var days = lines.Index().SelectMany(line => DaysOf(line.Item).Select(day => (day, line.Index, line.Item))).ToList();
        _ofDay = days.ToLookup(one => one.day, one => one.Index);
        _ofNobody = days.Where(one => one.Item.NamesNobody).ToLookup(one => one.day, one => one.Index);
        _ofParty = days.SelectMany(one => one.Item.PartyKeys.Select(key => ((one.day.AmountMinor, one.day.Day, key), one.Index)))
            .ToLookup(one => one.Item1, one => one.Index);
    }

    /// <summary>
    /// Gives each line the earlier one that it may be, by its place; null for a line that no earlier one can be. An earlier line is one
    /// line: it holds one that is like it, and the others that are as like it in words of their own. As many earlier lines as can hold one
    /// do, the likest pairs first.
    /// </summary>
    /// <param name="lines">The lines of the new file.</param>
    /// <param name="earlier">The lines of earlier files.</param>
    /// <param name="mayBe">What else tells an earlier line (second place) from a new one (first place).</param>
    public static int?[] Find(IReadOnlyList<ToldLine> lines, IReadOnlyList<ToldLine> earlier, Func<int, int, bool> mayBe)
    {
        var words = new OtherWords(lines, earlier, mayBe);
        var alone = words.HoldTheLikest();
        HashSet<int> taken = [];
        foreach (var at in alone)
            words.MakeRoom(at, taken);
        words.HoldTheEquallyLike();
        return words._found;
    }

    /// <summary>Each earlier line asks for the likest line; a line goes to the likest that asks for it.</summary>
    /// <returns>The earlier lines that got none.</returns>
    private List<int> HoldTheLikest()
    {
        var likeness = new int[_lines.Count];
        List<int> alone = [];
        var asking = new Queue<int>(Enumerable.Range(0, _earlier.Count));
        while (asking.TryDequeue(out var at))
        {
            (int Line, int Likeness)? likest = null;
            foreach (var line in PossibleOf(at))
            {
                var likes = _lines[line].LikenessTo(_earlier[at]);
                if ((_found[line] is null || likes > likeness[line]) && !(likest?.Likeness >= likes))
                    likest = (line, likes);
            }

            if (likest is not var (own, most))
            {
                alone.Add(at);
                continue;
            }

            if (_found[own] is { } other)
            {
                _lineOf[other] = null;
                asking.Enqueue(other);
            }

            (_found[own], _lineOf[at], likeness[own]) = (at, own, most);
        }

        return alone;
    }

    /// <summary>Gives an earlier line that got none a line whose holder can hold another one.</summary>
    /// <param name="taken">The lines that no way leads away from.</param>
    private void MakeRoom(int alone, HashSet<int> taken)
    {
        Dictionary<int, int> askers = [];
        var asking = new Queue<int>([alone]);
        while (asking.TryDequeue(out var at))
        {
            foreach (var line in PossibleOf(at).Where(line => !taken.Contains(line) && askers.TryAdd(line, at)))
            {
                if (_found[line] is { } holder)
                {
                    asking.Enqueue(holder);
                    continue;
                }

                for (int? free = line; free is { } to;)
                {
                    var asker = askers[to];
                    free = _lineOf[asker];
                    (_found[to], _lineOf[asker]) = (asker, to);
                }

                return;
            }
        }

        taken.UnionWith(askers.Keys);
    }

    /// <summary>
    /// Who books one of several lines that are equally like an earlier one may book the wrong one: all of them wait.
    /// </summary>
    private void HoldTheEquallyLike()
    {
        foreach (var (at, line) in _lineOf.Index())
        {
            if (line is not { } own)
                continue;
            var likeness = _lines[own].LikenessTo(_earlier[at]);
            foreach (var free in PossibleOf(at))
            {
                if (_found[free] is null && !_lines[free].HasWordsOf(_lines[own])
                    && _lines[free].LikenessTo(_earlier[at]) == likeness)
                {
                    _found[free] = at;
                }
            }
        }
    }

    private IEnumerable<int> PossibleOf(int at)
    {
        var one = _earlier[at];
        return DaysOf(one)
            .SelectMany(day => one.NamesNobody ? _ofDay[day]
                : _ofNobody[day].Concat(one.PartyKeys.SelectMany(key => _ofParty[(day.AmountMinor, day.Day, key)])))
            .Distinct().Where(line => _lines[line].MayBe(one) && _mayBe(line, at));
    }

    private static IEnumerable<(long AmountMinor, DateOnly Day)> DaysOf(ToldLine line) => line.BookedOn == line.EffectiveOn
        ? [(line.AmountMinor, line.BookedOn)]
        : [(line.AmountMinor, line.BookedOn), (line.AmountMinor, line.EffectiveOn)];
}
