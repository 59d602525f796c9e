using Microsoft.AspNetCore.Components;
using Quittance.Console.Layout;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Storage.Debits;

namespace Quittance.Console.Pages.Debits;

/// <summary>A page that does something with one collection.</summary>
public abstract class CollectionPage : ActionPage
{
    [Inject] public Collections Collections { get; set; } = null!;

    [Inject] public PaymentEngine Engine { get; set; } = null!;

    [Parameter] public long Number { get; set; }

    /// <summary>The collection; null for none of this number.</summary>
    protected Collection? Found { get; private set; }

    private protected Place Above => Places.Collection(Number);

    protected override async Task ReadAsync() => Found = await Collections.FindAsync(Operator.Merchant, Number, Cancel);

    /// <summary>The name of the collection in the audit log.</summary>
    internal static string AuditTextOf(Collection collection) => $"collection {collection.Number}";
}
