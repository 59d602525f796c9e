using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>Says what the moment of a delivery is.</summary>
internal static class DeliveryStateWords
{
    public static string MomentOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "Next try",
        DeliveryState.Delivered => "Told",
        DeliveryState.Dead => "Given up",
    };
}
