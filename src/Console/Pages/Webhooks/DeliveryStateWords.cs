using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>Says where deliveries stand, and what their lists have.</summary>
internal static class DeliveryStateWords
{
    /// <summary>The state.</summary>
    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "Waiting",
        DeliveryState.Delivered => "Told",
        DeliveryState.Dead => "Given up",
    };

    /// <summary>The state, as it stands in an address.</summary>
    public static string InAddress(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "waiting",
        DeliveryState.Delivered => "told",
        DeliveryState.Dead => "given-up",
    };

    /// <summary>What the moment of a delivery is.</summary>
    public static string MomentOf(DeliveryState state) => state == DeliveryState.Waiting ? "Next try" : Of(state);

    /// <summary>How to get to the beginning of a list.</summary>
    public static string FirstOf(DeliveryState state) => state == DeliveryState.Waiting ? "First" : "Newest";

    /// <summary>How to get to the next part of a list.</summary>
    public static string NextOf(DeliveryState state) => state == DeliveryState.Waiting ? "Next" : "Older";

    /// <summary>What the first part of a list has.</summary>
    public static string ShownOf(DeliveryState state, int count) => state == DeliveryState.Waiting ? $"The {count} that are tried next" : $"The latest {count}";

    /// <summary>Where a list is empty.</summary>
    public static string NoneOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "Nothing waits",
        DeliveryState.Delivered => "Nothing was told yet",
        DeliveryState.Dead => "Nothing was given up",
    };

    /// <summary>What comes into it.</summary>
    public static string AboutNoneOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "What happens is told within about a second; what the receiver does not take waits here for its next try.",
        DeliveryState.Delivered => "What the receiver has taken is listed here.",
        DeliveryState.Dead => "What the receiver has not taken after all tries comes here, until somebody replays it.",
    };
}
