namespace Quittance.Core.Settlements;

/// <summary>A charge that a line may pay, with whose it is.</summary>
/// <param name="Name">Its document, its client's reference or its number.</param>
/// <param name="Open">What is open of it.</param>
/// <param name="Customer">The number of the customer's account.</param>
/// <param name="Holder">The customer's name; null for none.</param>
public sealed record ProposedCharge(
    ChargeId Id, long Number, string Name, Money Open, AccountId Account, long Customer, string? Holder, DateOnly? DueOn)
{
    /// <summary>The client's own name for it; null for none.</summary>
    public string? Reference { get; init; }

    /// <summary>The whole charge.</summary>
    public required Money Amount { get; init; }
}

/// <summary>What an open line may be: a person chooses it, and nothing books it by itself.</summary>
/// <param name="Names">The objects by their own numbers or names, as a person chooses them.</param>
/// <param name="Ids">The same by their ids; none where only a name tells it.</param>
/// <param name="Why">Why it is one, in words that name no person.</param>
public sealed record LineCandidate(SettlementChoice Choice, IReadOnlyList<string> Names, IReadOnlyList<Guid> Ids, string Why)
{
    /// <summary>How many a line has at most.</summary>
    public const int Most = 5;

    /// <summary>What is open of the charges, or what the other thing comes to; null where that is not said.</summary>
    public Money? Amount { get; init; }

    /// <summary>The customer whose money it would be, with the name where it is known; null where the line is something else.</summary>
    public (AccountId Account, string? Name)? Customer { get; init; }

    /// <summary>The charges that it would pay; none where it is something else.</summary>
    public IReadOnlyList<ProposedCharge> Charges { get; init; } = [];

    /// <summary>Tells it from another candidate.</summary>
    internal string Key => $"{Choice} {string.Join(' ', Ids.Order())} {(Ids.Count == 0 ? string.Join(' ', Names) : "")}";

    /// <summary>The same with its charges, which are all of one customer.</summary>
    public LineCandidate With(IReadOnlyList<ProposedCharge> charges) => charges.Count == 0 ? this : this with
    {
        Charges = charges,
        Customer = (charges[0].Account, charges[0].Holder),
    };

    /// <summary>The ids of the charges that it would pay.</summary>
    public IEnumerable<ChargeId> ChargesOf(MerchantId merchant) =>
        Choice == SettlementChoice.Charge ? Ids.Select(id => new ChargeId(merchant, id)) : [];
}

/// <summary>What an open line is proposed to be, and what else it may be.</summary>
/// <param name="Proposal">Null for none.</param>
public sealed record LineChoices(LineProposal? Proposal, IReadOnlyList<LineCandidate> Candidates)
{
    public static LineChoices None { get; } = new(null, []);
}
