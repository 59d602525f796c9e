using Quittance.Core.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>A subscription with what waits for it.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="CredentialName">Whom its credential is for.</param>
/// <param name="CreatedAt">Since when it is told.</param>
/// <param name="EndedAt">When somebody ended it; null where nobody has.</param>
/// <param name="Waiting">How many deliveries wait, up to <see cref="ToldDeliveries.MostCounted"/>.</param>
/// <param name="Dead">How many were given up, up to <see cref="ToldDeliveries.MostCounted"/>.</param>
public sealed record SubscriptionRow(
    Subscription Subscription, string CredentialName, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Waiting, int Dead);
