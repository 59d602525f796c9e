using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Attempts;

/// <summary>The status of an attempt.</summary>
public enum AttemptStatus
{
    /// <summary>The books have it, and the server that holds its lease is asking the provider.</summary>
    Open,

    /// <summary>The provider gave no clear answer. It may have carried the request out.</summary>
    Unknown,

    /// <summary>The provider works on it and will answer later.</summary>
    Pending,

    /// <summary>The provider has done it.</summary>
    Approved,

    /// <summary>The provider has not done it, and will not.</summary>
    Declined,
}

/// <summary>The use of money that no part of a payment takes.</summary>
public enum Remainder
{
    /// <summary>It becomes the customer's general credit.</summary>
    Credit,

    /// <summary>It settles open charges in its currency, oldest due first; what is left then becomes general credit.</summary>
    OldestDueFirst,
}

/// <summary>
/// One request to a provider for one payment. It is committed before the server calls the provider, so that any server can ask about it
/// later; <see cref="OwnCapture"/> is the exception.
/// </summary>
/// <param name="Id">Its id, which the provider knows it by.</param>
/// <param name="Payment">The payment it is for.</param>
/// <param name="Slot">The slot of that account (0 to 31).</param>
/// <param name="OpenedAt">When its intent was committed.</param>
public sealed record Attempt(
    AttemptId Id, PaymentId Payment, AccountId Account, int Slot, string Provider, Verb Verb, Money Amount, DateTimeOffset OpenedAt)
    : IRow<AttemptId, Attempt>
{
    public static Shelf<AttemptId, Attempt> Shelf { get; } = new(attempt => attempt.Id);

    public static Relation<PaymentId, AttemptId, Attempt> OfPayment { get; } = new(Shelf, attempt => attempt.Payment);

    /// <summary>The attempts of the payment under way that has claimed a charge.</summary>
    public static Lookup<ChargeId> OfClaimant { get; } = new();

    /// <summary>The attempts of an account that wait for a customer's bank transfer, with their live claims.</summary>
    public static Lookup<AccountId> WaitingForTransfer { get; } = new();

    /// <summary>
    /// The authorisation that it captures, voids or refunds; null for an authorisation, and for a refund of money that no provider took.
    /// </summary>
    public AttemptId? Authorisation { get; init; }

    /// <summary>The instrument whose money is asked for; null where the provider needs none.</summary>
    public InstrumentId? Instrument { get; init; }

    /// <summary>The reference of the customer's mandate, for a direct debit.</summary>
    public string? Mandate { get; init; }

    /// <summary>The address to which the customer returns after a redirect (3-D Secure).</summary>
    public string? ReturnTo { get; init; }

    /// <summary>The address at which the customer must confirm; null for none.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>The provider's own id of the request; null until the provider says it. It never changes then.</summary>
    public string? ProviderReference { get; init; }

    /// <summary>Whether an approved authorisation is captured at once.</summary>
    public bool CapturesAtOnce { get; init; }

    /// <summary>The use of captured money that no claim takes.</summary>
    public Remainder Remainder { get; init; }

    public AttemptStatus Status { get; init; }

    /// <summary>Why it was declined.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>Whether an operator settled it, not the provider.</summary>
    public bool IsJudged { get; init; }

    /// <summary>A note of the operator or of recovery. It can be erased, so no rule reads it.</summary>
    public string? Note { get; init; }

    /// <summary>How often the provider gave no clear answer.</summary>
    public int Unanswered { get; init; }

    public int Events { get; init; }

    /// <summary>
    /// When a person or the bank said that it had not gone to the bank before, in the time that a restore lost; null for never.
    /// </summary>
    public DateTimeOffset? UnsentAt { get; init; }

    /// <summary>When to ask next: the end of the lease while a server is asking; null for never.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether the provider's last word is known.</summary>
    public bool IsSettled => Status is AttemptStatus.Approved or AttemptStatus.Declined;

    /// <summary>Whether it waits for an operator or a line of a statement, because no program answers for its provider.</summary>
    public bool WaitsForPeople => !IsSettled && Verb is Verb.Capture or Verb.Refund && ClearingProvider.IsConfirmedByPeople(Provider)
        && !WaitsForCollection;

    /// <summary>Whether it waits for a collection, or for what the bank says of it.</summary>
    public bool WaitsForCollection => Verb == Verb.Capture && Provider == ClearingProvider.Bank && !IsSettled;

    /// <summary>Whether it waits for a line of a bank's statement that shows the customer's transfer.</summary>
    public bool WaitsForTransfer => Verb == Verb.Capture && Provider == ClearingProvider.BankTransfer && !IsSettled;

    /// <summary>Whether it waits for the customer to confirm it at the bank (3-D Secure).</summary>
    public bool WaitsForCustomer => Verb == Verb.Authorise && Status == AttemptStatus.Pending && RedirectTo is not null;

    /// <summary>The target of a command for it.</summary>
    public AccountTarget Target => AccountTarget.Of(Account, Slot);

    /// <summary>
    /// The capture of this authorisation, where it captures at once. The authorisation is the intent of both: a server may ask for the
    /// capture before the answer to the authorisation is committed, since the id follows from the payment.
    /// </summary>
    public AttemptId? OwnCapture => CapturesAtOnce && Id == AttemptId.Of(Payment, Verb.Authorise, nth: 1)
        ? AttemptId.Of(Payment, Verb.Capture, nth: 1) : null;

    /// <summary>The attempt of the same payment that follows this one.</summary>
    public Attempt Next(AttemptId id, Verb verb, DateTimeOffset at, TimeSpan lease) =>
        new(id, Payment, Account, Slot, Provider, verb, Amount, at)
        {
            Authorisation = Authorisation ?? Id,
            Remainder = Remainder,
            DueAt = at + lease,
        };

    /// <summary>The request that its provider knows, without the instrument's secret.</summary>
    /// <param name="authorisation">The attempt of <see cref="Authorisation"/>, where it is known.</param>
    public ProviderRequest ToRequest(Attempt? authorisation = null) => new(Id, Amount)
    {
        AuthorisationReference = authorisation?.ProviderReference,
        AuthorisationOpenedAt = authorisation?.OpenedAt,
        AuthorisedAmount = authorisation?.Amount,
        IsCapturedAtOnce = CapturesAtOnce,
        Authorisation = Authorisation,
        Mandate = Mandate ?? authorisation?.Mandate,
        ReturnTo = ReturnTo,
        Payment = Payment,
        Account = Account,
        OpenedAt = OpenedAt,
        Reference = ProviderReference,
    };

    /// <summary>Whether an answer names another request of the provider's than this attempt.</summary>
    public bool IsMisnamedBy(string? reference) => reference is not null && ProviderReference is not null && reference != ProviderReference;
}

