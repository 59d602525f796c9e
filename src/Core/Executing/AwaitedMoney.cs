using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

/// <summary>
/// Money that people or programs say has come or will never come: of a payment that was recorded without it, or that the customer
/// promised in the widget.
/// </summary>
/// <param name="partsOf">The charges that a recorded payment names, as its API reads them from the details.</param>
public sealed class AwaitedMoney(Func<PaymentView, IReadOnlyList<Part>> partsOf)
{
    private const string NoReason = "No reason was given.";

    /// <summary>The holders of the money of a payment that is no promise (<see cref="ClearingProvider"/>).</summary>
    public static IReadOnlyList<string> Holders { get; } =
        [ClearingProvider.BankTransfer, ClearingProvider.Cash, ClearingProvider.Gateway];

    /// <summary>The money that the customer promised in the widget, while it has not come; null for none.</summary>
    public static Attempt? PromiseIn(IEnumerable<Attempt> attempts) =>
        attempts.FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, WaitsForPeople: true });

    /// <summary>The holders of a payment's money when it comes: a promise says it.</summary>
    public static IReadOnlyList<string> HoldersOf(IEnumerable<Attempt> attempts) =>
        PromiseIn(attempts) is { } promise ? [promise.Provider] : Holders;

    /// <summary>The word of the audit log for calling a payment off: a provider gives money back that it has reserved.</summary>
    public static string CallingOff(IReadOnlyCollection<Attempt> attempts) => IsReserved(attempts) ? "payment.void" : "payment.cancel";

    /// <summary>Whether a provider was asked for the money: then there is a reservation, or was one.</summary>
    public static bool IsReserved(IReadOnlyCollection<Attempt> attempts) => attempts.Count > 0 && PromiseIn(attempts) is null;

    /// <summary>
    /// Books the money. It settles the charges that the payment names, as far as they are due; the rest is credit.
    /// </summary>
    /// <param name="attempts">The attempts of the payment.</param>
    /// <param name="receivedBy">Who has the money: one of <see cref="HoldersOf"/>.</param>
    /// <param name="receivedOn">The day on which it came; null for today.</param>
    public AccountCommand Complete(
        Origin origin, PaymentView view, IReadOnlyCollection<Attempt> attempts, string receivedBy, DateOnly? receivedOn)
    {
        if (!HoldersOf(attempts).Contains(receivedBy))
            throw new ArgumentException("The payment's money can't be there.", nameof(receivedBy));
        return PromiseIn(attempts) is { } promise
            ? Answer(origin, promise, ProviderAnswer.Approved) with { EffectiveOn = receivedOn }
            : new ClosePending(origin, TargetOf(view), view.Payment.Id, receivedBy, partsOf(view)) { EffectiveOn = receivedOn };
    }

    /// <summary>Cancels the payment for good. Money that a provider has reserved goes back.</summary>
    /// <param name="origin">The sender, who does <see cref="CallingOff"/>.</param>
    /// <param name="attempts">The attempts of the payment.</param>
    public static AccountCommand CallOff(Origin origin, PaymentView view, IReadOnlyCollection<Attempt> attempts)
    {
        if (PromiseIn(attempts) is { } promise)
            return Answer(origin, promise, ProviderAnswer.Declined(DeclineReason.Declined));
        // No file has it yet, or that of a collection, which goes before.
        if (attempts.FirstOrDefault(attempt => attempt.WaitsForCollection) is { } debit)
            return Answer(origin, debit, ProviderAnswer.Declined(DeclineReason.NotConfirmed)) with { CallsOff = true };
        return IsReserved(attempts) ? new VoidPayment(origin, TargetOf(view), view.Payment.Id)
            : new ClosePending(origin, TargetOf(view), view.Payment.Id, null, []);
    }

    private static TakeAnswer Answer(Origin origin, Attempt promise, ProviderAnswer answer) => new(origin, promise, answer)
    {
        AskedAfter = promise.Events,
        Note = origin.Action is { Reason.Length: > 0 } action ? action.Reason : NoReason,
    };

    private static AccountTarget TargetOf(PaymentView view) => AccountTarget.Of(view.Account.Id, view.Account.Slot);
}
