namespace Quittance.Storage.Console;

/// <summary>What became of a delivery.</summary>
public enum DeliveryState
{
    /// <summary>It is to be told.</summary>
    Waiting,

    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It was given up, until somebody replays it.</summary>
    Dead,
}
