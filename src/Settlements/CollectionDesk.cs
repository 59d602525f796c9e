using System.Runtime.CompilerServices;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Settlements.Writing;
using Quittance.Storage.Debits;

namespace Quittance.Settlements;

/// <summary>A debit that a collection can't have.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Why">In words for an operator.</param>
public sealed record LeftOutDebit(long Payment, Money Amount, string Why);

/// <summary>What a collection would have now.</summary>
/// <param name="DueOn">The day on which customers' banks would pay.</param>
public sealed record CollectionPreview(DateOnly DueOn, IReadOnlyList<WaitingDebit> Debits, IReadOnlyList<LeftOutDebit> LeftOut)
{
    public Money Sum => new(Debits.Sum(debit => debit.Capture.Amount.AmountMinor), Debit.Currency);
}

/// <summary>
/// Builds collections. Every step can be repeated: the next run goes on with what an interrupted one left, and no debit is in two files.
/// </summary>
public sealed class CollectionDesk(
    NpgsqlDataSource database, PaymentEngine engine, IVault vault, IProviderAccounts accounts, TimeProvider clock)
{
    private const int AtOnce = 1000;
    private const string Gone = "its bank account was taken away";

    private readonly Collections _collections = new(database);
    private readonly CollectionFiles _files = new(database, vault);

    /// <summary>The merchant's bank account; null for none.</summary>
    public async Task<BankAccount?> AccountAsync(MerchantId merchant, CancellationToken cancel) =>
        await accounts.FindAsync(merchant, ClearingProvider.Bank, cancel) is { } account ? BankSettings.TryRead(account.ApiKey) : null;

    /// <summary>What the next collection would have, and what it would leave out; changes nothing.</summary>
    public async Task<CollectionPreview> PreviewAsync(BankAccount account, MerchantId merchant, CancellationToken cancel)
    {
        var dueOn = account.FirstDueDay(clock.GetUtcNow());
        List<WaitingDebit> debits = [];
        List<LeftOutDebit> leftOut = [];
        await foreach (var waiting in WaitingAsync(merchant, cancel))
        {
            if (ProblemOf(waiting, dueOn) is { } why)
                leftOut.Add(new LeftOutDebit(waiting.Payment, waiting.Capture.Amount, why));
            else
                debits.Add(waiting);
        }

        return new CollectionPreview(dueOn, debits, leftOut);
    }

    /// <summary>Builds a collection of all debits that wait, or ends the building of one. Null where no debit waits.</summary>
    /// <param name="by">Who does it, by the words for what it is done to.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; run it again.</exception>
    public async Task<(Collection? Built, IReadOnlyList<LeftOutDebit> LeftOut)> RunAsync(
        BankAccount account, MerchantId merchant, Origin by, CancellationToken cancel)
    {
        var preview = await PreviewAsync(account, merchant, cancel);
        List<LeftOutDebit> leftOut = [.. preview.LeftOut];
        if (await BuildingAsync(account, merchant, by, cancel) is not { } collection)
        {
            if (preview.Debits.Count == 0)
                return (null, leftOut);
            var id = new CollectionId(merchant, Guid.CreateVersion7(clock.GetUtcNow()));
            Require(await engine.SubmitAsync(new OpenCollection(by, id, account.Scheme, preview.DueOn, account.Identifier), patient: true));
            collection = (await _collections.FindAsync(id, cancel))!;
        }

        foreach (var some in preview.Debits.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            // What ended or was taken meanwhile is refused, and is no part of this collection.
            foreach (var taken in await Task.WhenAll(some.Select(debit => engine.SubmitAsync(
                new TakeDebit(by, debit.Capture, debit.Instrument, collection.Id, debit.Former), patient: true))))
            {
                RequireReached(taken);
            }
        }

        var tally = await TallyAsync(collection, by, leftOut, cancel);
        if (tally.Count == 0)
        {
            Require(await engine.SubmitAsync(new CallOffCollection(by, collection.Id), patient: true));
            return (null, leftOut);
        }

        var hash = await _files.KeepAsync(collection.Id, stream => WriteAsync(account, collection, tally, stream, cancel), cancel);
        Require(await engine.SubmitAsync(
            new BuildCollection(
                by, collection.Id, tally.Sum(group => group.Value.Count), tally.Sum(group => group.Value.SumMinor), hash), patient: true));
        return (await _collections.FindAsync(collection.Id, cancel), leftOut);
    }

    /// <summary>Whether the bank takes the file of a collection no more, which it has not got yet.</summary>
    public bool IsTooLate(BankAccount account, Collection collection) =>
        collection.TimesHandedOut == 0 && !account.Takes(collection.DueOn, clock.GetUtcNow());

    /// <summary>Reads the kept file of a collection into a stream.</summary>
    /// <returns>Whether it is the file that was built.</returns>
    public async Task<bool> ReadAsync(Collection collection, Stream to, CancellationToken cancel) =>
        await _files.ReadAsync(collection.Id, to, cancel) is { } hash && collection.FileHash is { } kept && kept.Span.SequenceEqual(hash);

    /// <summary>
    /// The collection that an interrupted run left. One whose day can't be met any more, or that another bank account began, is called
    /// off.
    /// </summary>
    private async Task<Collection?> BuildingAsync(BankAccount account, MerchantId merchant, Origin by, CancellationToken cancel)
    {
        foreach (var left in (await _collections.ListAsync(merchant, 20, cancel)).Where(one => one.Status == CollectionStatus.Building))
        {
            if (left.Scheme == account.Scheme && left.Creditor == $"{account.Identifier}" && account.Takes(left.DueOn, clock.GetUtcNow()))
                return left;
            Require(await engine.SubmitAsync(new CallOffCollection(by, left.Id), patient: true));
        }

        return null;
    }

    /// <summary>Counts the groups of the file, and leaves out what it can't have.</summary>
    private async Task<SortedDictionary<DebitSequence, (int Count, long SumMinor)>> TallyAsync(
        Collection collection, Origin by, List<LeftOutDebit> leftOut, CancellationToken cancel)
    {
        SortedDictionary<DebitSequence, (int Count, long SumMinor)> tally = [];
        await foreach (var (waiting, sequence) in DebitsAsync(collection.Id, cancel))
        {
            var debit = await FileDebitAsync(waiting, collection, cancel);
            if ((waiting.Capture.IsSettled ? "its payment has ended" : debit is null ? Gone : debit.Problem) is { } why)
            {
                Require(await engine.SubmitAsync(new LeaveOutDebit(by, waiting.Capture, collection.Id), patient: true));
                leftOut.Add(new LeftOutDebit(waiting.Payment, waiting.Capture.Amount, why));
                continue;
            }

            var (count, sumMinor) = tally.GetValueOrDefault(sequence);
            tally[sequence] = (count + 1, checked(sumMinor + debit!.AmountMinor));
        }

        return tally;
    }

    private Task WriteAsync(
        BankAccount account, Collection collection, SortedDictionary<DebitSequence, (int Count, long SumMinor)> tally, Stream to,
        CancellationToken cancel) => PainDebitWriter.WriteAsync(
            new DebitFile(
                collection.Id.Message, clock.GetUtcNow(),
                new DebitCreditor(account.Name, account.Iban, account.Bic?.ToString(), account.Identifier),
                [
                    .. tally.Select(group => new DebitGroup(
                        collection.Id.GroupOf(group.Key), collection.DueOn, collection.Scheme, group.Key, group.Value.Count,
                        group.Value.SumMinor, OfSequenceAsync(collection, group.Key, cancel))),
                ]),
            to, cancel);

    private async IAsyncEnumerable<FileDebit> OfSequenceAsync(
        Collection collection, DebitSequence sequence, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (waiting, its) in DebitsAsync(collection.Id, cancel))
        {
            if (its == sequence)
            {
                yield return await FileDebitAsync(waiting, collection, cancel)
                    ?? throw new StoreUnavailableException("A bank account was taken away while the file was written. Run it again.");
            }
        }
    }

    /// <summary>A debit with its number from the vault; null where the vault has none any more.</summary>
    private async Task<FileDebit?> FileDebitAsync(WaitingDebit waiting, Collection collection, CancellationToken cancel) =>
        waiting.Mandate is { } mandate && await vault.OpenAsync(waiting.Instrument, cancel) is IbanAccount account
            ? new FileDebit(
                Debit.NameOf(waiting.Capture.Id), waiting.Capture.Amount.AmountMinor, mandate.Reference, mandate.SignedOn, account.Holder,
                account.Iban, waiting.Charges.Length > 0 ? waiting.Charges : $"{waiting.Payment}")
            {
                DebtorBic = account.Bic?.ToString(),
                Amendment = AmendmentOf(mandate, waiting, collection),
            }
            : null;

    /// <summary>What has changed in a mandate since the debit before it, or since the system before this one; null for nothing.</summary>
    private static MandateAmendment? AmendmentOf(Mandate mandate, WaitingDebit waiting, Collection collection)
    {
        var (reference, creditor) = waiting.ReferenceBefore is { } before
            ? (before, waiting.CreditorBefore) : (mandate.FormerReference, mandate.FormerCreditor?.ToString());
        if (reference == mandate.Reference)
            reference = null;
        if (creditor == collection.Creditor)
            creditor = null;
        return reference is null && creditor is null
            ? null : new MandateAmendment(reference, creditor is null ? null : CreditorIdentifier.Parse(creditor));
    }

    private async IAsyncEnumerable<WaitingDebit> WaitingAsync(MerchantId merchant, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<WaitingDebit> page = [];
        do
        {
            page = await _collections.WaitingAsync(merchant, page.Count == 0 ? null : page[^1].Capture, AtOnce, cancel);
            foreach (var waiting in page)
                yield return waiting;
        }
        while (page.Count == AtOnce);
    }

    private async IAsyncEnumerable<(WaitingDebit Waiting, DebitSequence Sequence)> DebitsAsync(
        CollectionId id, [EnumeratorCancellation] CancellationToken cancel)
    {
        IReadOnlyList<(WaitingDebit Waiting, DebitSequence Sequence)> page;
        var last = Guid.Empty;
        do
        {
            page = await _collections.DebitsAsync(id, last, AtOnce, cancel);
            foreach (var one in page)
                yield return one;
            if (page.Count > 0)
                last = page[^1].Waiting.Capture.Id.Value;
        }
        while (page.Count == AtOnce);
    }

    /// <summary>Why a collection can't have a debit; null where it can, as far as the books tell without its number.</summary>
    private string? ProblemOf(WaitingDebit waiting, DateOnly dueOn) => waiting switch
    {
        { Standing: InstrumentStanding.Removed } => Gone,
        { Mandate: null } => "its bank account has no mandate",
        { Mandate.Scheme: not MandateScheme.Sepa } => "its mandate is not one of SEPA",
        { Mandate.Status: not MandateStatus.Active } => "its mandate has ended",
        { Mandate: { } mandate } when mandate.SignedOn > DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) =>
            $"its mandate is signed on {mandate.SignedOn:O}, a day in the future",
        { Mandate: { } mandate } when mandate.LastDay < dueOn =>
            $"its mandate was not used for 36 months, and is void since {mandate.LastDay:O}",
        { Mandate.IsUsedUp: true, WasTaken: false } => "its mandate is for one debit, which was taken",
        _ when !Iban.IsSepaCountry(waiting.Country) => "its bank account is outside SEPA",
        _ => null,
    };

    private static void Require(Outcome outcome)
    {
        RequireReached(outcome);
        if (!outcome.Accepted)
        {
            throw new StoreUnavailableException(
                $"Another run changed the collection meanwhile ({outcome.Faults[0].Refusal}). Run it again.");
        }
    }

    private static void RequireReached(Outcome outcome)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now. Run it again.");
    }
}
