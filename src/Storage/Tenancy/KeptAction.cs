using Quittance.Core.Access;

namespace Quittance.Storage.Tenancy;

/// <summary>An action of the audit log.</summary>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="Request">The trace id of the request, which the events it made carry too.</param>
/// <param name="Action">Who did what, and why.</param>
public sealed record KeptAction(DateTimeOffset At, Guid Request, OperatorAction Action);
