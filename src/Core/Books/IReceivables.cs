using Quittance.Core.Accounts;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;

namespace Quittance.Core.Books;

/// <summary>It is open, or settled.</summary>
public sealed record OpenCriterion(bool IsOpen) : Criterion;

/// <summary>It is due by a day.</summary>
public sealed record DueCriterion(DateOnly Last) : Criterion;

/// <summary>A charge and the part of it that was open, minor units.</summary>
public sealed record OpenAt(Charge Charge, long OpenMinor);

/// <summary>An event of a charge, a line of a statement or another thing.</summary>
/// <param name="Subject">The id of the thing.</param>
/// <param name="Sequence">Which event of the thing it is, from 1 on.</param>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="Amount">The sum of its transfers; null where it has none.</param>
public sealed record EventNews(Guid Subject, int Sequence, EventType Type, DateTimeOffset At, Money? Amount);

/// <summary>A dispute with the account that paid, and the currency of its payment.</summary>
public sealed record DisputeView(Dispute Dispute, AccountId Account, Currency Currency);

/// <summary>How an account stood, in its own currency.</summary>
/// <param name="IsFinal">Whether no later commit changes it.</param>
/// <param name="Credit">The customer's credit for all purposes.</param>
/// <param name="Open">The charges that were open, the longest due first.</param>
public sealed record AccountBalance(AccountId Account, AsOf At, bool IsFinal, Money Owed, Money Credit, IReadOnlyList<OpenAt> Open);

/// <summary>A place in a statement: a transfer.</summary>
public readonly record struct StatementPlace(Guid Subject, int Sequence, int Line);

/// <summary>A transfer on a statement.</summary>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="BookedOn">The day of the books.</param>
/// <param name="PaymentNumber">The number of the payment it belongs to; null for none.</param>
/// <param name="Charge">The name of the charge that it raises, settles or forgives; null for none.</param>
/// <param name="Owes">The change of what the customer owes less credit; zero where money moved between the customer's accounts.</param>
/// <param name="Balance">The customer's debt less credit after it.</param>
public sealed record AccountStatementLine(
    StatementPlace Place, DateTimeOffset At, DateOnly BookedOn, EventType Type, long? PaymentNumber, string? Charge, Money Owes,
    Money Balance)
{
    /// <summary>The effect of the transfer.</summary>
    public required TransferMeaning Meaning { get; init; }
}

/// <summary>A part of an account's statement, in its own currency. Balances are what the customer owes less credit.</summary>
/// <param name="HasMore">Whether lines follow.</param>
public sealed record AccountStatement(
    Account Account, Money Opening, Money Closing, IReadOnlyList<AccountStatementLine> Lines, bool HasMore);

/// <summary>Reads a merchant's customers and what they owe, whichever dialects they came through, without locks.</summary>
public interface IReceivables
{
    /// <summary>The id of what a reference names, also by its id; null for nothing.</summary>
    Task<Guid?> ObjectAsync(Reference name, CancellationToken cancel);

    /// <summary>An account with the names that one dialect's clients have for it; null where the merchant has none of this id.</summary>
    Task<NamedAccount?> AccountAsync(AccountId id, string dialect, CancellationToken cancel);

    /// <summary>Several accounts of a merchant, by their ids.</summary>
    Task<IReadOnlyDictionary<Guid, NamedAccount>> AccountsAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, string dialect, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's accounts, in the order in which they were opened.</summary>
    /// <param name="dialect">The dialect whose names the answer has.</param>
    Task<ListSlice<NamedAccount>> AccountsAsync(ListQuery query, string dialect, CancellationToken cancel);

    /// <summary>The payments of an account that have credit, as a merge wants them.</summary>
    Task<IReadOnlyList<PaymentId>> CreditsAsync(AccountId id, CancellationToken cancel);

    /// <summary>How an account stood; null where the merchant has none of this id.</summary>
    Task<AccountBalance?> BalanceAsync(AccountId account, AsOf at, CancellationToken cancel);

    /// <summary>
    /// A part of an account's statement, from one day of the books to another; null where the merchant has none of this id.
    /// </summary>
    /// <param name="after">The line behind which the part begins; null for the first.</param>
    Task<AccountStatement?> StatementAsync(
        AccountId account, DateOnly from, DateOnly to, StatementPlace? after, int limit, CancellationToken cancel);

    /// <summary>A charge; null where the merchant has none of this id.</summary>
    Task<Charge?> ChargeAsync(ChargeId id, CancellationToken cancel);

    /// <summary>An event with the sum of its transfers; null where there is none.</summary>
    /// <param name="subject">The id of what it happened to.</param>
    Task<EventNews?> NewsAsync(MerchantId merchant, Guid subject, int sequence, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's charges, in the order in which they were raised.</summary>
    Task<ListSlice<Charge>> ChargesAsync(ListQuery query, CancellationToken cancel);

    /// <summary>A dispute; null where the merchant has none of this id.</summary>
    Task<DisputeView?> DisputeAsync(DisputeId id, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's disputes, in the order in which they were opened.</summary>
    /// <param name="payment">The payment; null for all.</param>
    /// <param name="status">Where they stand; null for all.</param>
    Task<ListSlice<DisputeView>> DisputesAsync(
        ListQuery query, PaymentId? payment, DisputeStatus? status, CancellationToken cancel);

    /// <summary>An instrument; null where the merchant has none of this id.</summary>
    Task<Instrument?> InstrumentAsync(InstrumentId id, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's instruments, in the order in which they were registered.</summary>
    Task<ListSlice<Instrument>> InstrumentsAsync(ListQuery query, CancellationToken cancel);
}
