using Quittance.Core;

namespace Quittance.Host.Cli;

/// <summary>What a journal is of.</summary>
/// <param name="Merchant">Whose.</param>
/// <param name="MerchantName">Its name.</param>
/// <param name="Currencies">The currencies in which there are books.</param>
/// <param name="From">The first day, UTC.</param>
/// <param name="To">The last day, UTC.</param>
/// <param name="IsClosed">Whether its days are closed: no later commit belongs to them.</param>
internal sealed record JournalScope(
    MerchantId Merchant, string MerchantName, IReadOnlyList<Currency> Currencies, DateOnly? From, DateOnly? To, bool IsClosed);
