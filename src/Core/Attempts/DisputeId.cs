using System.Text;

namespace Quittance.Core.Attempts;

/// <summary>A dispute of a merchant, found by what its provider calls it.</summary>
public readonly record struct DisputeId(MerchantId Merchant, Guid Value)
{
    /// <summary>The dispute of a provider's own reference.</summary>
    public static DisputeId Of(MerchantId merchant, string provider, string reference) =>
        new(merchant, DerivedId.Of(Encoding.UTF8.GetBytes($"{provider}\n{reference}")));
}
