namespace Quittance.Core.Settlements;

/// <summary>What a rule says of lines. A member is never renamed: it is a word in the database and in our API.</summary>
public enum LineRuleUse
{
    /// <summary>They do not belong in the books.</summary>
    Ignore,

    /// <summary>The bank's charges.</summary>
    Fee,

    /// <summary>Payouts of a provider.</summary>
    Payout,

    /// <summary>Transfers between the merchant's own accounts: they are ignored with that word.</summary>
    OwnTransfer,

    /// <summary>Money of a customer: it is proposed, and a person books it.</summary>
    Customer,
}

public enum LineDirection
{
    In,

    Out,
}

/// <summary>
/// A merchant's word about lines of the bank that name nothing of ours. Its conditions never change, so that what a line says of its rule
/// stays true: it is switched on and off, put elsewhere in the order, and ended.
/// </summary>
/// <param name="Number">Its number, by which lines name it; 0 before it has one.</param>
/// <param name="Name">Its name, for people.</param>
public sealed record LineRule(MerchantId Merchant, int Number, string Name, LineRuleUse Use)
{
    /// <summary>The provider of a payout; null for another use.</summary>
    public string? Provider { get; init; }

    /// <summary>The customer's account, its slot and its number; null for another use.</summary>
    public (AccountId Id, int Slot, long Number)? Customer { get; init; }

    /// <summary>The currency of the customer's account: money of another one is not theirs. Null for another use.</summary>
    public Currency? OnlyIn { get; init; }

    /// <summary>Whether the customer's account is closed: the rule proposes nothing any more, and its lines wait.</summary>
    public bool IsOfClosedAccount { get; init; }

    /// <summary>Whether its customer can be paid in a currency.</summary>
    public bool MayBePaidIn(Currency currency) => !IsOfClosedAccount && (OnlyIn is null || OnlyIn == currency);

    /// <summary>The bank account, masked as statements show it; null for any.</summary>
    public string? BankAccount { get; init; }

    /// <summary>Null for both.</summary>
    public LineDirection? Direction { get; init; }

    /// <summary>The name of the payer or payee: all of its words are in the name that the bank gives. Null for any.</summary>
    public string? Counterparty { get; init; }

    /// <inheritdoc cref="SettlementLine.CounterpartyHash"/>
    public ReadOnlyMemory<byte>? CounterpartyHash { get; init; }

    /// <summary>Words with blanks between them, all of which the text has; null for any text.</summary>
    public string? Words { get; init; }

    /// <summary>The smallest amount, in or out; null for any.</summary>
    public Money? Least { get; init; }

    /// <summary>The largest amount, in or out; null for any.</summary>
    public Money? Most { get; init; }

    /// <summary>Its place in the order, from 1: the first rule that fits wins.</summary>
    public int Place { get; init; }

    public bool IsOn { get; init; }

    /// <summary>Whether it was ended: it decides nothing any more, and lines still name it.</summary>
    public bool IsEnded { get; init; }

    /// <summary>Whether it tells lines from others. The account and the direction alone hold for every line of an account.</summary>
    public bool HasCondition => Counterparty is not null || CounterpartyHash is not null || Words is not null || Most is not null;

    /// <summary>Whether an amount is all that it knows its lines by.</summary>
    public bool IsOfAmountAlone => Counterparty is null && CounterpartyHash is null && Words is null;

    /// <summary>Whether its lines are decided without a person. Debts are not: a rule only proposes their customer.</summary>
    public bool ActsAlone => Use != LineRuleUse.Customer;

    /// <summary>Whether it leaves its lines out of the books.</summary>
    public bool LeavesOut => Use is LineRuleUse.Ignore or LineRuleUse.OwnTransfer;

    /// <summary>Its number and its name, as lines and the audit log say it.</summary>
    public string Title => $"Rule {Number} ({Name})";

    /// <summary>What it says of its lines, as the end of a sentence about one.</summary>
    public string Says => Use switch
    {
        LineRuleUse.Ignore => "no money of these books",
        LineRuleUse.Fee => "a fee of the bank",
        LineRuleUse.Payout => $"a payout of {Provider}",
        LineRuleUse.OwnTransfer => "a transfer between own accounts",
        LineRuleUse.Customer => $"money of customer {Customer?.Number}{(IsOfClosedAccount ? ", whose account is closed" : "")}",
    };

