using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;

namespace Quittance.Console.Pages.Approvals;

/// <summary>A page that changes the limit of a currency.</summary>
public abstract class LimitPage : ActionPage
{
    /// <summary>The code of the currency in the address; null for none.</summary>
    [SupplyParameterFromQuery(Name = "currency")] public string? Given { get; set; }
}
