using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Attempts;

/// <summary>Where an attempt stands.</summary>
public enum AttemptStatus
{
    /// <summary>Its intent is committed, and whoever holds its lease is asking the provider.</summary>
    Open,

    /// <summary>The provider was asked and gave no clear answer. It may have been done.</summary>
    Unknown,

    /// <summary>The provider has taken it on and will tell.</summary>
    Pending,

    /// <summary>The provider has done it.</summary>
    Approved,

    /// <summary>The provider has not done it, and will not.</summary>
    Declined,
}

/// <summary>What becomes of the money that no part of a payment takes.</summary>
public enum Remainder
{
    /// <summary>It becomes the customer's general credit.</summary>
    Credit,

    /// <summary>It settles open charges in its currency, oldest due first; what is left then becomes general credit.</summary>
    OldestDueFirst,
}

/// <summary>
/// One thing asked of a provider for one payment. It is committed before the provider is called, so that whatever happens then,
/// somebody knows what to ask for.
/// </summary>
/// <param name="Id">Its id, which the provider knows it by.</param>
/// <param name="Payment">The payment it is for.</param>
/// <param name="Account">Whose payment it is.</param>
/// <param name="Slot">The slot of that account (0 to 31).</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Verb">What is asked.</param>
/// <param name="Amount">How much.</param>
/// <param name="OpenedAt">When its intent was committed.</param>
public sealed record Attempt(
    AttemptId Id, PaymentId Payment, AccountId Account, int Slot, string Provider, Verb Verb, Money Amount, DateTimeOffset OpenedAt)
{
    /// <summary>
    /// The authorisation that it captures, voids or refunds; null for an authorisation, and for a refund of money that no provider took.
    /// </summary>
    public AttemptId? Authorisation { get; init; }

    /// <summary>The instrument whose money is asked for; null where the provider needs none.</summary>
    public InstrumentId? Instrument { get; init; }

    /// <summary>The reference of the customer's mandate, for a direct debit.</summary>
    public string? Mandate { get; init; }

    /// <summary>Where the customer comes back to who has to confirm elsewhere.</summary>
    public string? ReturnTo { get; init; }

    /// <summary>Where the customer must go to confirm; null when nobody has to.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>Whether an approved authorisation is captured at once.</summary>
    public bool CapturesAtOnce { get; init; }

    /// <summary>What becomes of captured money that no claim takes.</summary>
    public Remainder Remainder { get; init; }

    /// <summary>Where it stands.</summary>
    public AttemptStatus Status { get; init; }

    /// <summary>Why it was declined.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>Whether an operator said how it ended, and not the provider.</summary>
    public bool IsJudged { get; init; }

    /// <summary>
    /// What an operator or the recovery noted when it was settled or given up. It may be erased, so nothing is decided by it.
    /// </summary>
    public string? Note { get; init; }

    /// <summary>How often the provider gave no clear answer.</summary>
    public int Unanswered { get; init; }

    /// <summary>How many events it has had.</summary>
    public int Events { get; init; }

    /// <summary>When to ask next: the end of the lease of whoever is asking now; null when nobody has to.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Whether the provider's last word is known.</summary>
    public bool IsSettled => Status is AttemptStatus.Approved or AttemptStatus.Declined;

    /// <summary>Whether it waits for an operator or a line of a statement: no program answers for its provider.</summary>
    public bool WaitsForPeople => !IsSettled && Verb is Verb.Capture or Verb.Refund && ClearingProvider.IsToldByPeople(Provider);

    /// <summary>Whether it waits for a line of a bank's statement that shows the customer's transfer.</summary>
    public bool WaitsForTransfer => Verb == Verb.Capture && Provider == ClearingProvider.BankTransfer && !IsSettled;

    /// <summary>Where a command for it goes.</summary>
    public AccountTarget Target => AccountTarget.Of(Account, Slot);
}

/// <summary>
/// A charge that a payment under way is meant to settle. While it is live no other payment may ask a provider for money for
/// the same charge.
/// </summary>
/// <param name="Payment">The payment.</param>
/// <param name="Line">Its place among the payment's claims, from 1.</param>
/// <param name="Charge">The charge.</param>
/// <param name="AmountMinor">How much of it at most, minor units: it may have been paid otherwise meanwhile.</param>
public sealed record Claim(PaymentId Payment, int Line, ChargeId Charge, long AmountMinor);
