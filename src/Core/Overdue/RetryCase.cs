using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Overdue;

/// <summary>How a payment failed to bring its money. Of several failures the last kind counts.</summary>
public enum FailureKind
{
    /// <summary>The customer had not enough money.</summary>
    NoMoney,

    /// <summary>The provider, or the bank that returned the debit, gave no reason.</summary>
    Unexplained,

    /// <summary>A further try can't succeed, or an operator or the customer has to decide.</summary>
    Final,
}

/// <summary>How and on which day a payment failed.</summary>
public readonly record struct Failure(FailureKind Kind, DateOnly On)
{
    /// <summary>Whether the merchant's bank refused the file that had it, which says nothing of the customer.</summary>
    public bool IsOfFile { get; private init; }

    /// <summary>How a payment failed; null where it is under way or has brought its money.</summary>
    /// <param name="zone">The zone in which the merchant's days begin.</param>
    public static Failure? Of(Payment payment, IEnumerable<Attempt> attempts, IReadOnlyList<Dispute> disputes, TimeZoneInfo zone)
    {
        var standing = disputes.Where(dispute => dispute.Status != DisputeStatus.Won).ToList();
        if (standing.Count > 0)
        {
            return new Failure(standing.Max(dispute => KindOf(dispute)), zone.DayOf(standing.Max(dispute => dispute.OpenedAt)));
        }

        if (payment.Status is not (PaymentStatus.Declined or PaymentStatus.Failed))
            return null;
        List<Attempt> declined =
            [.. attempts.Where(attempt => attempt is { Verb: Verb.Authorise or Verb.Capture, Status: AttemptStatus.Declined })];
        var why = declined is [{ IsJudged: false, Reason: { } reason }] ? KindOf(reason) : FailureKind.Final;
        return new Failure(why, zone.DayOf(payment.StatusAt))
        {
            IsOfFile = declined is [{ Provider: ClearingProvider.Bank, Reason: DeclineReason.NeverArrived }],
        };
    }

    private static FailureKind KindOf(Dispute dispute) => dispute switch
    {
        { Kind: not DisputeKind.ReturnedDebit } => FailureKind.Final,
        { Reason: { } reason } => KindOf(reason),
        _ => FailureKind.Unexplained,
    };

    private static FailureKind KindOf(DeclineReason reason) => reason switch
    {
        DeclineReason.InsufficientFunds => FailureKind.NoMoney,
        DeclineReason.Declined => FailureKind.Unexplained,
        DeclineReason.Expired or DeclineReason.InstrumentInvalid or DeclineReason.SecurityCodeWrong or DeclineReason.NotConfirmed
            or DeclineReason.AuthorisationInvalid or DeclineReason.RequestRefused or DeclineReason.NeverArrived => FailureKind.Final,
    };
}

/// <summary>Why a failed payment is not tried again on a day.</summary>
public enum RetryWait
{
    /// <summary>It is under way, or it has brought its money.</summary>
    NotFailed,

    /// <summary>It was made without a stored instrument.</summary>
    NoInstrument,

    /// <summary>A later payment for one of its charges takes its place.</summary>
    Replaced,

    NoPolicy,

    /// <summary>All that it was for is settled, cancelled, credited or written off.</summary>
    NothingOpen,

    /// <summary>The customer's credit covers what is open.</summary>
    Covered,

    /// <summary>The books were restored, and a file may have had the try in the time that was lost: a person decides.</summary>
    PerhapsTried,

    /// <summary>The account is closed.</summary>
    Closed,

    /// <summary>The customer's dunning is paused, or an agency collects the debt.</summary>
    Held,

    /// <summary>The customer has ended autopay, or chose another card or bank account for it.</summary>
    AutopayEnded,

    /// <summary>The reason does not go away by itself.</summary>
    Final,

    /// <summary>The instrument was replaced or taken away, or its mandate has ended.</summary>
    InstrumentGone,

    /// <summary>A try or another payment for the same charges is under way.</summary>
    UnderWay,

    /// <summary>A charge is paused.</summary>
    Paused,

    /// <summary>The policy has no further try.</summary>
    NoTryLeft,

    /// <summary>The next try comes later.</summary>
    Early,
}

/// <summary>The part of a try for one charge.</summary>
/// <param name="AmountMinor">The open amount of the charge, at most the first payment's claim, minor units.</param>
public readonly record struct RetriedCharge(Charge Charge, long AmountMinor, bool IsClaimed);

/// <summary>The decision on a failed payment on a day.</summary>
/// <param name="Why">Null where it is tried again.</param>
/// <param name="On">The day of the next try; null where there is none.</param>
public readonly record struct RetryVerdict(RetryWait? Why, DateOnly? On = null);

