using Microsoft.AspNetCore.WebUtilities;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Today;

/// <summary>Where open charges are listed.</summary>
internal static class ReceivableAddress
{
    /// <summary>The names in the address.</summary>
    public const string Age = "age", CurrencyCode = "currency", After = "after";

    private const string Path = $"{ConsoleRoutes.Root}/receivables";

    /// <summary>The charges of an age and a currency; null for any.</summary>
    /// <param name="age">How long they are due.</param>
    /// <param name="currency">Their currency.</param>
    /// <param name="after">The last one of the part before; null for the first part.</param>
    public static string Of(ReceivableAge? age, Currency? currency, OpenChargePlace? after = null) => QueryHelpers.AddQueryString(Path, new Dictionary<string, string?>
    {
        [Age] = age?.ToString(),
        [CurrencyCode] = currency?.Code,
        [After] = after?.ToString(),
    }.Where(field => field.Value is not null));
}
