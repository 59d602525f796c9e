using Quittance.Core.Ledger;

namespace Quittance.Dialects.Http;

/// <summary>Something that clients of a dialect can be told of by a webhook.</summary>
/// <param name="Name">What they call it, such as <c>newBooking</c>.</param>
/// <param name="Types">The types of the events that it tells of. No other of the dialect's has one of them. None: it never happens.</param>
public sealed record WebhookEvent(string Name, IReadOnlyList<EventType> Types);
