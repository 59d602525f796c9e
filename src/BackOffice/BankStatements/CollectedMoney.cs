using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>A line of the bank that is about debits of ours, or about refunds that it transfers.</summary>
/// <param name="Name">Names the report of what the line is made of, and stands in the line, so that the two find one another.</param>
/// <param name="Debits">The debits or refunds of the file or its group, or the one that the line names.</param>
internal sealed record CollectedLine(ReadLine Line, string Name, IReadOnlyList<CollectedDebit> Debits)
{
    /// <summary>The statement of the line, by its place in the file, and the line's number in it.</summary>
    public (int Statement, int Number) Place { get; init; }

    /// <summary>The words for what an operator ties it to, where that is more than one collection or debit; null for none.</summary>
    public string? Words { get; init; }

    /// <summary>Whether an operator names each debit, so that one which the bank had rejected counts too.</summary>
    public bool IsEach { get; init; }

    /// <summary>Whether it comes again in a statement: until then no line of the books shows the money.</summary>
    public bool IsNotification { get; init; }

    /// <summary>Whether the file went to the bank for another account than the line is of, or in another currency.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether another line of the books, of the debit's whole file or group, waited when the statement was read.</summary>
    public bool HasOpenLump { get; init; }

    public bool IsOfRefunds => Debits[0].IsRefund;

    public bool IsReturn => IsBack(Line, Debits[0]);

    /// <summary>Whether it is the fee of a return, as a line of its own.</summary>
    public bool IsFee => Name.EndsWith(FeeMark, StringComparison.Ordinal);

    /// <summary>Whether it is about a file, a group of it, or several debits. The name of a file looks like that of a debit.</summary>
    public bool IsLump => !Name.StartsWith(Debit.NameOf(Debits[0].Attempt.Id), StringComparison.Ordinal);

    /// <summary>
    /// What names it whatever becomes of its debits: of a line that names our file alone, the file, and not the group that it pays now.
    /// </summary>
    public string LastingName => IsLump && CollectionId.OfGroup(Debits[0].Attempt.Id.Merchant, Line.Debit?.GroupId) is null
        ? Debits[0].Debit.Collection.Message : Name;

    /// <summary>The banks' charges inside the line's amount, minor units.</summary>
    public long ChargesMinor => Line.Debit!.ChargesMinor;

    /// <summary>The sum of the debits or transfers of the line, as the line says.</summary>
    public Money Paid => new(
        IsOfRefunds ? -Line.AmountMinor - ChargesMinor : Line.AmountMinor + ChargesMinor, Debits[0].Attempt.Amount.Currency);

    /// <summary>The same where the banks' charges are not inside the line's amount.</summary>
    public CollectedLine WithoutCharges() => this with { Line = Line with { Debit = Line.Debit! with { ChargesMinor = 0 } } };

    public const string FeeMark = "-F";

    /// <summary>Whether a line takes a debit back, or brings a transfer back.</summary>
    public static bool IsBack(ReadLine line, CollectedDebit debit) => (line.AmountMinor < 0) != debit.IsRefund;

    /// <summary>
    /// The name of the report of a line about one debit. A line that takes less than the debit, and is no return by its own words, is the
    /// return's fee.
    /// </summary>
    public static string NameOf(ReadLine line, CollectedDebit debit)
    {
        var name = Debit.NameOf(debit.Attempt.Id);
        if (!IsBack(line, debit))
            return name;
        // Banks take a debit back whole, and some mark the fee of its return as a return, too.
        return !debit.IsRefund && -line.AmountMinor < debit.Attempt.Amount.AmountMinor
            && (!line.Debit!.IsReturn || -line.AmountMinor <= ReturnReasons.MostChargesMinor)
            ? name + FeeMark : name + SettlementLine.ReturnMark;
    }
}

/// <summary>
/// Books what a bank's statement says of debits: the lump or the line of collected ones approves their captures, and a returned one becomes
/// a dispute. The lump or the line of transfers says that their refunds are paid out. Each line counts once, for what it is: a debit that a
/// line has paid is in no second one. The parts of a line become a report, as a provider's payout has one, by which the line is then
/// booked. Every step can be repeated: where it is interrupted, the file is imported again.
/// </summary>
internal sealed class CollectedMoney(NpgsqlDataSource database, PaymentEngine engine)
{
    private const int AtOnce = 1000;

    // Banks book a debit alone on the day of its file, or some business days behind it.
    private const int LatestDays = 21;

    private readonly Collections _collections = new(database);
    private readonly StatementAccounts _accounts = new(database);
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

