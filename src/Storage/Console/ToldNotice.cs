using Quittance.Core.Collecting;

namespace Quittance.Storage.Console;

/// <summary>A notice of a provider as it is kept.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Id">The provider's id for it.</param>
/// <param name="Body">What was allowed to be kept of it, as JSON.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record ToldNotice(string Provider, string Id, string Body, DateTimeOffset ReceivedAt, NoticeOutcome Outcome);
