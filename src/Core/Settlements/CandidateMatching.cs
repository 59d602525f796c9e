using System.Globalization;
using System.Numerics;

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

/// <summary>
/// Chooses what a person is shown beside an open line, by what the line names and by the leads that matching follows: charges that it names
/// or nearly names, those of its amount, charges of its payer that add up to it, and the payer's other debts. In this order:
/// <code>
/// the line names or nearly names a charge
/// its payer, or the customer that it names, owes exactly its amount in one charge, or in several
/// another customer owes exactly its amount
/// its payer, or the customer that it names, owes something else
/// it names a payment, a customer or a payout
/// </code>
/// </summary>
public static class CandidateMatching
{
    /// <summary>The oldest charges of a customer, of which some may add up to a line.</summary>
    private const int MostAddedUp = 20;

    /// <summary>More sums than these are no longer looked through.</summary>
    private const int MostSums = 20_000;

    private const string Exactly = "exactly that is open";
    private const string PayersAccount = "the payer's account has paid for the customer before";
    private const string NamesCustomer = "it names the customer";

    /// <summary>The candidates of a line, the likeliest first.</summary>
    /// <param name="leads">Null where nothing leads to a customer.</param>
    /// <param name="alike">Charges of exactly its amount, the likeliest first.</param>
    /// <param name="proposal">What is proposed for it, which is no candidate again; null for nothing.</param>
    public static IReadOnlyList<LineCandidate> Of(
        SettlementLine line, MatchEvidence evidence, LineLeads? leads, IEnumerable<ProposedCharge> alike, LineProposal? proposal)
    {
        line = SettlementMatching.Sent(line);
        var proposed = proposal is null ? null : new LineCandidate(proposal.Choice, proposal.Names, proposal.Ids, "").Key;
        var debts = line is { Kind: SettlementLineKind.Entry, Amount.AmountMinor: > 0 } ? OfDebts(line, evidence, leads, alike) : [];
        return
        [
            .. debts.Concat(OfOthers(line, evidence)).Where(candidate => candidate.Key != proposed).DistinctBy(candidate => candidate.Key)
                .Take(LineCandidate.Most),
        ];
    }

    private static IEnumerable<LineCandidate> OfDebts(
        SettlementLine line, MatchEvidence evidence, LineLeads? leads, IEnumerable<ProposedCharge> alike)
    {
        foreach (var charge in OpenIn(line, evidence.Charges))
            yield return OfCharges([charge], $"it names {charge.Name}{(charge.Open == line.Amount ? $", and {Exactly}" : "")}");
        var text = new SpelledText(line.Remittance, line.EndToEnd);
        foreach (var near in leads is null ? [] : LeadMatching.NearIn(line, leads.Customers, text, leads))
        {
            // Who names a bill has not made a slip.
            foreach (var charge in near.IsMended && evidence.Charges.Count > 0 ? [] : near.Charges)
                yield return OfCharges([charge], near.Why + (charge.Open == line.Amount ? $", and {Exactly}" : ""));
        }

        List<(string Why, List<NamedCharge> Open)> payers = [.. PayersOf(line, evidence, leads)];
        foreach (var (why, open) in payers)
        {
            foreach (var charge in open.Where(charge => charge.Open == line.Amount))
                yield return OfCharges([charge], $"{why}, and {Exactly}");
            if (AddingUp(open, line.Amount.AmountMinor) is { } several)
                yield return OfCharges(several, $"{why}, and together exactly that is open");
        }

        foreach (var charge in alike)
        {
            yield return new LineCandidate(
                SettlementChoice.Charge, [TextOf(charge.Number)], [charge.Id.Value], "the customer owes exactly that amount")
            {
                Amount = charge.Open,
            };
        }

        foreach (var (why, open) in payers)
        {
            foreach (var charge in open)
                yield return OfCharges([charge], why);
        }
    }

    /// <summary>The customers that the line names, and its payers: the words for each, and the open charges, oldest due first.</summary>
    private static IEnumerable<(string Why, List<NamedCharge> Open)> PayersOf(
        SettlementLine line, MatchEvidence evidence, LineLeads? leads) =>
        evidence.Payers.Select(payer => (NamesCustomer, OpenIn(line, payer.Open)))
            .Concat((leads?.Customers ?? []).Where(customer => customer.IsPayer || customer.IsPaidFromAccount)
                .OrderBy(customer => !(customer.IsPayer && customer.IsPaidFromAccount))
                .Select(customer => (
                    string.Join("; ", (string[])[.. customer.IsPayer ? (string[])[LeadMatching.OfPayersName(customer)] : [],
                        .. customer.IsPaidFromAccount ? (string[])[PayersAccount] : []]),
                    OpenIn(line, customer.Open))));