/// <summary>The facts that decide whether a failed payment is tried again.</summary>
/// <param name="First">How the payment failed.</param>
/// <param name="Last">How the last try failed, or the payment itself where there was none; null while it is under way, or is paid.</param>
/// <param name="Tries">How many tries there were.</param>
/// <param name="Charges">The charges that the payment claimed and that are open.</param>
public sealed record RetryCase(
    RetryPolicy? Policy, Account Account, AccountDunning Dunning, Instrument? Instrument, Failure? First, Failure? Last, int Tries,
    IReadOnlyList<RetriedCharge> Charges)
{
    /// <summary>The money of the customer that settles no charge, minor units.</summary>
    public long CreditMinor { get; init; }

    /// <summary>
    /// The customer's open charges that no payment under way has claimed, without fees of dunning; they count where there is credit.
    /// </summary>
    public IReadOnlyList<Charge> Open { get; init; } = [];

    /// <summary>The day of the last try; null where there was none.</summary>
    public required DateOnly? LastTriedOn { get; init; }

    /// <summary>Whether the customer has ended autopay, or chose another card or bank account for it.</summary>
    public bool IsAgainstAutopay { get; init; }

    /// <summary>The merchant's day on which the books were restored last; null for never.</summary>
    public DateOnly? RestoredOn { get; init; }

    /// <summary>Whether the merchant's own bank gets the debit by a file, so that the books can't ask it about the lost time.</summary>
    public bool IsByFile { get; init; }

    /// <summary>The amount of a try: the charges less the part that credit covers, the oldest first, as in dunning.</summary>
    public IReadOnlyList<RetriedCharge> Due
    {
        get
        {
            var (leftMinor, covered) = (CreditMinor, new Dictionary<ChargeId, long>());
            foreach (var charge in Open.OrderBy(charge => charge.DueOn).ThenBy(charge => charge.Number))
            {
                var coveredMinor = Math.Min(leftMinor, charge.OpenMinor);
                covered[charge.Id] = coveredMinor;
                leftMinor -= coveredMinor;
            }

            return
            [
                .. Charges.Select(one => one with
                {
                    AmountMinor = Math.Min(one.AmountMinor, one.Charge.OpenMinor - covered.GetValueOrDefault(one.Charge.Id)),
                }).Where(one => one.AmountMinor > 0),
            ];
        }
    }

    public long AmountMinor => Due.Sum(charge => charge.AmountMinor);

    /// <summary>Whether the debit of a payment went to the merchant's own bank, in a file.</summary>
    public static bool GoesByFile(IEnumerable<Attempt> attempts) =>
        attempts.Any(attempt => attempt is { Verb: Verb.Capture, Provider: ClearingProvider.Bank });

    /// <summary>Whether credit is for a charge.</summary>
    public static bool TakesCredit(Charge charge, bool isClaimed) => !isClaimed && charge.Label != DunningCommand.FeeLabel;

    /// <summary>The open part of a charge that a payment claimed, at most what it claimed.</summary>
    public static RetriedCharge ChargeOf(Charge charge, Claim claim, bool isClaimed) =>
        new(charge, Math.Min(charge.OpenMinor, claim.AmountMinor), isClaimed);

    /// <summary>Decides whether there is a try on a day.</summary>
    public RetryVerdict On(DateOnly today)
    {
        if (Policy is not { } policy)
            return new RetryVerdict(RetryWait.NoPolicy);
        if (Charges.Count == 0)
            return new RetryVerdict(RetryWait.NothingOpen);
        if (Account.IsClosed)
            return new RetryVerdict(RetryWait.Closed);
        if (Dunning.IsWithAgency || Dunning.IsPaused(today))
            return new RetryVerdict(RetryWait.Held);
        if (IsAgainstAutopay)
            return new RetryVerdict(RetryWait.AutopayEnded);
        if (First is not { } first || Last is not { } last || Charges.Any(charge => charge.IsClaimed))
            return new RetryVerdict(RetryWait.UnderWay);
        if (!MayTryAfter(first, policy) || !(MayTryAfter(last, policy) || (last.IsOfFile && Tries > 0)))
            return new RetryVerdict(RetryWait.Final);
        if (Instrument is not { IsOffered: true, Vaulted.Mandate: null or { Status: MandateStatus.Active } })
            return new RetryVerdict(RetryWait.InstrumentGone);
        if (Due.Count == 0)
            return new RetryVerdict(RetryWait.Covered);
        if (Charges.Any(charge => today <= charge.Charge.DunningPausedUntil))
            return new RetryVerdict(RetryWait.Paused);
        if (Tries >= policy.AfterDays.Count)
            return new RetryVerdict(RetryWait.NoTryLeft);
        var on = DayOfNext(policy, first, last);
        // A try that was due before the restore, and is not in the books, may have been made in the time that was lost.
        if (IsByFile && RestoredOn is { } day && last.On <= day && on <= day)
            return new RetryVerdict(RetryWait.PerhapsTried);
        return new RetryVerdict(today < on ? RetryWait.Early : null, on);
    }

    private static bool MayTryAfter(Failure failure, RetryPolicy policy) => failure.Kind switch
    {
        FailureKind.NoMoney => true,
        FailureKind.Unexplained => policy.AlsoUnexplained,
        FailureKind.Final => false,
    };

    /// <summary>
    /// A try keeps the days of the policy to the first failure, and those between two tries to the last one and to its failure. In another
    /// time zone the failure has another day, and the try keeps its own.
    /// </summary>
    private DateOnly DayOfNext(RetryPolicy policy, Failure first, Failure last)
    {
        var day = first.On.AddDays(policy.AfterDays[Tries]);
        if (LastTriedOn is not { } tried)
            return day;
        var between = (tried > last.On ? tried : last.On).AddDays(policy.AfterDays[Tries] - policy.AfterDays[Tries - 1]);
        return day > between ? day : between;
    }
}
