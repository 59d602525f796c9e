using System.Text;
using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>
/// A line of a statement. The value follows from what the line is, so that the same line of two files, or of one file that is imported
/// twice, is one.
/// </summary>
public readonly record struct SettlementLineId(MerchantId Merchant, Guid Value)
{
    /// <summary>The id of a line.</summary>
    /// <param name="merchant">Whose books.</param>
    /// <param name="accountHash">Names the bank account or the provider's account.</param>
    /// <param name="line">All that tells the line from others: its contents, with the bank's reference where it has one.</param>
    /// <param name="occurrence">1 for the first line of these contents in a file, then counting up.</param>
    public static SettlementLineId Of(MerchantId merchant, ReadOnlySpan<byte> accountHash, string line, int occurrence) => new(
        merchant, DerivedId.Of([.. Encoding.UTF8.GetBytes($"settlement line {merchant.Value} {occurrence} "), .. accountHash, .. Encoding.UTF8.GetBytes(line)]));

    /// <summary>Where a line is booked that is about no customer: in a slot of its own choice.</summary>
    public AccountTarget House => AccountTarget.Of(new AccountId(Merchant, Guid.Empty), Value.ToByteArray()[15] % Account.Slots);
}