    private static IEnumerable<LineCandidate> OfOthers(SettlementLine line, MatchEvidence evidence)
    {
        foreach (var payment in evidence.Payments.Where(payment => !(line.IsIncoming && payment.IsSettled))
            .OrderBy(payment => payment.Amount is not { } amount || Math.Abs(line.Amount.AmountMinor) != amount.AmountMinor))
        {
            yield return new LineCandidate(
                SettlementChoice.Payment, [TextOf(payment.Number)], [payment.Id.Value], $"it names payment {payment.Number}")
            {
                Amount = payment.Amount,
            };
        }

        foreach (var back in evidence.Returns)
        {
            yield return new LineCandidate(SettlementChoice.Return, [TextOf(back.Number)], [back.Payment.Value], WhyOf(back.Evidence))
            {
                Amount = back.Amount,
            };
        }

        foreach (var payer in line.IsIncoming && line.Kind == SettlementLineKind.Entry ? evidence.Payers : [])
        {
            yield return new LineCandidate(SettlementChoice.Customer, [TextOf(payer.Number)], [payer.Account.Value], NamesCustomer)
            {
                Customer = (payer.Account, evidence.Holders.FirstOrDefault(holder => holder.Account == payer.Account)?.Name),
            };
        }

        foreach (var payout in evidence.Payouts.Where(payout => !payout.IsSettled))
        {
            yield return new LineCandidate(
                SettlementChoice.Payout, [payout.Provider], [], $"it names payout {payout.Reference} of {payout.Provider}")
            {
                Amount = payout.Total,
            };
        }
    }

    private static string WhyOf(ReturnLead lead) => lead switch
    {
        ReturnLead.Mandate => "it names the mandate of a debit of this amount",
        ReturnLead.SameTexts => "a line of this amount came in with the same texts",
        ReturnLead.SameAmount => "a line of this amount came in, and the bank marks this one as a reversal",
        ReturnLead.AmountAndReason => "a debit has this amount, and the line names a reason for a return",
    };

    /// <summary>
    /// Two or more charges of one customer that add up to an amount: as few as do, and of those the oldest. Null where none do.
    /// </summary>
    private static IReadOnlyList<NamedCharge>? AddingUp(IReadOnlyList<NamedCharge> open, long amountMinor)
    {
        var charges = open.Take(MostAddedUp).ToList();
        // Each sum with the fewest charges that make it, as the bits of their places.
        Dictionary<long, uint> sums = new() { [0] = 0 };
        for (var place = 0; place < charges.Count && sums.Count < MostSums; place++)
        {
            foreach (var (sum, some) in sums.ToList())
            {
                var (next, more) = ((Int128)sum + charges[place].Open.AmountMinor, some | (1u << place));
                if (next <= amountMinor && (!sums.TryGetValue((long)next, out var known) || Count(more) < Count(known)))
                    sums[(long)next] = more;
            }
        }

        return sums.TryGetValue(amountMinor, out var found) && Count(found) > 1
            ? [.. charges.Where((_, place) => (found & (1u << place)) != 0)] : null;

        static int Count(uint some) => BitOperations.PopCount(some);
    }

    private static LineCandidate OfCharges(IReadOnlyList<NamedCharge> charges, string why) => new(
        SettlementChoice.Charge, [.. charges.Select(charge => TextOf(charge.Number))], [.. charges.Select(charge => charge.Id.Value)], why)
    {
        Amount = charges[0].Open with { AmountMinor = charges.Sum(charge => charge.Open.AmountMinor) },
    };

    private static List<NamedCharge> OpenIn(SettlementLine line, IEnumerable<NamedCharge> charges) =>
        [.. charges.Where(charge => charge.Open.Currency == line.Amount.Currency && charge.Open.AmountMinor > 0)];

    private static string TextOf(long number) => number.ToString(CultureInfo.InvariantCulture);
}
