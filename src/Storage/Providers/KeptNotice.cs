using Quittance.Core;
using Quittance.Core.Executing;

namespace Quittance.Storage.Providers;

/// <summary>A merchant's account at a payment provider, which sends notices.</summary>
public readonly record struct NoticeAccount(MerchantId Merchant, string Provider);

/// <summary>A notice of a provider that waits to be processed.</summary>
/// <param name="Account">The account that it is for.</param>
/// <param name="Id">The provider's id for it.</param>
/// <param name="Body">The content, as redacted JSON.</param>
/// <param name="ReceivedAt">When it came; while the books were held, when they were released.</param>
/// <param name="Tries">How often it was claimed, this time included. It names the claim.</param>
/// <param name="Outcome">The outcome of the last time.</param>
public sealed record KeptNotice(
    NoticeAccount Account, string Id, string Body, DateTimeOffset ReceivedAt, int Tries, NoticeOutcome Outcome);