        var waiting = await _collections.OpenLumpsAsync(
            merchant, [.. single.Values.SelectMany(debit => debit.LumpNames).Distinct()], cancel);
        List<CollectedLine> found = [];
        List<ReadStatement> named = [];
        for (var index = 0; index < statements.Count; index++)
        {
            var statement = statements[index];
            List<ReadLine> lines = [.. statement.Lines];
            ReadOnlyMemory<byte>? account = null;
            for (var at = 0; statement.Source == StatementSource.Camt && at < lines.Count; at++)
            {
                if (await OfAsync(merchant, lines[at], single, cancel) is not { } collected)
                {
                    lines[at] = NamedIfTakenBack(merchant, lines[at]);
                    continue;
                }

                account ??= await _accounts.HashAsync(merchant, statement.Source, statement.AccountKey, statement.Currency, cancel);
                found.Add(collected with
                {
                    Place = (index, at + 1),
                    IsNotification = statement.IsNotification,
                    IsElsewhere = collected.Debits[0].AccountHash is not { } its || !its.Span.SequenceEqual(account.Value.Span),
                    HasOpenLump = !collected.IsLump && waiting.Any(lump => collected.Debits[0].LumpNames.Contains(lump.Name)),
                });
                // The charges of a lump are a line of its report. What a status report says later makes no other line of it.
                lines[at] = lines[at] with
                {
                    Masked = (lines[at].Masked ?? lines[at]) with { EndToEnd = collected.LastingName, FeeMinor = 0 },
                    EndToEnd = collected.Name,
                    FeeMinor = 0,
                };
            }

            named.Add(statement with { Lines = lines });
        }

