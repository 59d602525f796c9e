using System.Text;

namespace Quittance.Core.Settlements;

/// <summary>A statement that was imported. The value follows from its contents, so that the same one is known again.</summary>
public readonly record struct StatementId(MerchantId Merchant, Guid Value)
{
    /// <summary>The id of a statement.</summary>
    /// <param name="merchant">Whose books.</param>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="contentHash">A hash of the file.</param>
    public static StatementId Of(MerchantId merchant, ReadOnlySpan<byte> accountHash, ReadOnlySpan<byte> contentHash) => new(
        merchant, DerivedId.Of([.. Encoding.UTF8.GetBytes($"statement {merchant.Value} "), .. accountHash, .. contentHash]));
}
