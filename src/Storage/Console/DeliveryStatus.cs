namespace Quittance.Storage.Console;

/// <summary>Where the telling of an event stands.</summary>
public enum DeliveryStatus
{
    /// <summary>It is still to be told.</summary>
    Waiting,

    /// <summary>It was received.</summary>
    Delivered,

    /// <summary>It was given up.</summary>
    Dead,
}
