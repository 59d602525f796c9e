using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>
/// Says what a line of a statement is, where that is certain. What is only likely is left to an operator: money that is booked for the
/// wrong customer is dearer than a line that waits.
/// </summary>
public static class SettlementMatching
{
    /// <summary>A name of so many characters counts by itself. Shorter ones stand in texts by chance, and count only beside their customer's.</summary>
    private const int TellingLength = 6;

    /// <summary>So many bare digits name no customer by themselves: years and amounts look the same.</summary>
    private const int LongestYear = 4;

    /// <summary>What a line is.</summary>
    /// <param name="line">The line.</param>
    /// <param name="evidence">All that it names.</param>
    public static SettlementMatch Match(SettlementLine line, MatchEvidence evidence) => line.Kind switch
    {
        SettlementLineKind.Entry when line.Amount.AmountMinor > 0 =>
            OfPayout(line, evidence) ?? OfPayment(line, evidence) ?? OfCharges(line, evidence) ?? OfPayer(line, evidence)
            ?? SettlementMatch.None(NamedByChance(evidence) is { } name ? $"Only {name} names something here, and so short a name may stand there by chance." : "It names nothing that is open here."),
        SettlementLineKind.Entry => OfPayout(line, evidence) ?? SettlementMatch.None("Money went out: say what it was for."),
        SettlementLineKind.Payment or SettlementLineKind.Refund or SettlementLineKind.Chargeback => OfReport(line, evidence),
        SettlementLineKind.Fee => new SettlementMatch { Use = SettlementUse.Fee, Provider = line.Account },
    };

    private static SettlementMatch? OfPayout(SettlementLine line, MatchEvidence evidence)
    {
        if (evidence.Payouts.Count == 0)
            return null;
        if (evidence.Payouts is not [var payout])
            return SettlementMatch.None("It names several payouts.");
        if (payout.IsSettled)
            return SettlementMatch.None($"Another line is booked for payout {payout.Reference}.");
        return payout.Total == line.Amount
            ? new SettlementMatch { Use = SettlementUse.Payout, Provider = payout.Provider, Settles = payout.Report.Value }
            : SettlementMatch.None($"Payout {payout.Reference} is {payout.Total}, not {line.Amount}.");
    }

    private static SettlementMatch? OfPayment(SettlementLine line, MatchEvidence evidence)
    {
        var waiting = evidence.Payments
            .Where(payment => (payment.WaitsForMoney || payment.WaitsForStatement) && payment.Amount == line.Amount && Counts(payment.Name, payment.Account, evidence)).ToList();
        if (waiting.Count > 1)
            return SettlementMatch.None("It names several payments of this amount.");
        if (waiting is not [var found])
            return null;
        if (OtherPayer(found.Account, evidence) is { } other)
            return SettlementMatch.None($"It names customer {other.Name}, and payment {found.Number} is another customer's.");
        return new SettlementMatch
        {
            Use = SettlementUse.Transfer,
            Account = (found.Account, found.Slot),
            Payment = found.Id,
            Completes = found.WaitsForMoney,
        };
    }

    private static SettlementMatch? OfCharges(SettlementLine line, MatchEvidence evidence)
    {
        var named = evidence.Charges.Where(charge => Counts(charge.Name, charge.Account, evidence)).ToList();
        if (named.Count == 0)
            return null;
        var open = named.Where(charge => charge.Open.AmountMinor > 0 && charge.Open.Currency == line.Amount.Currency).ToList();
        if (open.Count == 0)
            return SettlementMatch.None($"What it names is settled already: {Names(named)}.");
        foreach (var charge in open)
        {
            if (OtherPayer(charge.Account, evidence) is { } other)
                return SettlementMatch.None($"It names customer {other.Name}, and charge {charge.Name} is another customer's.");
        }

        // One that is of the very amount counts alone; others may stand there by chance.
        if (open.Where(charge => charge.Open == line.Amount).ToList() is [var exact])
            return Paying(exact.Account, exact.Slot, [exact]);
        if (open.DistinctBy(charge => charge.Account).Count() > 1)
            return SettlementMatch.None($"It names charges of several customers: {Names(open)}.");
        var dueMinor = open.Sum(charge => charge.Open.AmountMinor);
        if (dueMinor == line.Amount.AmountMinor)
            return Paying(open[0].Account, open[0].Slot, open);
        if (dueMinor < line.Amount.AmountMinor)
            return SettlementMatch.None($"It is more than is open on {Names(open)}: {new Money(dueMinor, line.Amount.Currency)}.");
        return open is [var part] && part.Name.Length >= TellingLength
            ? Paying(part.Account, part.Slot, [part])
            : SettlementMatch.None($"It is less than is open on {Names(open)}: {new Money(dueMinor, line.Amount.Currency)}.");
    }