        // A debit is collected before it is returned, also where one statement has both; the fee of a return comes behind it.
        return (named, [.. found.OrderBy(line => line.IsReturn).ThenBy(line => line.IsFee)]);
    }

    private async Task<CollectedLine?> OfAsync(
        MerchantId merchant, ReadLine line, Dictionary<Guid, CollectedDebit> single, CancellationToken cancel)
    {
        if (Debit.Of(merchant, line.Debit?.EndToEndId) is { } attempt && single.TryGetValue(attempt.Value, out var debit))
            return new CollectedLine(line, CollectedLine.NameOf(line, debit), [debit]);
        if (CollectionId.OfGroup(merchant, line.Debit?.GroupId) is var (id, group))
        {
            var debits = await _collections.OfGroupAsync(id, group, cancel);
            return debits.Count == 0 || CollectedLine.IsBack(line, debits[0]) ? null : new CollectedLine(line, id.NameOf(group), debits);
        }

        return CollectionId.OfMessage(merchant, line.Debit?.MessageId) is { } file
            ? OfFile(line, file, [.. (await _collections.OfCollectionAsync(file, cancel)).Where(one => !one.Debit.IsLeftOut)]) : null;
    }

    /// <summary>A line of money that went out for a file of ours or for a group of it has the name of what it takes back.</summary>
    private static ReadLine NamedIfTakenBack(MerchantId merchant, ReadLine line)
    {
        var file = line.AmountMinor >= 0 ? null : CollectionId.OfGroup(merchant, line.Debit?.GroupId) is var (id, group) ? id.NameOf(group)
            : CollectionId.OfMessage(merchant, line.Debit?.MessageId)?.Message;
        return file is null ? line : line with { Masked = line.Masked ?? line, EndToEnd = file + SettlementLine.ReturnMark };
    }

    /// <summary>A line that names our file alone: it is of the whole file, or of the one group of its amount.</summary>
    public static CollectedLine? OfFile(ReadLine line, CollectionId file, IReadOnlyList<CollectedDebit> debits)
    {
        if (debits.Count == 0 || CollectedLine.IsBack(line, debits[0]))
            return null;
        var whole = new CollectedLine(line, file.Message, debits);
        if (IsPaid(whole))
            return whole;
        return debits.GroupBy(debit => debit.Group).Select(group => new CollectedLine(line, file.NameOf(group.Key), [.. group]))
            .Where(IsPaid).ToList() is [var only] ? only : whole;

        // The bank pays what it has not rejected.
        static bool IsPaid(CollectedLine lump) => lump.Paid == SumOf(lump.Debits)
            || (lump.Debits.Where(debit => debit.Attempt.Status != AttemptStatus.Declined).ToList() is { Count: > 0 } standing
                && lump.Paid == SumOf(standing));
    }

    /// <summary>Books the debits of a line.</summary>
    /// <returns>The report of what the line is made of; or why the line waits for an operator; neither for a notification.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<(ReadStatement? Report, string? Problem)> BookAsync(CollectedLine line, Origin origin, CancellationToken cancel)
    {
        var (report, problem) = line switch
        {
            { IsElsewhere: true } => (
                null, $"the file of {WordsFor(line.Debits[0])} went to the bank for another account, or in another currency: say what the "
                    + "line is"),
            { IsReturn: false } => await CollectAsync(line, origin, cancel),
            { IsOfRefunds: true } => (
                null, $"a refund of payment {line.Debits[0].Payment} came back: book the line as money of the customer"),
            { IsFee: true } => await TakeFeeAsync(line, origin, cancel),
            _ => await ReturnAsync(line, origin, cancel),
        };
        return (line.IsNotification ? null : report, problem);
    }

    /// <summary>Books a line as the bank's payment of debits or refunds.</summary>
    public async Task<(ReadStatement? Report, string? Problem)> CollectAsync(
        CollectedLine collected, Origin origin, CancellationToken cancel)
    {
        var merchant = origin.Merchant;
        var reports = await _collections.ReportsOfAsync(merchant, collected.Debits, cancel);
        List<CollectedDebit> standing =
            [
                .. collected.Debits.Where(debit =>
                    !collected.IsLump || collected.IsEach || debit.Attempt.Status != AttemptStatus.Declined),
            ];
        List<CollectedDebit> paid =
            [.. standing.Where(debit => reports[debit.Attempt.Id.Value].All(name => name == collected.Name))];
        if (collected.IsNotification && standing.All(debit => debit.Attempt.Status == AttemptStatus.Approved))
            return (null, null);
        if (paid.Count == 0)
            return (null, $"the bank has paid {WordsFor(collected)} in another line before: say what this one is");
        // Charges that the bank tells may stand beside the sum: what the books have tells.
        if (SumOf(paid).AmountMinor == Math.Abs(collected.Line.AmountMinor))
            collected = collected.WithoutCharges();
        if (SumOf(paid) != collected.Paid)
            return (null, MismatchOf(collected, standing, paid));
        if (paid.DistinctBy(debit => debit.Attempt.Provider).Count() > 1)
        {
            return (null, $"the money of {WordsFor(collected)} is with several holders, and each is a group of the file: split the line, "
                + "with a part for each payment");
        }

        if (!collected.IsLump && await IsBehindReturnAsync(collected, reports, cancel))
            return (null, $"the bank has taken {WordsFor(collected)} back before: say whether it takes its return back");
        if (collected.HasOpenLump && !reports[collected.Debits[0].Attempt.Id.Value].Any()
            && await OpenLumpAsync(collected.Debits[0], cancel) is { } lump)
        {
            return (null, $"a line that pays all of {lump} waits: say first what that one is");
        }

        if (collected is { IsLump: true, IsEach: false } && await DoubtAsync(collected, standing, paid, cancel) is { } doubt)
            return (null, doubt);
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
        return (ReportOf(collected, [.. paid.Select(debit => (debit, kind, sign * debit.Attempt.Amount.AmountMinor))]), null);
    }

    /// <summary>
    /// The name of a debit's file or group that an open line pays whole, with the debit in it; null for none. A server may have died while
    /// it booked that line. The line's statement may have come again since, too.
    /// </summary>
    private async Task<string?> OpenLumpAsync(CollectedDebit debit, CancellationToken cancel)
    {
        var file = debit.Debit.Collection;
        foreach (var (name, amountMinor) in await _collections.OpenLumpsAsync(file.Merchant, debit.LumpNames, cancel))
        {
            var all = name == file.Message ? await _collections.OfCollectionAsync(file, cancel)
                : await _collections.OfGroupAsync(file, debit.Group, cancel);
            var reports = await _collections.ReportsOfAsync(file.Merchant, all, cancel);
            var paidMinor = all.Where(one => one.Attempt.Status != AttemptStatus.Declined
                && reports[one.Attempt.Id.Value].All(report => report == name)).Sum(one => one.Attempt.Amount.AmountMinor);
            if (paidMinor == amountMinor)
                return name;
        }

        return null;
    }

    /// <summary>
    /// Why nobody knows whom a lump pays, although the sum fits: a debit of the file was paid by a line of its own so long behind the lump
    /// that it may have given a return back, and in place of that debit the lump would pay another one of its amount, which the bank may
    /// have rejected. Null for no doubt.
    /// </summary>
    private async Task<string?> DoubtAsync(
        CollectedLine lump, List<CollectedDebit> standing, List<CollectedDebit> paid, CancellationToken cancel)
    {
        foreach (var alone in standing.Except(paid))
        {
            var name = Debit.NameOf(alone.Attempt.Id);
            if (paid.Exists(one => one.Attempt.Amount == alone.Attempt.Amount && one.Attempt.Status != AttemptStatus.Approved)
                && await _collections.ReportedOnAsync(alone.Attempt.Id.Merchant, name, cancel) > lump.Line.BookedOn.AddDays(LatestDays))
            {
                return $"payment {alone.Payment} was booked by a later line, which may give a return of it back. Then this line pays it, "
                    + "and not another one of its amount: "
                    + (paid.Count == 1 ? "book it as that customer's money; else name the payment that it pays"
                        : "read the bank's status report, and name the payments that it pays");
            }
        }

        return null;
    }

    /// <summary>Why a line is no payment of the debits that stand.</summary>
    /// <param name="standing">The debits that the bank has not rejected.</param>
    /// <param name="paid">Those of them that no other line has paid.</param>
    private static string MismatchOf(CollectedLine collected, List<CollectedDebit> standing, List<CollectedDebit> paid)
    {
        var kind = collected.IsOfRefunds ? "transfers" : "debits";
        if (!collected.IsLump)
            return $"{WordsFor(collected)} is {SumOf(paid)}, and the bank pays {collected.Paid}";
        if (paid.GroupBy(debit => debit.Debit.Collection.NameOf(debit.Group)).Where(group => SumOf([.. group]) == collected.Paid).ToList()
            is { Count: > 1 } alike)
        {
            return $"several groups of the file are {collected.Paid}: say which one as the collection, "
                + string.Join(" or ", alike.Select(group => group.Key));
        }

        return paid.Count == standing.Count
            ? $"the {paid.Count} {kind} of {collected.Words ?? collected.Name} that stand are {SumOf(paid)}, and the bank pays "
                + $"{collected.Paid}: "
                + (collected.Words is null ? "read the bank's status report and its later statements, and then this one again"
                    : "name all that it pays, and say the bank's charges")
            : $"{standing.Count - paid.Count} of the {standing.Count} {kind} of {collected.Words ?? collected.Name} were paid in lines of "
                + $"their own, the rest is {SumOf(paid)}, and the bank pays {collected.Paid}: say what the line is";
    }

    /// <summary>Whether the bank has booked the return of a debit before the line, so that the line is not its collection.</summary>
    private async Task<bool> IsBehindReturnAsync(CollectedLine line, ILookup<Guid, string> reports, CancellationToken cancel)
    {
        var debit = line.Debits[0].Attempt;
        return debit.Status == AttemptStatus.Approved && !reports[debit.Id.Value].Any()
            && await _collections.ReportedOnAsync(
                debit.Id.Merchant, Debit.NameOf(debit.Id) + SettlementLine.ReturnMark, cancel) <= line.Line.BookedOn;
    }

    private static string WordsFor(CollectedLine line) => line.Words ?? (line.IsLump ? $"all of {line.Name}" : WordsFor(line.Debits[0]));

    private static string WordsFor(CollectedDebit debit) => $"{(debit.IsRefund ? "the refund of " : "")}payment {debit.Payment}";

    private static Money SumOf(IReadOnlyList<CollectedDebit> debits) =>
        new(debits.Sum(debit => debit.Attempt.Amount.AmountMinor), debits[0].Attempt.Amount.Currency);

    private async Task<(ReadStatement? Report, string? Problem)> ReturnAsync(
        CollectedLine collected, Origin origin, CancellationToken cancel)
    {
        var (line, debit) = (collected.Line, collected.Debits[0]);
        var amount = debit.Attempt.Amount;
        var chargesMinor = collected.ChargesMinor;
        var returned = amount with { AmountMinor = -line.AmountMinor - chargesMinor };
        // The bank takes the whole debit back: what the line has above it are its charges, and charges that it tells beside come apart.
        if (-line.AmountMinor - amount.AmountMinor is >= 0 and var aboveMinor
            && aboveMinor - chargesMinor <= ReturnReasons.MostChargesMinor && aboveMinor - chargesMinor < amount.AmountMinor)
        {
            (chargesMinor, returned) = (aboveMinor, amount);
        }

        if (returned.AmountMinor <= 0 || returned.AmountMinor > amount.AmountMinor)
        {
            return (null, $"payment {debit.Payment} is {amount}, and the bank takes {returned} back, with charges of "
                + $"{amount with { AmountMinor = chargesMinor }}");
        }

        if (await _collections.ReturnOfAsync(debit.Attempt.Id, cancel) is { } known)
        {
            if (known.Status == DisputeStatus.Won)
            {
                return (
                    null,
                    $"the bank has taken a return of payment {debit.Payment} back before: say whether it takes the payment back again");
            }

            if (await _collections.IsReturnBookedAsync(debit.Attempt.Payment, collected.Name, cancel))
                return (null, $"the bank has taken payment {debit.Payment} back in another line before: say what this one is");
        }

        if (await DisputeAsync(
            debit, Debit.NameOf(debit.Attempt.Id), returned, chargesMinor, ReturnReasons.Of(line.Debit!.ReturnReason), origin, cancel)
            is { } problem)
        {
            return (null, problem);
        }

        return (ReportOf(collected, [(debit, SettlementLineKind.Chargeback, line.AmountMinor)]), null);
    }

    /// <summary>Books that the bank takes a debit back.</summary>
    /// <param name="reference">Names the dispute.</param>
    /// <returns>Why the books do not take it; null where they have it, also from before.</returns>
    public async Task<string?> DisputeAsync(
        CollectedDebit debit, string reference, Money returned, long chargesMinor, ReturnReason reason, Origin origin,
        CancellationToken cancel)
    {
        var attempt = await _attempts.FindAsync(debit.Attempt.Id, cancel);
        if (attempt is not { Status: AttemptStatus.Approved })
        {
            return $"payment {debit.Payment} is not collected in the books: import the statement with its collection, and then "
                + "this one again";
        }

        var authorisation = (await _attempts.FindAsync(debit.Attempt.Authorisation!.Value, cancel))!;
        var outcome = await engine.SubmitAsync(
            new OpenDispute(origin, authorisation, reference, DisputeKind.ReturnedDebit, returned.AmountMinor, chargesMinor)
            {
                Reason = reason.Reason,
            },
            patient: true);
        if (ProblemOf(outcome) is { } problem)
            return problem;
        if (reason.Stops(isTransfer: false))
            await StopAsync(debit, origin, cancel);
        return null;
    }

    /// <summary>Books the fee of a return that the bank takes in a line of its own.</summary>
    private async Task<(ReadStatement? Report, string? Problem)> TakeFeeAsync(
        CollectedLine collected, Origin origin, CancellationToken cancel)
    {
        var (line, debit) = (collected.Line, collected.Debits[0]);
        if (-line.AmountMinor > ReturnReasons.MostChargesMinor)
        {
            return (null, $"the bank takes less than payment {debit.Payment}, and more than a fee: say whether it takes the payment back");
        }

        var returns = await _collections.ReturnsOfAsync(debit.Attempt.Payment, cancel);
        // The bank may have taken a return back, and the payment again.
        if (returns.LastOrDefault(one => one.Status == DisputeStatus.Open) is not { } back)
            return (null, $"payment {debit.Payment} has not come back in the books: import the statement with its return");
        if (back.FeeMinor == 0 && await _collections.ReportedOnAsync(debit.Attempt.Id.Merchant, collected.Name, cancel) is not null)
            return (null, $"the bank has taken the fee of a return of payment {debit.Payment} before: say whether this is another one");
        var authorisation = (await _attempts.FindAsync(debit.Attempt.Authorisation!.Value, cancel))!;
        var outcome = await engine.SubmitAsync(
            new ChargeDispute(origin, authorisation, back.Reference, -line.AmountMinor), patient: true);
        return ProblemOf(outcome) is { } problem ? (null, problem)
            : (ReportOf(collected, [(debit, SettlementLineKind.Chargeback, line.AmountMinor)]), null);
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
    public static string? ProblemOf(Outcome outcome)
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

    /// <summary>The report of what a line of the bank is made of.</summary>
    private static ReadStatement ReportOf(
        CollectedLine collected, IReadOnlyList<(CollectedDebit Debit, SettlementLineKind Kind, long AmountMinor)> parts) => new(
        StatementSource.Payout, parts[0].Debit.Attempt.Provider, parts[0].Debit.Attempt.Provider, collected.Name,
        parts[0].Debit.Attempt.Amount.Currency, null,
        collected.Line.AmountMinor,
        [
            .. parts.Select((part, index) => new ReadLine(index + 1, part.Kind, collected.Line.BookedOn, part.AmountMinor)
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
