using Quittance.Console.Parts;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Webhooks;

/// <summary>The words of the lists of deliveries.</summary>
internal static class DeliveryWords
{
    /// <summary>The head of the column of times.</summary>
    public static string MomentOf(DeliveryState state) => state == DeliveryState.Waiting ? "Next try" : Words.Of(state);

    /// <summary>The link to the begin of a list.</summary>
    public static string FirstOf(DeliveryState state) => state == DeliveryState.Waiting ? "First" : "Newest";

    /// <summary>The link to the next part of a list.</summary>
    public static string NextOf(DeliveryState state) => state == DeliveryState.Waiting ? "Next" : "Older";

    /// <summary>The content of the first part of a list.</summary>
    public static string ShownOf(DeliveryState state, int count) =>
        state == DeliveryState.Waiting ? $"The {count} that are tried next" : $"The latest {count}";

    /// <summary>The title of an empty list.</summary>
    public static string NoneOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "Nothing waits",
        DeliveryState.Delivered => "Nothing was told yet",
        DeliveryState.Dead => "Nothing was given up",
    };

    /// <summary>The content that an empty list will have.</summary>
    public static string AboutNoneOf(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "An event is sent within about a second. One that the receiver does not take waits here for its next try.",
        DeliveryState.Delivered => "Here are the events that the receiver has taken.",
        DeliveryState.Dead => "An event that the receiver does not take in any try comes here, until somebody replays it.",
    };
}