    private static SettlementMatch? OfPayer(SettlementLine line, MatchEvidence evidence)
    {
        var payers = evidence.Payers.Where(IsTelling).ToList();
        if (payers.Count == 0)
            return null;
        if (payers is not [var payer])
            return SettlementMatch.None($"It names several customers: {string.Join(", ", payers.Select(named => named.Name))}.");
        var open = payer.Open.Where(charge => charge.Open.Currency == line.Amount.Currency).ToList();
        var exact = open.Where(charge => charge.Open == line.Amount).ToList();
        if (exact.Count == 1)
            return Paying(payer.Account, payer.Slot, exact);
        if (open.Count > 0 && open.Sum(charge => charge.Open.AmountMinor) == line.Amount.AmountMinor)
            return Paying(payer.Account, payer.Slot, open);
        return SettlementMatch.None(
            open.Count == 0
                ? $"Customer {payer.Name} owes nothing in {line.Amount.Currency.Code}."
                : $"Customer {payer.Name} owes other amounts: {string.Join(", ", open.Take(3).Select(charge => charge.Open.ToString()))}{(open.Count > 3 ? ", …" : "")}.");
    }

    private static SettlementMatch OfReport(SettlementLine line, MatchEvidence evidence)
    {
        if (evidence.Payments is not [var payment])
            return SettlementMatch.None(evidence.Payments.Count == 0 ? "There is no such payment in the books." : "It names several payments.");
        if (payment.Holder is null)
            return SettlementMatch.None($"Payment {payment.Number} is not captured in the books.");
        if (payment.Holder != line.Account)
            return SettlementMatch.None($"The books have the money of payment {payment.Number} at {payment.Holder}.");
        if (line.Kind == SettlementLineKind.Payment && payment.IsSettled)
            return SettlementMatch.None($"Another line is booked for payment {payment.Number}.");
        if (line.Kind == SettlementLineKind.Payment && payment.Amount?.AmountMinor != line.Amount.AmountMinor + line.FeeMinor)
            return SettlementMatch.None($"Payment {payment.Number} is {payment.Amount} in the books.");
        if (line.IsUntoldChargeback)
            return SettlementMatch.None($"The payer took money of payment {payment.Number} back, as the gateway says. Say that the line is about it: then the payment is reversed, and what it paid is open again.");
        return new SettlementMatch
        {
            Use = SettlementUse.Reported,
            Account = (payment.Account, payment.Slot),
            Payment = payment.Id,
            Provider = line.Account,
            Settles = line.Kind == SettlementLineKind.Refund ? payment.Attempt : null,
        };
    }

    /// <summary>Whether something of a customer is named at all: by a name that tells, or beside the customer.</summary>
    private static bool Counts(string name, AccountId account, MatchEvidence evidence) =>
        name.Length >= TellingLength || evidence.Payers.Any(payer => payer.Account == account);

    /// <summary>A customer who is named, and is another one than this; null where there is none.</summary>
    private static NamedPayer? OtherPayer(AccountId account, MatchEvidence evidence) =>
        evidence.Payers.FirstOrDefault(payer => payer.Account != account && IsTelling(payer));

    private static bool IsTelling(NamedPayer payer) => payer.Name.Length > LongestYear || !payer.Name.All(char.IsAsciiDigit);

    private static string? NamedByChance(MatchEvidence evidence) =>
        evidence.Payments.Select(payment => payment.Name).Concat(evidence.Charges.Select(charge => charge.Name)).Concat(evidence.Payers.Select(payer => payer.Name))
            .FirstOrDefault(name => name.Length < TellingLength);

    private static SettlementMatch Paying(AccountId account, int slot, IReadOnlyList<NamedCharge> charges) =>
        new() { Use = SettlementUse.Transfer, Account = (account, slot), Charges = charges };

    private static string Names(IEnumerable<NamedCharge> charges) => string.Join(", ", charges.Select(charge => charge.Name));
}
