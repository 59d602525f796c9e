using Quittance.Core.Settlements;

namespace Quittance.Console.Pages.Settlements;

/// <summary>What a line turned out to be, in words.</summary>
internal static class UseWords
{
    public static string Of(SettlementUse use) => use switch
    {
        SettlementUse.Transfer => "a customer's bank transfer",
        SettlementUse.Payout => "a provider's payout",
        SettlementUse.Fee => "a fee",
        SettlementUse.Reported => "a line of the provider's report",
    };
}