/// <summary>
/// A charge that a payment under way is to settle. While the claim is live, no other payment asks a provider for money for the same
/// charge.
/// </summary>
/// <param name="Line">Its place among the payment's claims, from 1.</param>
/// <param name="AmountMinor">How much of it at most, minor units: another payment may have settled the rest by then.</param>
public sealed record Claim(PaymentId Payment, int Line, ChargeId Charge, long AmountMinor) : IRow<ClaimId, Claim>
{
    public static Shelf<ClaimId, Claim> Shelf { get; } = new(claim => new(claim.Payment, claim.Line));

    /// <summary>The claims of a payment, with their charges.</summary>
    public static Relation<PaymentId, ClaimId, Claim> OfPayment { get; } = new(Shelf, claim => claim.Payment);

    /// <summary>The claims on a charge. Only the live one is read.</summary>
    public static Relation<ChargeId, ClaimId, Claim> OnCharge { get; } = new(Shelf, claim => claim.Charge);

    /// <summary>Whether its payment is under way.</summary>
    public bool IsLive { get; init; } = true;
}

public readonly record struct ClaimId(PaymentId Payment, int Line);

public static class AttemptRows
{
    public static Attempt? Attempt(this State state, AttemptId id) => state.Find(Attempts.Attempt.Shelf, id);

