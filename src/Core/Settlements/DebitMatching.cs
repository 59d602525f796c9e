using Quittance.Core.Attempts;

namespace Quittance.Core.Settlements;

/// <summary>
/// Says what a line can be that names a debit or a refund of ours, and that the books do not take as the bank's payment of it: the bank has
/// paid it before, or takes back what it took.
/// </summary>
internal static class DebitMatching
{
    /// <summary>More payments than these are counted, and not named.</summary>
    private const int MostNamed = 5;

    /// <summary>The match of a line that names one debit; null where it names none, and where its report says what it is.</summary>
    public static SettlementMatch? OfDebit(SettlementLine line, MatchEvidence evidence)
    {
        if (evidence.Debits is not [var debit])
            return null;
        if (!debit.HasFile)
        {
            return SettlementMatch.None(
                $"It names the {NameOf(debit)}, which is in no file that was handed out: the bank may have it from the time that a restore "
                + "lost. Hand in the lost file, or say that it was sent.");
        }

        if (debit.IsElsewhere)
        {
            return SettlementMatch.None(
                $"It names the {NameOf(debit)}, whose file went to the bank for another account, or in another currency.");
        }

        if (evidence.Payouts is [{ IsSettled: false }])
            return null;
        return (line.Amount.AmountMinor > 0, debit.IsRefund) switch
        {
            (true, false) => OfMoreMoney(line, debit),
            (false, false) => OfReturn(line, debit),
            (true, true) => Customer(debit, $"the {NameOf(debit)} came back"),
            (false, true) => SettlementMatch.None(debit.Status == AttemptStatus.Approved
                ? $"The {NameOf(debit)} is paid out in the books: say what this line is, or ignore it."
                : $"The {NameOf(debit)} is {debit.Amount}, not {Positive(line)}."),
        };
    }

    /// <summary>The match of a line that takes back what an earlier one brought in one sum; null for none.</summary>
    public static SettlementMatch? OfLump(MatchEvidence evidence)
    {
        // A bank marks the reversal of a single transfer, too.
        if (evidence is { Lumps: [] } or { Collections: [], Returns.Count: > 0 })
            return null;
        var said = string.Join(", ", evidence.Lumps.Select(one => $"the {one.Amount} of {one.BookedOn:yyyy-MM-dd}"));
        if (evidence.Lumps is not [var lump])
            return SettlementMatch.None($"The bank may take one of these sums back: {said}. Say the payments that it takes back.");
        if (!lump.IsWhole)
        {
            return SettlementMatch.None($"The bank may take a part of {said} back, of which payments of {lump.Standing} have not come "
                + "back so far: say the payments that it takes back.");
        }

        var why = evidence.Collections.Count > 0 ? "it names the collection's file"
            : "the bank marks a reversal, and that line brought the amount";
        var kept = lump.Kept.AmountMinor == 0 ? "" : $" for which it kept charges of {lump.Kept},";
        return new SettlementMatch
        {
            Use = SettlementUse.Payout,
            IsCertain = false,
            Lump = lump,
            Finding = $"Proposal: the bank takes {said} back,{kept} the money of {WordsOf(lump)}. Evidence: {why}.",
        };
    }

    private static string WordsOf(NamedLump lump) => lump.Payments.Count > MostNamed ? $"{lump.Payments.Count} payments"
        : string.Join(", ", lump.Payments.Select(one => $"payment {one.Number}"));

    /// <summary>The match of a line that names one of our files; null for none.</summary>
    public static SettlementMatch? OfCollection(SettlementLine line, MatchEvidence evidence) =>
        evidence.Collections is not [var file] || line.Amount.AmountMinor < 0 != file.IsOfRefunds ? null
        : new SettlementMatch
        {
            Use = SettlementUse.Payout,
            IsCertain = false,
            Collection = file,
            Finding = $"Proposal: the bank pays collection {file.Number} of {file.Sum}. Evidence: it names the collection's file.",
        };

