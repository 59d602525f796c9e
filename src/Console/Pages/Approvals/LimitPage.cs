using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Approvals;

/// <summary>A page that changes the limit of a currency.</summary>
public abstract class LimitPage : ActionPage
{
    [Inject] public ApprovalLimits Limits { get; set; } = null!;

    /// <summary>The code of the currency in the address; null for none.</summary>
    [SupplyParameterFromQuery(Name = "currency")] public string? Given { get; set; }

    /// <summary>Sets the limit and goes to the list.</summary>
    /// <param name="amountMinor">Minor units; null for no limit.</param>
    /// <param name="text">The limit in the audit log.</param>
    /// <param name="message">A word of <see cref="Done"/>.</param>
    protected async Task SetAsync(Currency currency, long? amountMinor, string text, string message)
    {
        await Limits.SetAsync(
            Desk.Merchant, currency, amountMinor, Desk.DoesOnce("limit.set", FormKey, $"limit {text}", Reason!), Cancel);
        Finish(Places.Limits.Href, message);
    }
}
