namespace Quittance.Storage.Console;

/// <summary>A place in a subscription's deliveries of one state, behind which the list goes on.</summary>
/// <param name="At">When the last one before it was told or given up, or is tried next.</param>
/// <param name="Subject">What its event happened to.</param>
/// <param name="Sequence">The number of that event.</param>
public readonly record struct DeliveryPlace(DateTimeOffset At, Guid Subject, int Sequence)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is none.</summary>
    public static DeliveryPlace? Parse(string? text) => PlaceText.Parse(text) is var (at, id, number) ? new DeliveryPlace(at, id, number) : null;

    /// <summary>As it stands in an address.</summary>
    public override string ToString() => PlaceText.Of(At, Subject, Sequence);
}
