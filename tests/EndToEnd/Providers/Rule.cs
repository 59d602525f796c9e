namespace Quittance.Tests.Providers;

/// <summary>Something that every provider must do.</summary>
/// <param name="Name">The rule, as a sentence.</param>
/// <param name="BreachAsync">How a provider breaks it; null when it keeps it.</param>
internal sealed record Rule(string Name, Func<ProviderUnderTest, Task<string?>> BreachAsync);
