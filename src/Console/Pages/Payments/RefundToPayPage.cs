using Microsoft.AspNetCore.Components;
using Quittance.Core.Executing;
using Quittance.Storage.Providers;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Payments;

/// <summary>A page with an action on a refund that people pay out.</summary>
public abstract class RefundToPayPage : PaymentActionPage
{
    [Inject] public PayOuts PayOuts { get; set; } = null!;

    /// <summary>The number of the refund.</summary>
    [Parameter] public long Refund { get; set; }

    /// <summary>The refund; null where people pay out no such refund of the payment.</summary>
    protected RefundToPay? About { get; private set; }

    /// <summary>The reason why nothing can be said of it any more; null where something can.</summary>
    protected string? NoAnswer => About!.Attempt.IsSettled ? Say("The refund was paid out or called off already.") : null;

    protected override async Task ReadAsync()
    {
        await base.ReadAsync();
        About = await PayOuts.FindAsync(Operator.Merchant, Refund, Cancel) is { } found && found.PaymentNumber == Number ? found : null;
    }
}
