using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Finds the lines of the single payments that notifications tell. What does not tell one line is left to a person.</summary>
internal static class SinglePayments
{
    /// <summary>A single payment that waits for its line.</summary>
    /// <param name="Part">The payment, as its notification tells it.</param>
    internal sealed record Told(CollectiveCredit Credit, SettlementLine Part);

    /// <summary>What ties a line to a payment of its day and amount, the weakest first.</summary>
    private enum Tie
    {
        None,
        NothingElse,
        Text,
        Reference,
    }

    /// <summary>The payments and lines that have only each other. A line that was booked alone has its payment, too.</summary>
    /// <param name="lines">The lines of their days and amounts.</param>
    /// <param name="account">The hash of the bank account.</param>
    public static IReadOnlyList<(Told One, SettlementLine Line)> Pair(
        IReadOnlyList<Told> told, IReadOnlyList<SettlementLine> lines, byte[] account)
    {
        var free = lines.Where(line => line.Use != SettlementUse.Payout).ToList();
        List<Told> waiting = [.. told];
        List<(Told, SettlementLine)> pairs = [];
        Tie[] strongest = [Tie.Reference, Tie.Text, Tie.NothingElse];
        foreach (var tie in strongest)
        {
            var ties = waiting.SelectMany(
                one => free.Where(line => TieOf(one, line, account) == tie).Select(line => (One: one, Line: line))).ToList();
            var ofOne = ties.CountBy(each => each.One).ToDictionary();
            var ofLine = ties.CountBy(each => each.Line.Id).ToDictionary();
            var sure = ties.Where(each => ofOne[each.One] == 1 && ofLine[each.Line.Id] == 1).ToList();
            pairs.AddRange(sure);
            // What is tied to several is none of those that nothing ties.
            waiting.RemoveAll(ofOne.ContainsKey);
            free.RemoveAll(line => tie != Tie.NothingElse && sure.Exists(each => each.Line.Id == line.Id));
        }

        return pairs;
    }

    /// <summary>Whether a line says itself which payment it is.</summary>
    /// <param name="account">The hash of the bank account.</param>
    public static bool IsSaid(Told one, SettlementLine line, byte[] account) => TieOf(one, line, account) switch
    {
        Tie.Reference => true,
        Tie.Text => SettlementWording.Says(Said(line), SettlementWording.TextOf(one.Part))
            && SettlementWording.Says(Said(line), one.Part.EndToEnd),
        Tie.NothingElse or Tie.None => false,
    };

    /// <summary>Whether a line of a statement says all that a notification tells of a payment.</summary>
    public static bool HasDetails(SettlementLine line, string? payer, string? text, string? endToEnd) =>
        (payer is null ? line.Counterparty is null : IsSamePayer(line, payer))
        && SettlementWording.Says(Said(line), SettlementWording.TextOf(text, line.Gross))
        && SettlementWording.Says(Said(line), endToEnd);

    private static Tie TieOf(Told one, SettlementLine line, byte[] account)
    {
        var (credit, part) = one;
        if (line.Gross != credit.Sum || !line.IsOf(credit.Day) || (line.Counterparty is not null && !IsSamePayer(line, part.Counterparty)))
            return Tie.None;
        if (credit.BankReference is { } reference && line.IsReferenced)
        {
            if (HasReference(line, account, reference))
                return Tie.Reference;
            // A line may be known by words that an earlier version read, and no row keeps them: then its text tells.
            if (line.Source == StatementSource.Camt || (line.Remittance is null && line.EndToEnd is null))
                return Tie.None;
        }

        if (line.Remittance is null && line.EndToEnd is null)
            return line.Counterparty is null ? Tie.NothingElse : Tie.Text;
        return IsAlike(SettlementWording.TextOf(line), part) || IsAlike(line.EndToEnd, part) ? Tie.Text : Tie.None;
    }

    private static bool IsAlike(string? words, SettlementLine part) => words is not null
        && (SettlementWording.Says(Said(part), words)
            || (SettlementWording.TextOf(part) is { } text && SettlementWording.Says(words, text))
            || (part.EndToEnd is { } endToEnd && SettlementWording.Says(words, endToEnd)));

    private static string Said(SettlementLine line) => $"{SettlementWording.TextOf(line)} {line.EndToEnd}";

    private static bool IsSamePayer(SettlementLine line, string? payer) =>
        string.Equals(line.Counterparty, payer, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a line has the bank's reference. The id of a line follows from it, and no row keeps it; nor does one tell what of the line
    /// belongs to its identity.
    /// </summary>
    private static bool HasReference(SettlementLine line, byte[] account, string reference)
    {
        string?[] texts = [.. ((string?[])[line.Remittance, SettlementWording.TextOf(line)]).Distinct()];
        long[] feesMinor = [.. ((long[])[line.FeeMinor, 0]).Distinct()];
        string?[] ids = line is { EndToEnd: null, Source: StatementSource.Mt940 } ? [null, .. PayersReference.Known] : [line.EndToEnd];
        string?[] parties = line is { Source: StatementSource.Csv, Counterparty: { } name } ? [name, null] : [line.Counterparty];
        return texts.Any(text => feesMinor.Any(feeMinor => ids.Any(id => parties.Any(party =>
            Has(line with { Remittance = text, FeeMinor = feeMinor, EndToEnd = id, Counterparty = party }, account, reference)))));
    }

    private static bool Has(SettlementLine line, byte[] account, string reference)
    {
        var read = new ReadLine(0, line.Kind, line.BookedOn, line.Amount.AmountMinor)
        {
            FeeMinor = line.FeeMinor,
            Counterparty = line.Counterparty,
            Remittance = line.Remittance,
            EndToEnd = line.EndToEnd,
            BankReference = reference,
        };
        return SettlementLineId.Of(line.Id.Merchant, account, read.Identity, 1) == line.Id;
    }
}
