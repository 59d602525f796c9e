using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;

namespace Quittance.Settlements;

/// <summary>A line of the bank that is about debits of ours, or about refunds that it transfers.</summary>
/// <param name="Name">Names the report of what the line is made of, and stands in the line, so that the two find one another.</param>
/// <param name="Debits">The debits or refunds of the file's group, or the one that the line names.</param>
internal sealed record CollectedLine(ReadLine Line, string Name, IReadOnlyList<CollectedDebit> Debits)
{
    public bool IsOfRefunds => Debits[0].IsRefund;

    public bool IsReturn => IsBack(Line, Debits[0]);

    /// <summary>The banks' charges inside the line's amount, minor units.</summary>
    public long ChargesMinor => Line.Debit!.ChargesMinor;

    /// <summary>Whether a line takes a debit back, or brings a transfer back.</summary>
    public static bool IsBack(ReadLine line, CollectedDebit debit) => (line.AmountMinor < 0) != debit.IsRefund;
}

/// <summary>
/// Books what a bank's statement says of debits: the lump or the line of collected ones approves their captures, and a returned one becomes
/// a dispute. The lump or the line of transfers says that their refunds are paid out. The parts of a line become a report, as a
/// provider's payout has one, by which the line is then booked. Every step can be repeated: where it is interrupted, the file is imported
/// again.
/// </summary>
internal sealed class CollectedMoney(NpgsqlDataSource database, PaymentEngine engine)
{
    private const int AtOnce = 1000;

    private readonly Collections _collections = new(database);
    private readonly Attempts _attempts = new(database);

    /// <summary>The statements, in which each line about debits of ours has the name of its report; and those lines.</summary>
    public async Task<(IReadOnlyList<ReadStatement> Statements, IReadOnlyList<CollectedLine> Lines)> FindAsync(
        MerchantId merchant, IReadOnlyList<ReadStatement> statements, CancellationToken cancel)
    {
        var entries = statements.Where(one => one.Source == StatementSource.Camt).SelectMany(one => one.Lines).ToList();
        Dictionary<Guid, CollectedDebit> single = [];
        var names = entries.Select(line => Debit.Of(merchant, line.Debit?.EndToEndId)?.Value).OfType<Guid>().Distinct();
        foreach (var some in names.Chunk(AtOnce))
        {
            foreach (var debit in await _collections.OfAttemptsAsync(merchant, some, cancel))
                single[debit.Attempt.Id.Value] = debit;
        }

        Dictionary<ReadLine, CollectedLine> found = new(ReferenceEqualityComparer.Instance);
        foreach (var line in entries)
        {
            if (await OfAsync(merchant, line, single, cancel) is { } collected)
                found[line] = collected;
        }

        return (
            [
                .. statements.Select(one => one with
                {
                    Lines = [.. one.Lines.Select(line => found.TryGetValue(line, out var its) ? line with { EndToEnd = its.Name } : line)],
                }),
            ],
            // A debit is collected before it is returned, also where one statement has both.
            [.. entries.Where(found.ContainsKey).Select(line => found[line]).OrderBy(line => line.IsReturn)]);
    }

    private async Task<CollectedLine?> OfAsync(
        MerchantId merchant, ReadLine line, Dictionary<Guid, CollectedDebit> single, CancellationToken cancel)
    {
        if (Debit.Of(merchant, line.Debit?.EndToEndId) is { } attempt && single.TryGetValue(attempt.Value, out var debit))
            return new CollectedLine(line, Debit.NameOf(attempt) + (CollectedLine.IsBack(line, debit) ? "-R" : ""), [debit]);
        if (CollectionId.OfGroup(merchant, line.Debit?.GroupId) is not var (id, group))
            return null;
        var debits = await _collections.OfGroupAsync(id, group, cancel);
        return debits.Count == 0 || CollectedLine.IsBack(line, debits[0]) ? null : new CollectedLine(line, id.NameOf(group), debits);
    }

    /// <summary>Books the debits of a line.</summary>
    /// <returns>The report of what the line is made of; or why the line waits for an operator.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(ReadStatement? Report, string? Problem)> BookAsync(CollectedLine line, Origin origin, CancellationToken cancel) =>
        line switch
        {
            { IsReturn: false } => await CollectAsync(line, origin, cancel),
            { IsOfRefunds: true } => (
                null, $"a refund of payment {line.Debits[0].Payment} came back: book the line as money of the customer"),
            _ => await ReturnAsync(line, origin, cancel),
        };

    private async Task<(ReadStatement? Report, string? Problem)> CollectAsync(
        CollectedLine collected, Origin origin, CancellationToken cancel)
    {
        var (currency, line) = (collected.Debits[0].Attempt.Amount.Currency, collected.Line);
        var amount = new Money(
            collected.IsOfRefunds ? -line.AmountMinor - collected.ChargesMinor : line.AmountMinor + collected.ChargesMinor, currency);
        var isLump = Debit.Of(origin.Merchant, collected.Name) is null;
        List<CollectedDebit> paid = [.. collected.Debits.Where(debit => !isLump || debit.Attempt.Status != AttemptStatus.Declined)];
        if (isLump && SumOf(paid, currency) != amount)
            paid = await WithoutSingleAsync(paid, origin.Merchant, cancel);
        var sum = SumOf(paid, currency);
        if (sum != amount)
        {
            return (null, isLump
                ? $"the {paid.Count} {(collected.IsOfRefunds ? "transfers" : "debits")} of group {collected.Name} that stand are {sum}, "
                    + $"and the bank pays {amount}: read the bank's status report and its later statements, and then this one again"
                : $"{(collected.IsOfRefunds ? "the refund of " : "")}payment {paid[0].Payment} is {sum}, and the bank pays {amount}");
        }

        foreach (var some in paid.Where(debit => debit.Attempt.Status != AttemptStatus.Approved).Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var outcome in await Task.WhenAll(some.Select(debit => engine.SubmitAsync(
                new TakeAnswer(origin, debit.Attempt, ProviderAnswer.Approved) { IsConfirmed = true }, patient: true))))
            {
                if (ProblemOf(outcome) is { } problem)
                    return (null, problem);
            }
        }

