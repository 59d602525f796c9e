namespace Quittance.Storage.Tenancy;

/// <summary>A place in the audit log, from which on it is read: behind so many actions of one request.</summary>
/// <param name="At">When the request's actions were committed.</param>
/// <param name="Request">The request.</param>
/// <param name="Shown">How many of its actions lie before the place.</param>
public readonly record struct AuditPlace(DateTimeOffset At, Guid Request, int Shown)
{
    /// <summary>The place behind an action.</summary>
    /// <param name="kept">The action.</param>
    /// <param name="before">The place behind the one before it; null for none.</param>
    public static AuditPlace After(KeptAction kept, AuditPlace? before) =>
        new(kept.At, kept.Request, before is { } place && place.At == kept.At && place.Request == kept.Request ? place.Shown + 1 : 1);

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is none.</summary>
    public static AuditPlace? Parse(string? text) => PlaceText.Parse(text) is var (at, id, number) ? new AuditPlace(at, id, number) : null;

    /// <summary>As it stands in an address.</summary>
    public override string ToString() => PlaceText.Of(At, Request, Shown);
}