    /// <summary>The match of a line of money that went out without an id of ours: the one payment to which the best lead goes.</summary>
    public static SettlementMatch OfMoneyOut(MatchEvidence evidence)
    {
        if (evidence.Returns.Count == 0)
            return SettlementMatch.None("Money went out: say what it was for.");
        var lead = evidence.Returns.Max(found => found.Evidence);
        var best = evidence.Returns.Where(found => found.Evidence == lead).DistinctBy(found => found.Payment).ToList();
        if (lead == ReturnLead.SameAmount && evidence.Lumps is [var lump, ..])
        {
            return SettlementMatch.None($"The bank may take payment {best[0].Number} back, or the {lump.Amount} of "
                + $"{lump.BookedOn:yyyy-MM-dd}, the money of {WordsOf(lump)}. Say the payments that it takes back.");
        }

        if (best is not [var back])
        {
            return SettlementMatch.None(
                $"The bank may take one of these payments back: {string.Join(", ", best.Select(found => found.Number))}. Say which one.");
        }

        return new SettlementMatch
        {
            Use = SettlementUse.Transfer,
            IsCertain = false,
            IsReturn = true,
            Account = (back.Account, back.Slot),
            Payment = back.Payment,
            Finding = $"Proposal: the bank takes payment {back.Number} of {back.Amount} back. Evidence: {Of(back)}.",
        };
    }

    private static string Of(NamedReturn back) => back.Evidence switch
    {
        ReturnLead.Mandate => "it names the mandate of its debit",
        ReturnLead.SameTexts => $"a line of {back.BookedOn:yyyy-MM-dd} brought it with the same texts",
        ReturnLead.SameAmount => $"the bank marks a reversal, and a line of {back.BookedOn:yyyy-MM-dd} brought the amount",
        ReturnLead.AmountAndReason => "it names a reason for a return, and no other debit has the amount",
    };

    private static SettlementMatch OfMoreMoney(SettlementLine line, NamedDebit debit)
    {
        // A server that died may have noted the collection, and not the line that shows it.
        if (debit.Status != AttemptStatus.Approved || (debit is { IsShown: false, Returned: null } && debit.Amount == line.Amount))
        {
            return debit.Amount == line.Amount
                ? Proposal(debit, $"the bank collects payment {debit.Number}") with { Payment = debit.Payment }
                : SettlementMatch.None($"Payment {debit.Number} is {debit.Amount}, not {line.Amount}.");
        }

        if (debit.Returned is { } returned && line.Amount.AmountMinor >= returned.AmountMinor
            && line.Amount.AmountMinor <= returned.AmountMinor + debit.ChargesMinor)
        {
            return Return(debit, $"the bank gives payment {debit.Number} back, which it had taken back");
        }

        if (debit.Returned is not null && line.Amount.AmountMinor <= debit.ChargesMinor)
            return Return(debit, $"the bank gives its fee for the return of payment {debit.Number} back");
        return Customer(debit, $"the bank has collected payment {debit.Number} before");
    }

    private static SettlementMatch OfReturn(SettlementLine line, NamedDebit debit)
    {
        if (debit.Status != AttemptStatus.Approved)
        {
            return SettlementMatch.None(
                $"Payment {debit.Number} is not collected in the books: import the statement with its collection, and then this one "
                + "again.");
        }

        if (debit is { Returned: { } returned, IsReturnShown: true } && returned.AmountMinor >= debit.Amount.AmountMinor)
        {
            return SettlementMatch.None(
                $"The return of payment {debit.Number} is booked already: say what this line is, or ignore it.");
        }

        return Positive(line).AmountMinor >= debit.Amount.AmountMinor
            ? Return(debit, $"the bank takes payment {debit.Number} back")
            : SettlementMatch.None($"Payment {debit.Number} is {debit.Amount}, and the bank takes {Positive(line)}: say what it is.");
    }

    private static SettlementMatch Return(NamedDebit debit, string why) =>
        Proposal(debit, why) with { Payment = debit.Payment, IsReturn = true };

    private static SettlementMatch Customer(NamedDebit debit, string why) =>
        Proposal(debit, $"money of customer {debit.Customer}; {why}") with { Customer = debit.Customer };

    private static SettlementMatch Proposal(NamedDebit debit, string what) => new()
    {
        Use = SettlementUse.Transfer,
        IsCertain = false,
        Account = (debit.Account, debit.Slot),
        Finding = $"Proposal: {what}. Evidence: it names the {NameOf(debit)}.",
    };

    private static string NameOf(NamedDebit debit) =>
        debit.IsRefund ? $"refund of payment {debit.Number}" : $"debit of payment {debit.Number}";

    private static Money Positive(SettlementLine line) => line.Amount with { AmountMinor = Math.Abs(line.Amount.AmountMinor) };
}
