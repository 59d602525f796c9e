using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Demo Company as a client of the Midnight API sees it, with customers and orders of a test's own.</summary>
internal sealed class MidnightShop(BooksFixture books)
{
    public const string Path = "v1/Generic/CustomerPaymentInsert";
    private static readonly Currency Usd = Currency.Parse("USD");
    private static readonly Lock OneAtATime = new();
    private static long lastId = 1_000_000;
    private static DateTimeOffset lastOrdered;

    private Origin _origin = null!;

    public static async Task<MidnightShop> OpenAsync(BooksFixture books)
    {
        var merchants = await books.Merchants.ListAsync(Cancel);
        return new MidnightShop(
            books)
        { _origin = new Origin(merchants.Single(merchant => merchant.Name == "Demo Company").Id, 0, NewGuid()) };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A customer without orders; its id with Midnight.</summary>
    public async Task<long> CustomerAsync(string currency = "USD")
    {
        var id = Interlocked.Increment(ref lastId);
        await DoAsync(new OpenAccount(
            _origin, new AccountId(_origin.Merchant, NewGuid()), [Named("customer", id)], Currency.Parse(currency), $"Customer {id}"));
        return id;
    }

    /// <summary>An order with these balances due, in cents; its id with Midnight. Its number is <c>ORD-</c> and the id.</summary>
    public async Task<long> OrderAsync(long customer, long services, long postage, long earmarked)
    {
        var id = Interlocked.Increment(ref lastId);
        var account = AccountTarget.Named(Named("customer", customer));
        var order = new OrderNaming(new OrderId(_origin.Merchant, LaterGuid()), [Named("order", id), Named("order-number", $"ORD-{id}")]);
        foreach (var (label, minor) in new[] { ("services", services), ("postage", postage) })
        {
            if (minor == 0)
                continue;
            await DoAsync(
                new RaiseCharge(
                _origin, account, new ChargeId(_origin.Merchant, NewGuid()), new Money(minor, Usd), new DateOnly(2030, 1, 1))
                {
                    Label = label,
                    Order = order,
                });
        }

        if (earmarked > 0)
            await DoAsync(new AskDeposit(_origin, account, order, new Money(earmarked, Usd)));
        return id;
    }

    /// <summary>The amount due on an order, in cents.</summary>
    public async Task<(long Services, long Postage, long Earmarked)> DueAsync(long order)
    {
        await using var command = books.Database.CreateCommand($"""
            SELECT coalesce(sum(c.amount_minor - c.allocated_minor) FILTER (WHERE c.label = 'services'), 0)::bigint,
                   coalesce(sum(c.amount_minor - c.allocated_minor) FILTER (WHERE c.label = 'postage'), 0)::bigint,
                   o.deposit_asked_minor - o.deposit_paid_minor
              FROM reference r JOIN customer_order o ON o.merchant_id = r.merchant_id AND o.id = r.object_id
              LEFT JOIN charge c ON c.merchant_id = o.merchant_id AND c.order_id = o.id
             WHERE r.dialect = 'midnight' AND r.kind = 'order' AND r.value = '{order}' GROUP BY o.id, 3
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        Assert.True(await reader.ReadAsync(Cancel));
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>The credit of a customer, in cents: held in escrow, and earmarked for orders.</summary>
    public async Task<(long Escrow, long Earmarked)> CreditAsync(long customer)
    {
        await using var command = books.Database.CreateCommand($"""
            SELECT coalesce(sum(l.credits_minor - l.debits_minor) FILTER (WHERE l.purpose = 'escrow'), 0)::bigint,
                   coalesce(sum(l.credits_minor - l.debits_minor) FILTER (WHERE l.purpose LIKE 'earmarked:%'), 0)::bigint
              FROM reference r
              LEFT JOIN ledger_account l ON l.merchant_id = r.merchant_id AND l.holder_id = r.account_id AND l.kind = 'credit'
             WHERE r.dialect = 'midnight' AND r.kind = 'customer' AND r.value = '{customer}'
            """);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        await reader.ReadAsync(Cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>One value of the books.</summary>
    public async Task<object?> ReadAsync(string sql)
    {
        await using var command = books.Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel) is var value && value is DBNull ? null : value;
    }

    /// <summary>How many payments a customer has.</summary>
    public async Task<long> PaymentsAsync(long customer) => (long)(await ReadAsync($"""
        SELECT count(*) FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
         WHERE r.dialect = 'midnight' AND r.kind = 'customer' AND r.value = '{customer}'
        """))!;

    /// <summary>Sends a body with the demo's credentials.</summary>
    public async Task<HttpResponseMessage> SendAsync(string body, string? key = null, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Path, UriKind.Relative))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        request.Headers.TryAddWithoutValidation("Authorization", "PRC demo-prc, Midnight demo-midnight");
        request.Headers.TryAddWithoutValidation("MISKEY", "demo-mis");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await books.Client.SendAsync(request, Cancel);
    }

    /// <summary>Sends records and gives back the outcome of each: <c>stored</c>, or its errors as <c>Key: Message</c>.</summary>
    public async Task<string[]> InsertAsync(string body, string? key = null)
    {
        using var answer = await SendAsync(body, key);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(ResultOf)];
    }

    private static string ResultOf(JsonElement record)
    {
        Assert.Equal(["CustomerPaymentId", "CustomerPaymentNumber", "Error"], record.EnumerateObject().Select(member => member.Name));
        var id = record.GetProperty("CustomerPaymentId").GetInt64();
        var number = record.GetProperty("CustomerPaymentNumber").GetString();
        var error = record.GetProperty("Error");
        if (error.ValueKind == JsonValueKind.Null)
        {
            Assert.True(id > 0);
            Assert.Equal($"CP-{id:D6}", number);
            return "stored";
        }

        Assert.Equal((0, null), (id, number));
        Assert.Equal(["ErrorMessage"], error.EnumerateObject().Select(member => member.Name));
        var errors = error.GetProperty("ErrorMessage").EnumerateArray().Select(one =>
            $"{one.GetProperty("Key").GetString()}: {one.GetProperty("Message").GetString()}");
        return string.Join('\n', errors);
    }

    private async Task DoAsync(Command command) => Assert.True((await books.Engine.SubmitAsync(command)).Accepted);

    private Reference Named(string kind, object value) =>
        new(_origin.Merchant, "midnight", kind, Convert.ToString(value, CultureInfo.InvariantCulture)!);

    private static Guid NewGuid() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    // One to a millisecond: lists show orders by their ids, and those of one millisecond are in no order.
    private static Guid LaterGuid()
    {
        lock (OneAtATime)
        {
            var now = TimeProvider.System.GetUtcNow();
            lastOrdered = now > lastOrdered.AddMilliseconds(1) ? now : lastOrdered.AddMilliseconds(1);
            return Guid.CreateVersion7(lastOrdered);
        }
    }
}
