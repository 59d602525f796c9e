using System.Globalization;
using System.Numerics;

namespace Quittance.Core.Settlements;

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
    private const string PayersName = "the payer has the customer's name";
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
        foreach (var near in (leads?.Customers ?? []).Select(customer => LeadMatching.NearOf(line, customer, text, leads!)))
        {
            foreach (var charge in near?.Charges ?? [])
                yield return OfCharges([charge], near!.Why + (charge.Open == line.Amount ? $", and {Exactly}" : ""));
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
                    string.Join("; ", (string[])[.. customer.IsPayer ? (string[])[PayersName] : [],
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
