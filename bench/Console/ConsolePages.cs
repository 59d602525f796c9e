using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Quittance.Bench.Books;
using Quittance.Console;
using Quittance.Console.Access;

namespace Quittance.Bench.Console;

/// <summary>The pages of the console, from the console itself, each with addresses to ask for.</summary>
internal static partial class ConsolePages
{
    // What fills the gaps of a page's address, column by column, from the books of merchant $1. Whoever adds a page with gaps adds a line.
    private static readonly Dictionary<string, string> Samples = new()
    {
        ["/console/payments/{Number:long}"] = PaymentNumbers,
        ["/console/payments/{Number:long}/allocate"] = PaymentNumbers,
        ["/console/payments/{Number:long}/attempts/{Attempt:guid}/ask"] = Attempts,
        ["/console/payments/{Number:long}/attempts/{Attempt:guid}/settle"] = Attempts,
        ["/console/payments/{Number:long}/cancel"] = PaymentNumbers,
        ["/console/payments/{Number:long}/refund"] = PaymentNumbers,
    };

    // Pages that show different things by their query.
    private static readonly (string Path, string Query, string Sample)[] Queries =
    [
        ("/console/payments", "?q={}", PaymentNumbers),
        ("/console/payments", "?q={} name", "SELECT lower(h.name) FROM account_holder h WHERE h.merchant_id = $1 LIMIT 200"),
        ("/console/payments", "?q={} part of a name", "SELECT 'cust' FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?q={} reference", "SELECT r.value FROM reference r WHERE r.merchant_id = $1 AND r.kind = 'account' LIMIT 200"),
        ("/console/payments", "?q={} amount", "SELECT round(p.amount_major, 2)::text FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200"),
        ("/console/payments", "?before={}", "SELECT p.id::text FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200"),
        ("/console/payments", "?status=Pending", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?status=Failed", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?api=midnight", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?least=99.90", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?method=Check", "SELECT 1 FROM merchant m WHERE m.id = $1"),
    ];

    private const string PaymentNumbers = "SELECT p.number FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200";
    private const string Attempts = "SELECT p.number, a.id FROM attempt a JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id WHERE a.merchant_id = $1 LIMIT 200";

    /// <summary>All pages that one must be signed in for, each with addresses; none where the books have nothing of its kind, or nobody has said what fits.</summary>
    public static async Task<IReadOnlyList<(string Page, IReadOnlyList<string> Addresses)>> AllAsync(BenchDatabase database, BenchMerchant merchant, CancellationToken cancel)
    {
        List<(string, IReadOnlyList<string>)> pages = [];
        foreach (var template in Templates())
        {
            if (!template.Contains('{', StringComparison.Ordinal))
                pages.Add((template, [template]));
            else
                pages.Add((template, Samples.TryGetValue(template, out var sample) ? await FillAsync(database, merchant, template, sample, cancel) : []));
        }

        foreach (var (path, query, sample) in Queries)
        {
            // What stands behind a space only tells pages apart.
            var address = path + query.Split(' ')[0];
            pages.Add((path + query, await FillAsync(database, merchant, address, sample, cancel)));
        }

        return pages;
    }

    private static IEnumerable<string> Templates() => typeof(ConsoleRoutes).Assembly.GetTypes()
        .Where(page => page.GetCustomAttribute<OpenAttribute>() is null)
        .SelectMany(page => page.GetCustomAttributes<RouteAttribute>())
        .Select(route => route.Template)
        .Where(template => !template.Contains('*', StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> FillAsync(BenchDatabase database, BenchMerchant merchant, string template, string sample, CancellationToken cancel)
    {
        await using var command = database.Source.CreateCommand(sample);
        command.Parameters.Add(new() { Value = merchant.Id.Value });
        await using var row = await command.ExecuteReaderAsync(cancel);
        List<string> addresses = [];
        while (await row.ReadAsync(cancel))
        {
            var column = 0;
            addresses.Add(Gap().Replace(template, _ => Uri.EscapeDataString(row.GetValue(column++).ToString()!)));
        }

        return addresses;
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, 1000)]
    private static partial Regex Gap();
}
