using System.Net.Http.Headers;
using System.Text.Json;
using Quittance.Bench.Books;
using Quittance.Core.Providers;

namespace Quittance.Bench.Providers;

/// <summary>Proves that every payment came to its end, and that the sandbox's books say the same as ours.</summary>
/// <param name="database">Where our books are.</param>
/// <param name="account">The one account at the sandbox; its merchant is one of them.</param>
internal sealed class SandboxBooksCheck(BenchDatabase database, IReadOnlyList<BenchMerchant> merchants, ProviderAccount account)
{
    // A load generator goes away without waiting for its last answers; one that was unknown is asked for again after some seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How many times a provider was asked again since its answer was not clear.</summary>
    public Task<long> AskedAgainAsync(CancellationToken cancel) =>
        NumberAsync($"SELECT coalesce(sum(unanswered), 0)::bigint FROM attempt WHERE merchant_id IN ({Merchants})", cancel);

    /// <exception cref="BenchException">A payment is not captured, or the sums differ.</exception>
    public async Task ProveAsync(CancellationToken cancel)
    {
        Screen.Progress.Report("Comparing with the sandbox's books");
        var clock = TimeProvider.System;
        for (var start = clock.GetTimestamp(); await OpenAsync(cancel) is var open and > 0;)
        {
            if (clock.GetElapsedTime(start) > Patience)
                throw new BenchException($"{open:N0} payments are not captured.");
            await Task.Delay(LooksEvery, clock, cancel);
        }

        var ours = await NumberAsync(
            $"SELECT sum(amount_minor)::bigint FROM payment WHERE merchant_id = {account.Merchant.Value} AND instrument_id IS NOT NULL",
            cancel);
        var theirs = await CapturedAsync(cancel);
        if (ours != theirs)
            throw new BenchException($"We have captured {ours:N0} cents, and the sandbox {theirs:N0}.");
    }

    private string Merchants => string.Join(", ", merchants.Select(merchant => merchant.Id.Value));

    /// <summary>Those on the way. What a customer promises at the counter settles when an operator confirms it.</summary>
    private Task<long> OpenAsync(CancellationToken cancel) => NumberAsync(
        $"""
        SELECT count(*) FROM payment
         WHERE merchant_id IN ({Merchants}) AND status <> 'captured' AND NOT (status = 'settling' AND instrument_id IS NULL)
        """,
        cancel);

    private async Task<long> CapturedAsync(CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = account.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        using var page = JsonDocument.Parse(await client.GetStringAsync("v1/books?limit=1", cancel));
        // There is one currency.
        return page.RootElement.GetProperty("totals").EnumerateObject().Single().Value.GetProperty("captured_minor").GetInt64();
    }

    private async Task<long> NumberAsync(string sql, CancellationToken cancel)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
