using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A valid request, for an account of its own.</summary>
/// <param name="Account">The account's name in the dialect.</param>
/// <param name="Headers">The headers it needs.</param>
/// <param name="Body">The body for an amount, written as given.</param>
internal sealed record WritingSample(string Account, (string Name, string Value)[] Headers, Func<string, string> Body)
{
    /// <summary>Where it goes, where the route's pattern is no path; null where it is one.</summary>
    public string? Path { get; init; }

    /// <summary>The rows that the operation brings: a payment, or in a dialect with sessions something else.</summary>
    public string Brings { get; init; } = "SELECT p.account_id, p.merchant_id FROM payment p";

    /// <summary>
    /// Counts what the operation has brought, where no reference names its account; <c>{account}</c> is <see cref="Account"/>.
    /// </summary>
    public string? Counts { get; init; }

    /// <summary>Whether it takes XML as well as JSON.</summary>
    public bool TakesXml { get; init; }

    /// <summary>Whether the operation has an amount of its own.</summary>
    public bool HasAmount { get; init; } = true;

    /// <summary>Whether a request without an Idempotency-Key is refused.</summary>
    public bool NeedsKey { get; init; }

    /// <summary>Whether the answer has a secret: then a repeated request is refused, as nothing answers a secret twice.</summary>
    public bool AnswersOnce { get; init; }

    /// <summary>Whether zero is an amount too.</summary>
    public bool TakesZero { get; init; }

    /// <summary>How many of what the operation brings the account has.</summary>
    public async Task<int> BroughtAsync(BooksFixture books)
    {
        await using var command = books.Database.CreateCommand(Counts?.Replace("{account}", Account, StringComparison.Ordinal) ?? $"""
            SELECT count(*)::int FROM ({Brings}) x JOIN reference r ON r.merchant_id = x.merchant_id AND r.object_id = x.account_id
             WHERE r.value = '{Account}'
            """);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
