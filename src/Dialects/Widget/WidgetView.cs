using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.Widget;

/// <summary>A session as the customer sees it.</summary>
/// <param name="Session">The session.</param>
/// <param name="Customer">What lets the customer in.</param>
/// <param name="Now">The time.</param>
public sealed record WidgetView(Session Session, Credential Customer, DateTimeOffset Now)
{
    /// <summary>The payment that was begun in it.</summary>
    public Payment? Payment { get; init; }

    /// <summary>What the provider was asked for it.</summary>
    public Attempt? Authorisation { get; init; }

    /// <summary>The instrument that was chosen in it.</summary>
    public Instrument? Chosen { get; init; }

    /// <summary>What the vault holds of a bank account that was chosen, for what its holder gave with the mandate; null elsewhere.</summary>
    public InstrumentSecret? Account { get; init; }

    /// <summary>The instruments that the customer may choose.</summary>
    public IReadOnlyList<Instrument> Offered { get; init; } = [];

    /// <summary>Where it stands, in the widget's words.</summary>
    public string Status => Session.Status == SessionStatus.Used ? "used"
        : Session.IsExpired(Now) ? "expired"
        : Payment is null ? Session.Instrument is null ? "open" : "ready"
        : Payment.Status switch
        {
            PaymentStatus.Pending or PaymentStatus.Unknown => "pending",
            PaymentStatus.Authorised or PaymentStatus.Settling or PaymentStatus.Captured => "ready",
            PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => Session.IsTriedOut ? "exhausted" : "open",
        };

    /// <summary>
    /// Why the payment came to nothing; null when it did not. What was reserved, and declined only when it was booked, is none of the
    /// customer's doing: another card would not help.
    /// </summary>
    public DeclineReason? Declined => Payment is { Status: PaymentStatus.Declined or PaymentStatus.Failed } && Authorisation is not { Status: AttemptStatus.Approved }
        ? Authorisation?.Reason ?? DeclineReason.Declined
        : null;

    /// <summary>The token for what came of it.</summary>
    public string RequestToken => SessionToken.ForRequest(Session.Id, Customer.HashKey.Span);
}
