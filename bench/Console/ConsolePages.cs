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
    // Queries that fill the gaps of a page's address, column by column, from the books of merchant $1. A page with gaps needs a line here.
    private static readonly Dictionary<string, string> Samples = new()
    {
        ["/console/access/credentials/{Id:long}"] = Credentials,
        ["/console/access/credentials/{Id:long}/revoke"] = Credentials,
        ["/console/access/credentials/{Id:long}/rotate"] = Credentials,
        ["/console/access/credentials/{Id:long}/webhook-secret"] = Credentials,
        ["/console/access/installations/{Id:long}/zone"] = "SELECT i.id FROM installation i WHERE i.merchant_id = $1",
        ["/console/access/people/{Id:guid}/end"] = People,
        ["/console/access/people/{Id:guid}/password"] = People,
        ["/console/access/people/{Id:guid}/reset-link"] = People,
        ["/console/access/people/{Id:guid}/role"] = People,
        ["/console/access/people/{Id:guid}/second-factor"] = People,
        ["/console/charges/{Number:long}"] = Charges,
        ["/console/charges/{Number:long}/change"] = Charges,
        ["/console/charges/{Number:long}/correct"] = Charges,
        ["/console/customers/{Id:guid}"] = Customers,
        ["/console/customers/{Id:guid}/at"] = Customers,
        ["/console/customers/{Id:guid}/autopay/end"] = Customers,
        ["/console/customers/{Id:guid}/charge"] = Customers,
        ["/console/customers/{Id:guid}/close"] = Customers,
        ["/console/customers/{Id:guid}/contact"] = Customers,
        ["/console/customers/{Id:guid}/dunning"] = Customers,
        ["/console/customers/{Id:guid}/erase"] = Customers,
        ["/console/customers/{Id:guid}/link"] = Customers,
        ["/console/customers/{Id:guid}/mandate"] = Customers,
        ["/console/customers/{Id:guid}/merge"] = Customers,
        ["/console/customers/{Id:guid}/payment"] = Debtors,
        ["/console/customers/{Id:guid}/statement"] = Customers,
        ["/console/explain/account/{Id:guid}"] = LedgerAccounts,
        ["/console/explain/customer/{Id:guid}"] = Customers,
        ["/console/explain/payment/{Number:long}"] = PaymentNumbers,
        ["/console/explain/transfer/{Subject:guid}/{Sequence:int}/{Line:int}"] =
            "SELECT t.subject_id, t.sequence, t.line FROM transfer t TABLESAMPLE SYSTEM (1) WHERE t.merchant_id = $1 LIMIT 200",
        ["/console/explain/{Code}/{Kind}"] = LedgerLines,
        ["/console/instruments/{Id:guid}"] = Instruments,
        ["/console/instruments/{Id:guid}/amend"] = Instruments,
        ["/console/instruments/{Id:guid}/autopay"] = Instruments,
        ["/console/instruments/{Id:guid}/remove"] = Instruments,
        ["/console/ledger/{Code}/{Kind}"] = LedgerLines,
        ["/console/ledger/{Id:guid}"] = LedgerAccounts,
        ["/console/links/{Id:guid}"] = Links,
        ["/console/links/{Id:guid}/take-back"] = Links,
        ["/console/payments/{Number:long}"] = PaymentNumbers,
        ["/console/payments/{Number:long}/allocate"] = PaymentNumbers,
        ["/console/payments/{Number:long}/attempts/{Attempt:guid}/ask"] = Attempts,
        ["/console/payments/{Number:long}/attempts/{Attempt:guid}/settle"] = Attempts,
        ["/console/payments/{Number:long}/cancel"] = PaymentNumbers,
        ["/console/payments/{Number:long}/complete"] =
            "SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.status = 'pending' AND p.amount_minor IS NOT NULL LIMIT 200",
        ["/console/payments/{Number:long}/move"] = PaymentNumbers,
        ["/console/payments/{Number:long}/refund"] = PaymentNumbers,
        ["/console/payments/{Number:long}/retry"] =
            "SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.status = 'declined' LIMIT 200",
        ["/console/settlements/lines/{Id:guid}"] = StatementLines,
        ["/console/settlements/lines/{Id:guid}/book"] = StatementLines,
        ["/console/settlements/lines/{Id:guid}/split"] = StatementLines,
        ["/console/settlements/lines/{Id:guid}/unbook"] = StatementLines,
        ["/console/settlements/{Id:guid}"] = "SELECT s.id FROM statement s WHERE s.merchant_id = $1 LIMIT 200",
        ["/console/settlements/{Id:guid}/undo"] = "SELECT s.id FROM statement s WHERE s.merchant_id = $1 LIMIT 200",
        ["/console/webhooks/{Id:guid}"] = Subscriptions,
        ["/console/webhooks/{Id:guid}/end"] = Subscriptions,
        ["/console/webhooks/{Id:guid}/replay"] = Subscriptions,
        ["/console/webhooks/{Id:guid}/test"] = Subscriptions,
    };

    // Pages that show different things by their query.
    private static readonly (string Path, string Query, string Sample)[] Queries =
    [
        ("/console/access/limits/end", "?currency=EUR", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/access/origins/remove", "?api=tmf676&origin={}", "SELECT 'https://shop.example' FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?q={}", PaymentNumbers),
        ("/console/payments", "?q={} name", "SELECT lower(h.name) FROM account_holder h WHERE h.merchant_id = $1 LIMIT 200"),
        ("/console/payments", "?q={} part of a name", "SELECT 'cust' FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?q={} reference",
            "SELECT r.value FROM reference r WHERE r.merchant_id = $1 AND r.kind = 'account' LIMIT 200"),
        ("/console/payments", "?q={} amount",
            "SELECT round(p.amount_major, 2)::text FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200"),
        ("/console/search", "?q={} number", PaymentNumbers),
        ("/console/search", "?q={} name",
            "SELECT lower(split_part(h.name, ' ', 2)) FROM account_holder h WHERE h.merchant_id = $1 AND h.name !~ '[0-9]' "
                + "ORDER BY h.account_id LIMIT 200"),
        ("/console/search", "?q={} part of a name",
            "SELECT lower(substr(split_part(h.name, ' ', 2), 2, 4)) FROM account_holder h WHERE h.merchant_id = $1 AND h.name !~ '[0-9]' "
                + "ORDER BY h.account_id LIMIT 200"),
        ("/console/search", "?q={} two letters",
            "SELECT DISTINCT lower(left(split_part(h.name, ' ', 2), 2)) FROM account_holder h WHERE h.merchant_id = $1 LIMIT 200"),
        ("/console/search", "?q={} reference",
            "SELECT r.value FROM reference r WHERE r.merchant_id = $1 AND r.kind = 'account' LIMIT 200"),
        ("/console/search", "?q={} amount",
            "SELECT round(p.amount_major, 2)::text FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200"),
        ("/console/search", "?q={} last four", "SELECT DISTINCT i.last_four FROM instrument i WHERE i.merchant_id = $1 LIMIT 200"),
        ("/console/search", "?q={} bank's text",
            "SELECT l.remittance FROM settlement_line l WHERE l.merchant_id = $1 AND length(l.remittance) < 100 LIMIT 200"),
        ("/console/payments", "?before={}", "SELECT p.id::text FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200"),
        ("/console/payments", "?status=Pending", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?status=Failed", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?api=midnight", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?least=99.90", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?method=Check", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?back=Refunded", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?back=Disputed", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/payments", "?reason=Expired", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/receivables", "?age=Older", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/receivables", "?currency=JPY", "SELECT 1 FROM merchant m WHERE m.id = $1"),
        ("/console/receivables", "?after={}",
            "SELECT replace(c.account_id::text, '-', '') || '-' || to_char(c.due_on, 'YYYYMMDD') || '-' || c.number FROM charge c "
                + "WHERE c.merchant_id = $1 AND c.is_open LIMIT 200"),
    ];

    private const string Credentials = "SELECT c.id FROM credential c WHERE c.merchant_id = $1";
    private const string Customers = "SELECT a.id FROM account a TABLESAMPLE SYSTEM (5) WHERE a.merchant_id = $1 LIMIT 200";
    private const string LedgerAccounts = "SELECT l.id FROM ledger_account l TABLESAMPLE SYSTEM (5) WHERE l.merchant_id = $1 LIMIT 200";
    private const string LedgerLines =
        "SELECT DISTINCT l.currency, replace(l.kind, '_', '-') FROM ledger_account l WHERE l.merchant_id = $1";
    private const string Charges = "SELECT c.number FROM charge c WHERE c.merchant_id = $1 AND c.is_open LIMIT 200";
    private const string Debtors = "SELECT DISTINCT c.account_id FROM charge c WHERE c.merchant_id = $1 AND c.is_open LIMIT 200";
    private const string Instruments = "SELECT i.id FROM instrument i WHERE i.merchant_id = $1 LIMIT 200";
    private const string Links = "SELECT l.id FROM payment_link l WHERE l.merchant_id = $1 LIMIT 200";
    private const string People = "SELECT p.id FROM person p WHERE p.merchant_id = $1";
    private const string StatementLines = "SELECT l.id FROM settlement_line l WHERE l.merchant_id = $1 LIMIT 200";
    private const string Subscriptions = "SELECT s.id FROM subscription s WHERE s.merchant_id = $1";
    private const string PaymentNumbers = "SELECT p.number FROM payment p TABLESAMPLE SYSTEM (1) WHERE p.merchant_id = $1 LIMIT 200";
    private const string Attempts =
        "SELECT p.number, a.id FROM attempt a JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id "
        + "WHERE a.merchant_id = $1 LIMIT 200";

    // They show nothing without what is to be ended.
    private static readonly string[] OnlyByQuery = ["/console/access/limits/end", "/console/access/origins/remove"];

    /// <summary>
    /// All pages that one must be signed in for, each with addresses; none where the books have nothing of its kind, or no line here
    /// says what fits.
    /// </summary>
    public static async Task<IReadOnlyList<(string Page, IReadOnlyList<string> Addresses)>> AllAsync(
        BenchDatabase database, BenchMerchant merchant, CancellationToken cancel)
    {
        List<(string, IReadOnlyList<string>)> pages = [];
        foreach (var template in Templates())
        {
            if (!template.Contains('{', StringComparison.Ordinal))
            {
                pages.Add((template, [template]));
            }
            else
            {
                pages.Add((template, Samples.TryGetValue(template, out var sample)
                    ? await FillAsync(database, merchant, template, sample, cancel) : []));
            }
        }

        foreach (var (path, query, sample) in Queries)
        {
            // The text behind a space only tells pages apart.
            var address = path + query.Split(' ')[0];
            pages.Add((path + query, await FillAsync(database, merchant, address, sample, cancel)));
        }

        return pages;
    }

    private static IEnumerable<string> Templates() => typeof(ConsoleRoutes).Assembly.GetTypes()
        .Where(page => page.GetCustomAttribute<OpenAttribute>() is null)
        .SelectMany(page => page.GetCustomAttributes<RouteAttribute>())
        .Select(route => route.Template)
        .Where(template => !OnlyByQuery.Contains(template) && !template.Contains('*', StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static async Task<IReadOnlyList<string>> FillAsync(
        BenchDatabase database, BenchMerchant merchant, string template, string sample, CancellationToken cancel)
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