    /// <summary>Its conditions in words.</summary>
    public string Holds => string.Join(
        ", ", new[]
        {
            Direction switch { LineDirection.In => "money in", LineDirection.Out => "money out", null => null },
            BankAccount is null ? null : $"on {BankAccount}",
            Counterparty is null ? null : $"from or to \u201c{Counterparty}\u201d",
            CounterpartyHash is null ? null : "from or to one bank account",
            Words is null ? null : $"with \u201c{Words}\u201d",
            (Least, Most) switch
            {
                ({ } least, { } most) when least == most => $"of {most}",
                ({ } least, { } most) => $"of {least} to {most}",
                ({ } least, null) => $"of at least {least}",
                (null, { } most) => $"of at most {most}",
                (null, null) => null,
            },
        }.OfType<string>());

    /// <summary>Whether a line is one of those that it speaks of.</summary>
    public bool Fits(SettlementLine line)
    {
        if (!HasCondition || !line.IsOfTheBank || !MayEqual(BankAccount, line.Account))
            return false;
        var amount = line.Amount with { AmountMinor = Math.Abs(line.Amount.AmountMinor) };
        if (Direction is { } direction && (direction == LineDirection.In) != (line.Amount.AmountMinor > 0))
            return false;
        if ((Least is { } least && (least.Currency != amount.Currency || least.AmountMinor > amount.AmountMinor))
            || (Most is { } most && (most.Currency != amount.Currency || most.AmountMinor < amount.AmountMinor)))
        {
            return false;
        }

        return (CounterpartyHash is not { } hash || (line.CounterpartyHash is { } its && its.Span.SequenceEqual(hash.Span)))
            && (Counterparty is null || PayerName.WordsOf(Counterparty).IsSubsetOf(PayerName.WordsOf(line.Counterparty)))
            && WordsOf(Words).All(word => SettlementWording.Says($"{line.Remittance} {line.EndToEnd}", word));
    }

    /// <summary>Whether the same lines fit both.</summary>
    public bool IsLike(LineRule other) => TakesAllOf(other) && other.TakesAllOf(this);

    /// <summary>What rules before it in the order say of lines that fit both; empty for nothing.</summary>
    public string RemarkAmong(IEnumerable<LineRule> all)
    {
        List<LineRule> on = [.. all.Where(other => other.IsOn && other.Place < Place)];
        return on.Find(other => other.TakesAllOf(this)) is { } taking
            ? $"{taking.Title} takes all of its lines before it: {taking.Says}."
            : string.Join(" ", on.Where(other => other.Contradicts(this))
                .Select(other => $"{other.Title} comes first where both fit: {other.Says}."));
    }

    /// <summary>
    /// Whether it says something else than a rule behind it of lines that fit both. Rules that know their lines by different things, as by
    /// a name and by words, may meet in one line by chance: only lines show that.
    /// </summary>
    public bool Contradicts(LineRule later) =>
        Says != later.Says && KnowsBySame(later) && MayEqual(BankAccount, later.BankAccount)
        && (Direction is null || later.Direction is null || Direction == later.Direction)
        && (CounterpartyHash is null || later.CounterpartyHash is null || IsSame(CounterpartyHash, later.CounterpartyHash))
        && MayMeet(PayerName.WordsOf(Counterparty), PayerName.WordsOf(later.Counterparty))
        && MayMeet(WordsOf(Words), WordsOf(later.Words)) && AmountsMeet(later);

    /// <summary>Whether every line that fits a rule behind it fits this one, so that the other never acts.</summary>
    public bool TakesAllOf(LineRule later) =>
        (BankAccount is null || BankAccount == later.BankAccount) && (Direction is null || Direction == later.Direction)
        && (CounterpartyHash is null || IsSame(CounterpartyHash, later.CounterpartyHash))
        && PayerName.WordsOf(Counterparty).IsSubsetOf(PayerName.WordsOf(later.Counterparty))
        && WordsOf(Words).IsSubsetOf(WordsOf(later.Words))
        && (Least is not { } least || (later.Least is { } low && low.Currency == least.Currency && low.AmountMinor >= least.AmountMinor))
        && (Most is not { } most || (later.Most is { } high && high.Currency == most.Currency && high.AmountMinor <= most.AmountMinor));