        var (kind, sign) = collected.IsOfRefunds ? (SettlementLineKind.Refund, -1) : (SettlementLineKind.Payment, 1);
        return (ReportOf(collected, kind, paid.Select(debit => (debit, sign * debit.Attempt.Amount.AmountMinor))), null);
    }

    /// <summary>The debits that the bank's lump pays: those that it books in lines of their own are not in the lump.</summary>
    private async Task<List<CollectedDebit>> WithoutSingleAsync(List<CollectedDebit> debits, MerchantId merchant, CancellationToken cancel)
    {
        var single = await _collections.BookedAloneAsync(merchant, [.. debits.Select(debit => Debit.NameOf(debit.Attempt.Id))], cancel);
        return [.. debits.Where(debit => !single.Contains(Debit.NameOf(debit.Attempt.Id)))];
    }

    private static Money SumOf(List<CollectedDebit> debits, Currency currency) =>
        new(debits.Sum(debit => debit.Attempt.Amount.AmountMinor), currency);

    private async Task<(ReadStatement? Report, string? Problem)> ReturnAsync(
        CollectedLine collected, Origin origin, CancellationToken cancel)
    {
        var (line, debit) = (collected.Line, collected.Debits[0]);
        var returned = new Money(-line.AmountMinor - collected.ChargesMinor, debit.Attempt.Amount.Currency);
        if (returned.AmountMinor <= 0 || returned.AmountMinor > debit.Attempt.Amount.AmountMinor)
        {
            return (null, $"payment {debit.Payment} is {debit.Attempt.Amount}, and the bank takes {returned} back, with charges of "
                + $"{new Money(collected.ChargesMinor, returned.Currency)}");
        }

        var attempt = await _attempts.FindAsync(debit.Attempt.Id, cancel);
        if (attempt is not { Status: AttemptStatus.Approved })
        {
            return (null, $"payment {debit.Payment} is not collected in the books: import the statement with its collection, and then "
                + "this one again");
        }

        var reason = ReturnReasons.Of(line.Debit!.ReturnReason);
        var authorisation = (await _attempts.FindAsync(debit.Attempt.Authorisation!.Value, cancel))!;
        var outcome = await engine.SubmitAsync(
            new OpenDispute(
                origin, authorisation, Debit.NameOf(debit.Attempt.Id), DisputeKind.ReturnedDebit, returned.AmountMinor,
                collected.ChargesMinor)
            {
                Reason = reason.Reason,
            },
            patient: true);
        if (ProblemOf(outcome) is { } problem)
            return (null, problem);
        if (reason is { StopsInstrument: true } or { StopsMandate: true })
            await StopAsync(debit, origin, cancel);
        return (ReportOf(collected, SettlementLineKind.Chargeback, [(debit, line.AmountMinor)]), null);
    }

    /// <summary>Takes the bank account of a debit or a transfer away: the bank says that it can't be used any more.</summary>
    public async Task StopAsync(CollectedDebit debit, Origin origin, CancellationToken cancel)
    {
        var target = debit.Attempt.Target;
        var outcome = await engine.SubmitAsync(
            new RemoveInstrument(origin, target, debit.Debit.Instrument) { IsMandateOver = true }, patient: true);
        RequireReached(outcome);
    }

    /// <summary>Why the books do not take it; null where they have it, also from before.</summary>
    private static string? ProblemOf(Outcome outcome)
    {
        RequireReached(outcome);
        return outcome.Accepted ? null : outcome.Faults[0].Refusal switch
        {
            Refusal.AttemptSettled => null,
            Refusal.ExceedsRefundable => "more is taken back than the payment has",
            Refusal.AttemptOvertaken => "it contradicts what the books have of this payment",
            var other => $"the books do not take it: {other}",
        };
    }

    internal static void RequireReached(Outcome outcome)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now. Import the file again.");
    }

    private static ReadStatement ReportOf(
        CollectedLine collected, SettlementLineKind kind, IEnumerable<(CollectedDebit Debit, long AmountMinor)> parts) => new(
        StatementSource.Payout, collected.Debits[0].Attempt.Provider, collected.Debits[0].Attempt.Provider, collected.Name,
        collected.Debits[0].Attempt.Amount.Currency, null,
        collected.Line.AmountMinor,
        [
            .. parts.Select((part, index) => new ReadLine(index + 1, kind, collected.Line.BookedOn, part.AmountMinor)
            {
                ValueOn = collected.Line.ValueOn,
                Remittance = $"{part.Debit.Attempt.Id.Value:D}",
                BankReference = Debit.NameOf(part.Debit.Attempt.Id),
            }),
            // The fee of a return is the dispute's.
            .. collected.IsReturn || collected.ChargesMinor == 0 ? (ReadLine[])[]
                : [new ReadLine(int.MaxValue, SettlementLineKind.Fee, collected.Line.BookedOn, -collected.ChargesMinor)],
        ]);
}