    /// <summary>All attempts of a payment.</summary>
    public static IEnumerable<Attempt> AttemptsOf(this State state, PaymentId id) => state.All(Attempts.Attempt.OfPayment, id);

    /// <summary>The id of the payment's next attempt to authorise, capture or void. All attempts of the payment were read.</summary>
    public static AttemptId NextAttempt(this State state, PaymentId id, Verb verb) =>
        AttemptId.Of(id, verb, state.AttemptsOf(id).Count(attempt => attempt.Verb == verb) + 1);

    /// <summary>The charges that a payment under way is meant to settle.</summary>
    public static IReadOnlyList<Claim> ClaimsOf(this State state, PaymentId id) =>
        [.. state.All(Claim.OfPayment, id).OrderBy(claim => claim.Line)];

    /// <summary>The payment under way that has claimed a charge; null when none has.</summary>
    public static PaymentId? ClaimantOf(this State state, ChargeId id) =>
        state.All(Claim.OnCharge, id).FirstOrDefault(claim => claim.IsLive)?.Payment;

    /// <summary>
    /// Whether the payment under way that has claimed a charge is for nothing else, and waits for its customer at the bank. Only where <see
    /// cref="Attempts.Attempt.OfClaimant"/> was read.
    /// </summary>
    public static bool WaitsForCustomer(this State state, ChargeId id) =>
        state.ClaimantOf(id) is { } claimant && state.AttemptsOf(claimant).Any(attempt => attempt.WaitsForCustomer)
        && state.ClaimsOf(claimant).All(claim => claim.Charge == id);

    /// <summary>
    /// The payment that has claimed a charge and waits for the customer's bank transfer; null when none does. Only for charges of accounts
    /// whose transfers were read.
    /// </summary>
    public static PaymentId? TransferFor(this State state, ChargeId id) =>
        state.ClaimantOf(id) is { } claimant && state.AttemptsOf(claimant).Any(attempt => attempt.WaitsForTransfer) ? claimant : null;

    /// <summary>Whether other money, or corrections, have settled all charges that a payment under way claims.</summary>
    public static bool IsPaidOtherwise(this State state, PaymentId payment) =>
        state.ClaimsOf(payment) is { Count: > 0 } claims && claims.All(claim => state.Charge(claim.Charge) is { OpenMinor: 0 });

    /// <summary>Changes an attempt.</summary>
    internal static void Change(this Changes changes, Attempt attempt, EventType type, PaymentMethod method, Origin origin, Stamp stamp)
    {
        changes.Put(attempt with { Events = attempt.Events + 1 });
        changes.Put(new Event(attempt.Id.Value, attempt.Events + 1, type, null, stamp.Time, origin, []));
        // Captures, voids and refunds name the authorisation. The widget shows parts of a bank account until its session ends.
        if (attempt is { Verb: Verb.Authorise, IsSettled: true, Instrument: { } instrument }
            && (attempt.Status == AttemptStatus.Declined || method == PaymentMethod.BankCard))
        {
            changes.Put(new NumberUsed(instrument));
        }
    }

    /// <summary>Ends the claims of a payment: other payments may collect the charges.</summary>
    internal static void Release(this Changes changes, State state, PaymentId payment)
    {
        foreach (var claim in state.ClaimsOf(payment).Where(claim => claim.IsLive))
            changes.Put(claim with { IsLive = false });
    }

    extension(Outcome outcome)
    {
        /// <summary>
        /// The attempts that the command opened: several only for a refund that payments share. An attempt that it changed has events.
        /// </summary>
        public IReadOnlyList<Attempt> Attempts => [.. outcome.Changes?.Of<Attempt>().Where(attempt => attempt.Events == 0) ?? []];

        /// <summary>The attempt that it opened, for the caller to carry out; null for none or several.</summary>
        public Attempt? Attempt => outcome.Attempts is [var opened] ? opened : null;
    }
}
