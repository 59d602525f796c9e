using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>What came in within a quarter of an hour, in one currency.</summary>
/// <param name="From">When it begins, UTC.</param>
/// <param name="Sum">How much came in.</param>
/// <param name="Payments">By how many payments.</param>
public sealed record MoneyIn(DateTimeOffset From, Money Sum, int Payments);
