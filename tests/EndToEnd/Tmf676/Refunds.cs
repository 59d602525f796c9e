using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A telecom that takes cards at the sandbox and gives money back.</summary>
internal sealed class Refunds : IAsyncDisposable
{
    private readonly BooksFixture _books;
    private readonly Customers _customers;
    private readonly string _apiKey;

    private Refunds(BooksFixture books, MerchantId merchant, TmfHttp http, Muffler provider, string apiKey)
    {
        (_books, Merchant, Http, Provider, _apiKey) = (books, merchant, http, provider, apiKey);
        _customers = new Customers(books.Engine, books.Vault, merchant, "tmf676");
    }

    public MerchantId Merchant { get; }

    public TmfHttp Http { get; }

    /// <summary>The wire before its provider.</summary>
    public Muffler Provider { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Refunds> OpenAsync(BooksFixture books)
    {
        var merchant = await books.Merchants.CreateAsync("Telco", Cancel);
        var provider = await Muffler.StartAsync(books.Sandbox);
        var apiKey = $"sk_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(merchant, "sandbox", provider.Address, apiKey, [SigningKey.New()]), Cancel);
        return new Refunds(books, merchant, await Telco.ClientOfAsync(books, merchant), provider, apiKey);
    }

    /// <summary>A payment that was captured through the provider; for a bill, or for none.</summary>
    public async Task<(Customer Customer, string Payment)> PaidAsync(long amountMinor, params IReadOnlyList<long> billsMinor)
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), billsMinor);
        var paid = await Http.PostAsync(Telco.Payments, customer.Payment(amountMinor, billsMinor.Count == 0 ? null : customer.Bills[0]));
        Assert.Equal((HttpStatusCode.Created, "done"), (paid.Status, paid["status"]));
        return (customer, paid["id"]!);
    }

    /// <summary>A payment whose provider reserved the money and then could not take it.</summary>
    public async Task<(Customer Customer, string Payment)> FailedAsync(long amountMinor)
    {
        var customer = await _customers.CreateAsync(Customers.CardOf("4000000000000341"));
        var failed = await Http.PostAsync(Telco.Payments, customer.Payment(amountMinor));
        Assert.Equal((HttpStatusCode.Created, "failed"), (failed.Status, failed["status"]));
        return (customer, failed["id"]!);
    }

    /// <summary>A further payment of that customer, for no bill.</summary>
    public async Task<string> PayAgainAsync(Customer customer, long amountMinor)
    {
        var paid = await Http.PostAsync(Telco.Payments, customer.Payment(amountMinor));
        Assert.Equal((HttpStatusCode.Created, "done"), (paid.Status, paid["status"]));
        return paid["id"]!;
    }

    public static string Body(string account, string? payment, string amount, string more = "") =>
        $$"""
        {"account":{"id":"{{account}}"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":{{amount}}}
         {{(payment is null ? "" : $",\"payment\":{{\"id\":\"{payment}\"}}")}}{{more}}}
        """;

    public Task<TmfAnswer> RefundAsync(string account, string? payment, string amount, string more = "", string? key = null) =>
        Http.PostAsync(Telco.Refunds, Body(account, payment, amount, more), key);

    /// <summary>Gives money back at the provider, past our books.</summary>
    public async Task RefundElsewhereAsync(string payment, long amountMinor)
    {
        var authorisation =
            await _books.ScalarAsync("SELECT id FROM attempt WHERE payment_id = $1 AND verb = 'authorise'", Guid.Parse(payment));
        using var client =
            new HttpClient { BaseAddress = _books.Sandbox, DefaultRequestHeaders = { Authorization = new("Bearer", _apiKey) } };
        using var answer = await client.PostAsJsonAsync(
            "/v1/refunds",
            new { id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), authorisation, amount_minor = amountMinor, currency = "USD" },
            Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>The payer takes money of a payment back.</summary>
    public async Task DisputeAsync(string payment, long amountMinor)
    {
        var attempts = await new Attempts(_books.Database).OfPaymentAsync(new(Merchant, Guid.Parse(payment)), Cancel);
        var outcome = await _books.Engine.SubmitAsync(new OpenDispute(
            new(Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())),
            attempts.Single(attempt => attempt.Verb == Verb.Authorise),
            "dispute", DisputeKind.Chargeback, amountMinor, 0));
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }

    /// <summary>The provider says after all that it did not give a payment's money back.</summary>
    public async Task DeclineRefundAsync(string payment)
    {
        var attempts = await new Attempts(_books.Database).OfPaymentAsync(new(Merchant, Guid.Parse(payment)), Cancel);
        var outcome = await _books.Engine.SubmitAsync(new TakeAnswer(
            new(Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), attempts.Single(attempt => attempt.Verb == Verb.Refund),
            ProviderAnswer.Declined(DeclineReason.Declined)));
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }

    /// <summary>The amount of a payment that has gone back or is on its way, minor units.</summary>
    public async Task<long> RefundedMinorAsync(string payment) =>
        (long)(await _books.ScalarAsync("SELECT refunded_minor FROM payment WHERE id = $1", Guid.Parse(payment)))!;

    /// <summary>The amount of a payment that has gone back by the provider's books, minor units.</summary>
    public async Task<long> RefundedByProviderMinorAsync(string payment)
    {
        var authorisation =
            (Guid)(await _books.ScalarAsync("SELECT id FROM attempt WHERE payment_id = $1 AND verb = 'authorise'", Guid.Parse(payment)))!;
        using var client =
            new HttpClient { BaseAddress = _books.Sandbox, DefaultRequestHeaders = { Authorization = new("Bearer", _apiKey) } };
        var found = await client.GetFromJsonAsync<JsonElement>("/v1/books", Cancel);
        return found.GetProperty("authorisations").EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == authorisation)
            .GetProperty("refunded_minor").GetInt64();
    }

    public ValueTask DisposeAsync() => Provider.DisposeAsync();
}
