namespace Quittance.Dialects.Http;

/// <summary>Marks an operation that writes: it honours Idempotency-Key. A test goes through all of them.</summary>
/// <param name="Dialect">Its dialect.</param>
/// <param name="MediaTypes">The media types of bodies that it takes.</param>
public sealed record Writes(Dialect Dialect, IReadOnlyList<string> MediaTypes);
