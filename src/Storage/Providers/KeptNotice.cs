using Quittance.Core;
using Quittance.Core.Collecting;

namespace Quittance.Storage.Providers;

/// <summary>A notice of a provider that waits to be processed.</summary>
/// <param name="Merchant">The merchant whose provider account it is for.</param>
/// <param name="Id">The provider's id for it.</param>
/// <param name="Body">The content, as redacted JSON.</param>
/// <param name="ReceivedAt">When it came; while the books were held, when they were released.</param>
/// <param name="Tries">How often it was processed, this time included.</param>
/// <param name="Outcome">The outcome of the last time.</param>
public sealed record KeptNotice(
    MerchantId Merchant, string Provider, string Id, string Body, DateTimeOffset ReceivedAt, int Tries, NoticeOutcome Outcome);
