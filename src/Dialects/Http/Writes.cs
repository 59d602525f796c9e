namespace Quittance.Dialects.Http;

/// <summary>Marks an operation that writes: it honours Idempotency-Key. A test goes through all of them.</summary>
public sealed record Writes(Dialect Dialect);
