using System.Runtime.CompilerServices;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>A window of time in which a merchant's books were compared with one provider.</summary>
/// <param name="Until">The end of the window.</param>
/// <param name="Differences">Empty where the two agree.</param>
internal sealed record ComparedWindow(
    DateTimeOffset Until, int Requests, int Disputes, IReadOnlyList<ProviderDifference> Differences);

/// <summary>
/// Compares the books with the providers that merchants are connected with: window by window in the order of time, so that a long time
/// takes no more memory than a short one, and a quiet one few questions.
/// </summary>
internal sealed class Reconciliation(IProviders providers, IAttempts attempts, ReconcilingBooks books)
{
    /// <summary>Since when books are compared that were never compared before.</summary>
    public static readonly TimeSpan LooksBack = TimeSpan.FromHours(25);

    /// <summary>A row that changed so recently may be under way in healthy books.</summary>
    public static readonly TimeSpan UnderWayFor = TimeSpan.FromMinutes(15);

    /// <summary>How much the clocks of a provider and of the books may differ, with the way there.</summary>
    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromHours(1);

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    // A window in which less changed is followed by a longer one; one of several windows' length with more is begun anew, shorter.
    private const int Few = 500;
    private const int Many = 20_000;

    // The books open an attempt a moment before its provider has it.
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(1);

    /// <summary>The providers that a merchant is connected with, and that answer questions.</summary>
    public async Task<IReadOnlyList<IProvider>> ProvidersOfAsync(MerchantId merchant, CancellationToken cancel)
    {
        List<IProvider> found = [];
        foreach (var name in ProviderDirectory.Connected.Where(name => !ClearingProvider.IsConfirmedByPeople(name)))
        {
            if (await providers.FindAsync(merchant, name, cancel) is { } provider)
                found.Add(provider);
        }

        return found;
    }

    /// <summary>The windows of a time. They end early, before <paramref name="until"/>, where the provider gives no clear answer.</summary>
    /// <param name="unknownDisputesAs">See <see cref="ProviderComparison"/>.</param>
    public async IAsyncEnumerable<ComparedWindow> CompareAsync(
        MerchantId merchant, IProvider provider, DateTimeOffset from, DateTimeOffset until,
        [EnumeratorCancellation] CancellationToken cancel, ListedDisputeState? unknownDisputesAs = null)
    {
        var (comparison, window) = (new ProviderComparison(provider.Name, unknownDisputesAs), ShortestWindow);
        for (var begin = from; begin < until;)
        {
            var end = until - begin > window ? begin + window : until;
            if (await CompareWindowAsync(merchant, provider, comparison, begin, end, cancel) is { } compared)
            {
                yield return compared;
                begin = compared.Until;
                window = compared.Requests + compared.Disputes >= Few ? ShortestWindow
                    : window * 2 < LongestWindow ? window * 2 : LongestWindow;
            }
            else if (window == ShortestWindow)
            {
                yield break;
            }
            else
            {
                window = ShortestWindow;
            }
        }
    }

    private async Task<ComparedWindow?> CompareWindowAsync(
        MerchantId merchant, IProvider provider, ProviderComparison comparison, DateTimeOffset begin, DateTimeOffset end,
        CancellationToken cancel)
    {
        HashSet<Guid> listed = [];
        HashSet<string> seen = [];
        List<ProviderDifference> differences = [];
        var (requests, disputes) = (0, 0);
        string? next = null;
        do
        {
            if (await provider.ListAsync(begin - Around, end + Around, next, cancel) is not { } page)
                return null;
            listed.UnionWith(page.Requests.Select(request => request.Id));
            if (listed.Count > Many && end - begin > ShortestWindow)
                return await CompareWindowAsync(merchant, provider, comparison, begin, begin + ShortestWindow, cancel);
            var own = page with
            {
                // A provider that lists what happened lists a request each time that something happened to it.
                Requests = [.. page.Requests.Where(request => IsInside(request.ChangedAt) && seen.Add($"{request.Id}"))],
                Disputes = [.. page.Disputes.Where(dispute => IsInside(dispute.ChangedAt) && seen.Add(dispute.Reference))],
            };
            (requests, disputes) = (requests + own.Requests.Count, disputes + own.Disputes.Count);
            // Read later than the provider's page: what the books learn meanwhile is no difference.
            differences.AddRange(comparison.Of(
                own.Requests, own.Disputes, await books.OfAsync(merchant, provider.Name, own, cancel)));
            next = page.Next;
        }
        while (next is not null);

        foreach (var id in await books.ApprovedAsync(merchant, provider.Name, begin, end, cancel))
        {
            if (listed.Contains(id) || await attempts.FindAsync(new AttemptId(merchant, id), cancel) is not { } attempt)
                continue;
            // Its last change may be of another time.
            var found = await provider.FindAsync(attempt.Verb, await attempts.RequestOfAsync(attempt, cancel), cancel);
            if (found.Verdict == Verdict.Unknown)
                return null;
            if (found.Verdict == Verdict.NotFound)
                differences.Add(comparison.OnlyHere(attempt));
        }

        return new ComparedWindow(end, requests, disputes, differences);

        bool IsInside(DateTimeOffset at) => at >= begin && at < end;
    }
}