    /// <summary>The words that a text must have, without those that stand twice.</summary>
    private static HashSet<string> WordsOf(string? words) =>
        (words ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private bool AmountsMeet(LineRule other)
    {
        var currencies = new[] { Least, Most, other.Least, other.Most }.OfType<Money>().Select(one => one.Currency).Distinct().Count();
        return currencies < 2
            && Math.Max(Least?.AmountMinor ?? 0, other.Least?.AmountMinor ?? 0)
                <= Math.Min(Most?.AmountMinor ?? long.MaxValue, other.Most?.AmountMinor ?? long.MaxValue);
    }

    private bool KnowsBySame(LineRule other) =>
        (Counterparty is not null && other.Counterparty is not null)
        || (CounterpartyHash is not null && other.CounterpartyHash is not null)
        || (Words is not null && other.Words is not null) || IsOfAmountAlone || other.IsOfAmountAlone;

    private static bool MayEqual(string? one, string? other) => one is null || other is null || one == other;

    // Two rules for different words may both fit some line. Where neither has the other's words, that is by chance.
    private static bool MayMeet(IReadOnlySet<string> one, IReadOnlySet<string> other) => one.IsSubsetOf(other) || other.IsSubsetOf(one);

    private static bool IsSame(ReadOnlyMemory<byte>? one, ReadOnlyMemory<byte>? other) =>
        one is null ? other is null : other is not null && one.Value.Span.SequenceEqual(other.Value.Span);
}

/// <summary>What a rule would have made of a line.</summary>
public enum RuleVerdict
{
    /// <summary>The line is open, and the rule decides or proposes it once it is on.</summary>
    Takes,

    /// <summary>It was decided as the rule says.</summary>
    Agrees,

    /// <summary>It was decided otherwise.</summary>
    Contradicts,

    /// <summary>A rule before it takes the line.</summary>
    Earlier,

    /// <summary>The line names something of ours, or waits for a person for another reason: no rule touches it.</summary>
    Left,
}

/// <summary>A line that a rule fits, with what the rule would have made of it.</summary>
public sealed record TriedLine(SettlementLine Line, RuleVerdict Verdict);

/// <summary>What a rule would have done with the lines of the last months.</summary>
/// <param name="From">The first day of those lines.</param>
/// <param name="Lines">The lines that it fits, the newest first.</param>
/// <param name="IsCut">Whether there are more lines than were looked at.</param>
public sealed record RuleTrial(DateOnly From, IReadOnlyList<TriedLine> Lines, bool IsCut)
{
    /// <summary>How many of its lines have a verdict.</summary>
    public int Of(RuleVerdict verdict) => Lines.Count(tried => tried.Verdict == verdict);

    /// <summary>The sums of its lines in each currency.</summary>
    public IReadOnlyList<Money> Sums => Money.SumsOf(Lines.Select(tried => tried.Line.Amount));

    /// <summary>All of it in sentences.</summary>
    public string Said => Lines.Count == 0 ? $"No line since {From:yyyy-MM-dd} fits it."
        : $"{(IsCut ? "At least " : "")}{Lines.Count} {(Lines.Count == 1 ? "line" : "lines")} since {From:yyyy-MM-dd} "
            + $"{(Lines.Count == 1 ? "fits" : "fit")} it, {string.Join(", ", Sums)}. They wait, and would go by it: "
            + $"{Of(RuleVerdict.Takes)}. They were decided so: {Of(RuleVerdict.Agrees)}. They were decided otherwise: "
            + $"{Of(RuleVerdict.Contradicts)}. A rule before it takes: {Of(RuleVerdict.Earlier)}. No rule touches, because they name "
            + $"something of yours or wait for another reason: {Of(RuleVerdict.Left)}.";
}
